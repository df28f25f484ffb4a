"""Ways of writing many rows: in bulk where nothing has to be decided per row, else through the entity's services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.core import validators
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.visibility import parent_of
from tenon.api.writing import call_create, call_update
from tenon.records.base import Record
from tenon.records.service import frame, touch_ids
from tenon.records.services.record import _own, clean

_ORDINARY = (
    validators.MaxLengthValidator, validators.MinValueValidator, validators.MaxValueValidator,
    validators.DecimalValidator, validators.EmailValidator, validators.URLValidator,
    validators.ProhibitNullCharactersValidator,
)  # fmt: skip


@contextmanager
def attempt() -> Iterator[None]:
    """A savepoint: what fails inside leaves neither rows nor events."""
    events, before = frame().events, len(frame().events)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del events[before:]
        raise


def is_plain(resource: Resource, verb: str) -> bool:
    """No service, no document around it, no `save` of its own: rows may be written in bulk."""
    entity, model = resource.entity, resource.model
    return (
        not getattr(entity, verb)
        and not entity.lines
        and parent_of(entity.key) is None
        and issubclass(model, Record)
        and model.save is Record.save
    )


def many_of(path: str) -> Any:
    """`party_create` may have a sister `party_create_many(*, actor, rows: list[dict]) -> list[record]` beside it, and
    `party_update` a `party_update_many(*, actor, changes: list[(record, dict)]) -> list[record]`."""
    if not path:
        return None
    module, _dot, name = path.rpartition(".")
    return getattr(import_module(module), f"{name}_many", None)


def _needs_cleaning(model: type[Model]) -> bool:
    own = model.clean is not Model.clean
    return own or any(not isinstance(v, _ORDINARY) for f in model._meta.concrete_fields for v in f.validators)


def insert_many(resource: Resource, actor: Actor, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """New plain records: one statement, one audit entry each by the trigger."""
    cleaning = _needs_cleaning(resource.model)
    records = []
    for data in rows:
        record = resource.model()
        _fill(resource, record, data)
        _own(resource.entity, record, data, actor)
        record.created_by_id = record.changed_by_id = actor.member_id  # type: ignore[attr-defined]
        if cleaning:
            clean(record)
        records.append(record)
    resource.model._default_manager.bulk_create(records)
    touch_ids(resource.model, "insert", {record.pk for record in records})
    return records


def _fill(resource: Resource, record: Any, data: dict[str, Any]) -> None:
    for key, value in data.items():
        shape = resource.fields.get(key)
        if key == "custom":
            record.custom = value
        elif shape is not None and shape.source and "__" not in shape.source:
            setattr(record, shape.source, value)


def update_many(resource: Resource, actor: Actor, changes: Sequence[tuple[Any, dict[str, Any]]]) -> list[Any]:
    """Changed plain records: one statement for all of them."""
    names = sorted({_attribute(resource, key) for _record, data in changes for key in data})
    cleaning, now = _needs_cleaning(resource.model), timezone.now()
    records = []
    for record, data in changes:
        _fill(resource, record, data)
        record.version, record.changed_at, record.changed_by_id = record.version + 1, now, actor.member_id
        if cleaning:
            clean(record)
        records.append(record)
    _write(resource.model, records, [*names, "version", "changed_at", "changed_by"])
    touch_ids(resource.model, "update", {record.pk for record in records})
    return records


def _attribute(resource: Resource, key: str) -> str:
    return key if key == "custom" else resource.fields[key].source


def _write(model: type[Model], records: Sequence[Any], names: Sequence[str]) -> None:
    """`update … from (values …)`: Django's bulk_update compares every row with every other one."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote, pk = connection.ops.quote_name, "id"
    types = [field.db_type(connection) if not field.is_relation else "bigint" for field in fields]
    row = "(" + ", ".join(["%s::bigint", *(f"%s::{kind}" for kind in types)]) + ")"
    columns = [quote(field.column) for field in fields]
    values = ", ".join([row] * len(records))
    parameters: list[Any] = []
    for record in records:
        parameters.append(record.pk)
        parameters += [f.get_db_prep_save(getattr(record, f.attname), connection) for f in fields]
    sql = (
        f"update {quote(model._meta.db_table)} t set {', '.join(f'{c} = v.{c}' for c in columns)} "
        f"from (values {values}) v (id, {', '.join(columns)}) where t.{quote(pk)} = v.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def create_one(resource: Resource, actor: Actor, data: dict[str, Any]) -> Any:
    return call_create(actor, resource.entity, data)


def update_one(resource: Resource, actor: Actor, record: Any, data: dict[str, Any]) -> Any:
    return call_update(actor, resource.entity, record, data)
