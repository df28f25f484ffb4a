"""Taking all sample records away in one action, but for those that the company's own records have come to use.

What uses a sample record: a row that is no sample and points at it by foreign key or by name (`source_entity` and
`source_id`). Rows that belong to it go along: its lines, its addresses, and the history that a model says is part of it
(`part_of`). Such history is append-only even for the company's own role, so the tables' owner removes it; ledgers of
stock and money are nobody's part, and keep what they tell of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections, models, transaction

from tenon.access.actor import Actor
from tenon.records.models import Attachment, Comment
from tenon.records.service import service, touch_ids
from tenon.records.triggers import APPEND_ONLY
from tenon.registry.registry import registry
from tenon.samples.models import SampleRecord
from tenon.tenancy.backend.base import OWNER
from tenon.tenancy.context import current, owning

Model = type[models.Model]
Row = tuple[Model, int]
PERMISSION = "samples.sample.remove"


@dataclass(frozen=True)
class Kept:
    """A sample record that stays, and one of the company's own records that uses it."""

    kind: str
    title: str
    used_by_kind: str
    used_by: str


@dataclass
class Plan:
    """`going` by model: the sample records with all their parts. `kept`: (sample, its user)."""

    going: dict[Model, set[int]] = field(default_factory=dict)
    kept: list[tuple[Row, Row]] = field(default_factory=list)


def _models() -> list[Model]:
    names = [c for c in apps.get_app_configs() if c.name in settings.TENANT_APPS]
    return [m for config in names for m in config.get_models(include_auto_created=True) if m is not SampleRecord]


def _references() -> dict[Model, list[tuple[Model, Any]]]:
    """Model → foreign keys that point at it."""
    found: dict[Model, list[tuple[Model, Any]]] = defaultdict(list)
    for model in _models():
        for key in model._meta.concrete_fields:
            if key.related_model is not None and key.name not in ("created_by", "changed_by"):
                found[key.related_model].append((model, key))
    return found


def _cascades(key: Any) -> bool:
    """Whether a row goes with the one that this key of it points at."""
    return key.remote_field.on_delete is models.CASCADE or getattr(key.model, "part_of", "") == key.name


def _entities() -> dict[Model, list[str]]:
    """Model → the keys that rows are named by."""
    found: dict[Model, list[str]] = defaultdict(list)
    for entity in registry().entities.values():
        found[apps.get_model(entity.model)].append(entity.key)
    return found


def _namings() -> list[tuple[Model, str]]:
    """Models that name a record by `<what>_entity` and `<what>_id`."""
    return [
        (model, what)
        for model in _models()
        for key in model._meta.concrete_fields
        if (what := key.name.removesuffix("_entity")) != key.name
        and any(f.name == f"{what}_id" for f in model._meta.concrete_fields)
    ]


def registered() -> dict[Model, set[int]]:
    """The sample records that are still there."""
    by_table = {m._meta.db_table: m for m in _models()}
    wanted: dict[Model, set[int]] = defaultdict(set)
    for table, pk in SampleRecord.objects.values_list("table_name", "row_id"):
        if table in by_table:
            wanted[by_table[table]].add(pk)
    there = {m: set(m._base_manager.filter(pk__in=pks).values_list("pk", flat=True)) for m, pks in wanted.items()}
    return {m: pks for m, pks in there.items() if pks}


def plan() -> Plan:
    """What would go and what would stay. A record that stays keeps what it needs itself, and so on."""
    references, samples = _references(), registered()
    users: dict[Row, Row] = {}
    while True:
        roots = {(m, pk) for m, pks in samples.items() for pk in pks} - users.keys()
        found = Plan()
        owner = _with_parts(roots, references, users)
        for model, pk in owner:
            found.going.setdefault(model, set()).add(pk)
        blocked = _blocked(found.going, owner, references)
        if not blocked:
            found.kept = list(users.items())
            return found
        users.update(blocked)
        _keep_whole(set(blocked), roots, references, users)


def _keep_whole(
    level: set[Row], roots: set[Row], references: dict[Model, list[tuple[Model, Any]]], users: dict[Row, Row]
) -> None:
    """What stays, stays with its lines and addresses."""
    while level:
        found: set[Row] = set()
        for model, pk in level:
            for child, key in references[model]:
                if _cascades(key):
                    for part in child._base_manager.filter(**{key.name: pk}).values_list("pk", flat=True):
                        if (child, part) in roots and (child, part) not in users:
                            users[(child, part)] = (model, pk)
                            found.add((child, part))
        level = found


def _with_parts(
    roots: set[Row], references: dict[Model, list[tuple[Model, Any]]], users: dict[Row, Row]
) -> dict[Row, Row]:
    """Row → the sample record that it is part of: itself, a line, an address. Not what is to be kept."""
    owner = {row: row for row in roots}
    level = roots
    while level:
        by_model: dict[Model, set[int]] = defaultdict(set)
        for model, pk in level:
            by_model[model].add(pk)
        level = set()
        for model, pks in by_model.items():
            for child, key in references[model]:
                if _cascades(key):
                    for pk, parent in child._base_manager.filter(**{f"{key.name}__in": pks}).values_list(
                        "pk", key.attname
                    ):
                        row = (child, pk)
                        if row not in owner and row not in users:
                            owner[row] = owner[(model, parent)]
                            level.add(row)
    return owner


def _blocked(
    going: dict[Model, set[int]], owner: dict[Row, Row], references: dict[Model, list[tuple[Model, Any]]]
) -> dict[Row, Row]:
    """Sample record → what uses it and is not going: a row that points at it, or a part that nobody may delete."""
    blocked: dict[Row, Row] = {}
    for model, pks in going.items():
        for user, key in references[model]:
            rows = user._base_manager.filter(**{f"{key.name}__in": pks}).exclude(pk__in=going.get(user, ()))
            for pk, target in rows.values_list("pk", key.attname):
                blocked.setdefault(owner[(model, target)], (user, pk))
    names = _entities()
    for user, what in _namings():
        for model in going.keys() & names.keys():
            named = {f"{what}_entity__in": names[model], f"{what}_id__in": going[model]}
            rows = user._base_manager.filter(**named).exclude(pk__in=going.get(user, ()))
            for pk, target in rows.values_list("pk", f"{what}_id"):
                blocked.setdefault(owner[(model, target)], (user, pk))
    return blocked


@service(PERMISSION)
def samples_remove(*, actor: Actor) -> list[Kept]:
    """Removes them with their parts, comments and files. Returns those that stay, with what uses them; they can be
    removed later, once nothing does. Raises Forbidden."""
    found = plan()
    files: list[str] = []
    with owning(current().schema), transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        who = "|".join(part.replace("|", "/") for part in (actor.ref, actor.label, actor.request_id))
        cursor.execute("select set_config('tenon.actor', %s, true)", [who])  # the trail goes on
        files += _remove_what_is_said(found.going)
        for model, pks in found.going.items():
            _remove(cursor, model, pks)
    for model, pks in found.going.items():
        touch_ids(model, "delete", pks)
    for path in files:
        default_storage.delete(path)
    return kept(found)


def _remove(cursor: Any, model: Model, pks: set[int]) -> None:
    """Foreign keys are checked at the commit: the order does not matter."""
    table = connections[OWNER].ops.quote_name(model._meta.db_table)
    guarded = getattr(model, "append_only", False)
    if guarded:
        cursor.execute(f"alter table {table} disable trigger {APPEND_ONLY}")
    rows = model._base_manager.using(OWNER).filter(pk__in=pks)
    rows._raw_delete(OWNER)  # type: ignore[attr-defined]
    if guarded:
        cursor.execute(f"alter table {table} enable trigger {APPEND_ONLY}")
    SampleRecord.objects.using(OWNER).filter(table_name=model._meta.db_table, row_id__in=pks).delete()


def _remove_what_is_said(going: dict[Model, set[int]]) -> list[str]:
    """Comments and attachments name their record by entity and number, not by a foreign key. Returns the files to be
    removed."""
    files: list[str] = []
    for model, keys in _entities().items():
        if pks := going.get(model):
            about = {"entity__in": keys, "record_id__in": pks}
            Comment.objects.using(OWNER).filter(**about)._raw_delete(OWNER)  # type: ignore[attr-defined]
            attachments = Attachment.objects.using(OWNER).filter(**about)
            files += attachments.values_list("path", flat=True)
            attachments._raw_delete(OWNER)  # type: ignore[attr-defined]
    return files


def kept(found: Plan) -> list[Kept]:
    """In words: what one's own records use. What stays only because such a sample needs it is not named apart; a line
    or a history is named by the document that it belongs to."""
    said: dict[tuple[str, str], Kept] = {}
    staying = {row for row, _user in found.kept}
    for (model, pk), (user, user_pk) in found.kept:
        if model in _documents() and (user, user_pk) not in staying:
            kind, title = _words(model, pk)
            said.setdefault((kind, title), Kept(kind, title, *_words(*_document(user, user_pk))))
    return list(said.values())


def counts(found: Plan) -> list[tuple[str, int]]:
    """How many records of each kind would go; parts of documents are not counted apart."""
    return [
        (str(model._meta.verbose_name_plural), len(pks))
        for model, pks in found.going.items()
        if model in _documents() and _parent(model) is None and pks
    ]


def _documents() -> set[Model]:
    return {apps.get_model(entity.model) for entity in registry().entities.values()}


def _parent(model: Model) -> Any:
    """The foreign key to what a row of this model is part of, if it is."""
    return next((f for f in model._meta.concrete_fields if f.is_relation and not f.null and _cascades(f)), None)


def _document(model: Model, pk: int) -> Row:
    """The record that a part belongs to: the row itself when it is one."""
    seen = set()
    while model not in _documents() and model not in seen:
        seen.add(model)
        up = _parent(model)
        parent = model._base_manager.filter(pk=pk).values_list(up.attname, flat=True).first() if up else None
        if up is None or parent is None:
            break
        model, pk = up.related_model, parent  # type: ignore[assignment]
    return model, pk


def _words(model: Model, pk: int) -> tuple[str, str]:
    row = model._base_manager.filter(pk=pk).first()
    return str(model._meta.verbose_name), str(row) if row is not None else str(pk)
