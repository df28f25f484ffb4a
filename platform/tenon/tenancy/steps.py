"""Migrations that many schemas go through: worked out once, carried out in each.

What Django takes long for is to render the state of all models anew at every step, which is the same for every schema
that stands at the same migration. The first one goes through Django, and every statement that it sends is written down;
the others are sent these statements. What is no plain SQL (a step in Python) is done by Django in each, with the state
that was rendered once."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunPython, SeparateDatabaseAndState
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from tenon.tenancy.context import owned_schema
from tenon.tenancy.lean_state import LeanState

Key = tuple[str, str]
KEPT = 8  # recipes of a process: schemas stand at one or two migrations, seldom at more
_PLAIN = ("django.db.migrations.operations", "django.contrib.postgres.operations")


@dataclass
class Step:
    """One migration. `before`: the state that Django needs to do it itself; None where the statements are enough."""

    migration: Migration
    statements: list[tuple[str, Any]] = field(default_factory=list)
    before: ProjectState | None = None


_recipes: dict[tuple[frozenset[Key], tuple[Key, ...]], list[Step]] = {}
_one_at_a_time = threading.Lock()


@cache
def loader() -> MigrationLoader:
    """The code's migrations: read from the disk once in a process."""
    return MigrationLoader(None)


class Recorder(MigrationRecorder):
    """Django's looks for its table among all that are visible, reading the whole catalogue of every company."""

    def has_table(self) -> bool:
        with self.connection.cursor() as cursor:
            cursor.execute("select to_regclass(%s) is not null", [self.Migration._meta.db_table])
            return bool(cursor.fetchone()[0])


class Executor(MigrationExecutor):
    """Django's, over the migrations that are read already; remembers the statements it sends."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.progress_callback = None
        self.recorder = Recorder(connection)
        self.loader = loader() if not loader().replacements else MigrationLoader(connection)
        self.steps: list[Step] = []
        self.applied = self.recorder.applied_migrations()

    def plan(self, targets: Iterable[Key]) -> list[Migration]:
        """What this schema lacks, in order. One query has been asked, when this was made."""
        nodes, found, seen = self.loader.graph.nodes, [], set(self.applied)
        for target in targets:
            for key in self.loader.graph.forwards_plan(target):
                if key not in seen:
                    seen.add(key)
                    found.append(nodes[key])
        return found

    def forwards(self, targets: Iterable[Key]) -> list[Step]:
        """Migrates, and returns the steps for the next schema that stands where this one stood."""
        self.loader.applied_migrations = dict(self.applied)  # type: ignore[arg-type]
        plan = self.plan(targets)
        self.migrate(list(targets), plan=[(migration, False) for migration in plan])
        return self.steps

    def _create_project_state(self, with_applied_migrations: bool = False) -> LeanState:
        usual = super()._create_project_state(with_applied_migrations=with_applied_migrations)  # type: ignore[misc]
        return LeanState(usual.models, usual.real_apps)

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        step = Step(migration, before=None if _is_plain(migration.operations) else state.clone())
        usual = self.connection.SchemaEditorClass
        self.connection.SchemaEditorClass = _writing_down(usual, step.statements)
        try:
            after: ProjectState = super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
        finally:
            self.connection.SchemaEditorClass = usual
        self.steps.append(step)
        return after

    def follow(self, steps: Iterable[Step]) -> None:
        """The same steps in this schema. Each is done and recorded at once, or not at all."""
        for step in steps:
            migration = step.migration
            with self.connection.schema_editor(atomic=migration.atomic) as editor:
                if step.before is None:
                    for statement, params in step.statements:
                        editor.execute(statement, params)
                    self.record_migration(migration)  # type: ignore[call-arg, arg-type]
                else:
                    migration.apply(step.before.clone(), editor)
            if step.before is not None:
                self.record_migration(migration)  # type: ignore[call-arg, arg-type]


def _writing_down(usual: type[Any], statements: list[tuple[str, Any]]) -> type[Any]:
    class Editor(usual):  # type: ignore[misc, valid-type]
        def execute(self, sql: Any, params: Any = ()) -> Any:
            statements.append((str(sql), params))
            return super().execute(sql, params)

    return Editor


def _is_plain(operations: Iterable[Any]) -> bool:
    """Whether all that these operations do goes through the schema editor as SQL, the same in every schema."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            if not _is_plain(operation.database_operations):
                return False
        elif isinstance(operation, RunPython) or not type(operation).__module__.startswith(_PLAIN):
            return False
    return True


def migrate(connection: Any, targets: list[Key]) -> bool:
    """Brings the schema that the connection points at to `targets`. Returns whether anything was to be done."""
    executor = Executor(connection)
    if not executor.plan(targets):
        return False
    known = executor.loader.graph.nodes
    # Which models lie in a schema is said by its kind (router.py), and so is what a migration does there.
    kind = "public" if owned_schema() == "public" else "company"
    place = (frozenset(k for k in executor.applied if k in known) | {(kind, "")}, tuple(targets))
    steps = _recipes.get(place)
    if steps is None:
        with _one_at_a_time:  # others who stand there wait, and find it worked out
            steps = _recipes.get(place)
            if steps is None:
                _keep(place, executor.forwards(targets))
                return True
    executor.follow(steps)
    return True


def _keep(place: tuple[frozenset[Key], tuple[Key, ...]], steps: list[Step]) -> None:
    while len(_recipes) >= KEPT:
        del _recipes[next(iter(_recipes))]
    _recipes[place] = steps
