"""The generic services of records: for entities that need no decision beyond their fields.

`data` maps field keys to Python values (references are instances), as `tenon.api.validation` makes them; under the
entity's `lines_field` it may hold the lines, each with an `id` when it is there already. Lines left out are deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import FieldError, Invalid
from tenon.records.service import service
from tenon.registry.registry import registry
from tenon.registry.types import Entity, Field


@cache
def _attributes(key: str) -> dict[str, str]:
    """Field key → attribute of the model."""
    fields = (Field(f) if isinstance(f, str) else f for f in registry().entities[key].fields)
    return {f.key: (f.source or f.key) for f in fields}


def _fill(entity: Entity, record: Model, data: Mapping[str, Any]) -> None:
    names = _attributes(entity.key)
    own = {f.name for f in record._meta.concrete_fields}
    for key, value in data.items():
        attribute = names.get(key, key)
        if attribute in own:
            setattr(record, attribute, value)


def clean(record: Model, prefix: str = "") -> None:
    """The model's own validators. References were looked up already, uniqueness is the database's to say."""
    skip = {f.name for f in record._meta.concrete_fields if f.is_relation or not f.editable}
    try:
        record.clean_fields(exclude=skip)
        record.clean()
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            raise Invalid(errors=[FieldError(prefix.rstrip("."), "invalid", m) for m in error.messages]) from error
        raise Invalid(
            errors=[
                FieldError(f"{prefix}{key}" if key != "__all__" else prefix.rstrip("."), e.code or "invalid", m)
                for key, errors in error.error_dict.items()
                for e in errors
                for m in e.messages
            ]
        ) from error


def _own(entity: Entity, record: Model, data: Mapping[str, Any], actor: Actor) -> None:
    """A record belongs to whoever makes it, unless they say otherwise."""
    if actor.member_id is None or not entity.owner_field or "__" in entity.owner_field:
        return
    owner = record._meta.get_field(entity.owner_field)
    if entity.owner_field not in data and owner.related_model is Member:
        setattr(record, f"{entity.owner_field}_id", actor.member_id)
        department = entity.department_field
        if department and "__" not in department and department not in data and actor.department_id is not None:
            setattr(record, f"{department}_id", actor.department_id)


@service()
def record_create(*, actor: Actor, entity: Entity, data: dict[str, Any]) -> Model:
    """A new record with its lines. Permission: `<entity>.create`. Raises Invalid, IntegrityError."""
    actor.require(f"{entity.permission_prefix}.create")
    record = apps.get_model(entity.model)()
    _fill(entity, record, data)
    _own(entity, record, data, actor)
    clean(record)
    record.save()
    if entity.lines and data.get(entity.lines_field):
        _write_lines(entity, record, data[entity.lines_field])
    return record


@service()
def record_update(*, actor: Actor, entity: Entity, record: Model, data: dict[str, Any]) -> Model:
    """Changes the named fields; `record` is locked. Permission: `<entity>.update`. Raises Invalid, IntegrityError."""
    actor.require(f"{entity.permission_prefix}.update")
    _fill(entity, record, data)
    clean(record)
    record.save()
    if entity.lines and data.get(entity.lines_field) is not None:
        _write_lines(entity, record, data[entity.lines_field])
    return record


@service()
def record_delete(*, actor: Actor, entity: Entity, record: Model) -> None:
    """Deletes a record and its lines. Permission: `<entity>.delete`. Raises ProtectedError while it is in use."""
    actor.require(f"{entity.permission_prefix}.delete")
    if entity.lines:
        line = registry().entities[entity.lines]
        for row in apps.get_model(line.model)._default_manager.filter(**{line.parent_field: record}).order_by("pk"):
            row.delete()
    record.delete()


def _write_lines(entity: Entity, record: Model, lines: Iterable[dict[str, Any]]) -> None:
    line = registry().entities[entity.lines]
    model = apps.get_model(line.model)
    there = {row.pk: row for row in model._default_manager.filter(**{line.parent_field: record}).order_by("pk")}
    positioned = any(f.name == "position" for f in model._meta.concrete_fields)
    given = list(lines)
    kept = {values["id"] for values in given if values.get("id")}
    for pk in [pk for pk in there if pk not in kept]:
        there[pk].delete()
    for index, values in enumerate(given):
        pk = values.get("id")
        row = there.get(pk) if pk else model(**{line.parent_field: record})
        if row is None:
            raise Invalid.field(f"{entity.lines_field}.{index}.id", _("This line does not belong to the record."))
        before = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields}
        _fill(line, row, {k: v for k, v in values.items() if k not in ("id", line.parent_field)})
        if positioned and "position" not in values:
            row.position = index + 1
        clean(row, f"{entity.lines_field}.{index}.")
        if not pk or any(getattr(row, name) != value for name, value in before.items()):
            row.save()
