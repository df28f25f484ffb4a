"""Schemas brought to the code's state side by side, while this process holds connections of its own."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunPython
from django.test.utils import CaptureQueriesContext

from tenon.tenancy import blueprint, schemas, steps
from tenon.tenancy.context import owned_schema, owning
from tenon.tenancy.migrating import migrate_all
from tenon.tenancy.models import Slot
from tests.committed import committing


@pytest.fixture
def unblocked(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with committing(django_db_blocker):
        yield


def test_the_others_are_migrated_though_one_fails_and_nothing_waits_for_the_parents_connections(
    unblocked: None,
) -> None:
    slots = [schemas.build_slot() for _ in range(3)]
    pks = [slot.pk for slot in slots]
    with owning(slots[1].schema), connections["owner"].cursor() as cursor:
        cursor.execute("drop table django_migrations")  # its first migration will find the tables there already
    Slot.objects.filter(pk__in=pks).update(migrated_to="before")
    with connection.cursor() as cursor:  # the pool of this process, with its threads, is in use meanwhile
        cursor.execute("select 1")
        # In a thread of its own, so that a worker that hangs fails this test instead of stopping the run.
        with ThreadPoolExecutor(1) as outside:
            said = outside.submit(lambda: dict(migrate_all(pks, parallel=2))).result(timeout=120)
    assert [bool(said[slot.schema]) for slot in slots] == [False, True, False]
    for slot in slots:
        slot.refresh_from_db()
    assert [slot.migrated_to == schemas.fingerprint() for slot in slots] == [True, False, True]
    assert slots[1].error
    for slot in slots:
        schemas.drop_slot(slot)


def _without_jobs(slot: Slot) -> None:
    """As before the migrations that made them."""
    with owning(slot.schema), connections["owner"].cursor() as cursor:
        cursor.execute("drop table jobs_job")
        cursor.execute("delete from django_migrations where app = 'jobs'")
    Slot.objects.filter(pk=slot.pk).update(migrated_to="before")


def _made(slot: Slot) -> list[str]:
    with owning(slot.schema), connections["owner"].cursor() as cursor:
        return [s for s in blueprint.capture(cursor, slot.schema) if "django_migrations" not in s]


def test_what_a_migration_does_is_worked_out_once_for_all_schemas(
    unblocked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = [schemas.build_slot() for _ in range(4)]
    before = _made(slots[0])
    for slot in slots:
        _without_jobs(slot)
    monkeypatch.setattr(steps, "_recipes", {})
    asked: list[str] = []
    apply, render = Migration.apply, MigrationExecutor._create_project_state  # type: ignore[attr-defined]

    def applied(self: Migration, *given: Any, **named: Any) -> Any:
        asked.append(str(self))
        return apply(self, *given, **named)

    def rendered(self: MigrationExecutor, **named: Any) -> Any:
        asked.append("state")
        return render(self, **named)

    monkeypatch.setattr(Migration, "apply", applied)
    monkeypatch.setattr(MigrationExecutor, "_create_project_state", rendered)
    with ThreadPoolExecutor(1) as outside:
        said = outside.submit(lambda: dict(migrate_all([s.pk for s in slots], parallel=2))).result(timeout=120)
    assert set(said.values()) == {""}
    done = [key for key in steps.loader().graph.nodes if key[0] == "jobs"]
    assert sorted(asked) == sorted(["state", *(f"{app}.{name}" for app, name in done)]), "once, not once a schema"
    for slot in slots:
        slot.refresh_from_db()
        assert slot.migrated_to == schemas.fingerprint()
        assert _made(slot) == before, "as the blueprint would make it"
        with owning(slot.schema), connections["owner"].cursor() as cursor:
            cursor.execute("select count(*) from django_migrations where app = 'jobs'")
            assert cursor.fetchone() == (len(done),)
        schemas.drop_slot(slot)


def test_a_step_in_python_runs_in_every_schema(unblocked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = [schemas.build_slot() for _ in range(3)]
    seen: list[str] = []

    def look(apps: Any, editor: Any) -> None:
        model = apps.get_model("access", "Department")  # as it was then
        seen.append(f"{owned_schema()} {model.objects.using(editor.connection.alias).count()}")

    last = max(key for key in steps.loader().graph.nodes if key[0] == "access")
    monkeypatch.setattr(steps, "_recipes", {})
    monkeypatch.setattr(steps.loader().graph.nodes[last], "operations", [RunPython(look)])
    for slot in slots:
        with owning(slot.schema), connections["owner"].cursor() as cursor:
            cursor.execute("delete from django_migrations where (app, name) = (%s, %s)", last)
        Slot.objects.filter(pk=slot.pk).update(migrated_to="before")
    with ThreadPoolExecutor(1) as outside:
        said = outside.submit(lambda: dict(migrate_all([s.pk for s in slots], parallel=2))).result(timeout=120)
    assert set(said.values()) == {""}
    assert sorted(seen) == sorted(f"{slot.schema} 0" for slot in slots)
    for slot in slots:
        schemas.drop_slot(slot)


def test_a_deploy_that_changes_nothing_renders_nothing(unblocked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = [schemas.build_slot() for _ in range(2)]
    monkeypatch.setattr(MigrationExecutor, "migrate", lambda *_a, **_k: pytest.fail("something was migrated"))
    monkeypatch.setattr(
        MigrationExecutor, "_create_project_state", lambda *_a, **_k: pytest.fail("the state of all models was made")
    )
    with CaptureQueriesContext(connections["owner"]) as asked:
        call_command("tenants", "migrate", no_pool=True, stdout=io.StringIO())
    assert len(asked) < 40, "the same number, however many companies there are"
    for slot in slots:
        schemas.drop_slot(slot)
