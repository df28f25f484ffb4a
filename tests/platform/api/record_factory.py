"""Makes a record of any entity from what its model asks for, so that the generic suite can walk all of them."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models, transaction
from django.db.models.fields import NOT_PROVIDED
from psycopg.errors import UniqueViolation

from tenon.access.models import Department, Member
from tests.platform.api.record_hints import HINTS

_serial = itertools.count(1)
_DEPTH = 6


def make(model: type[models.Model], depth: int = 0, **given: Any) -> Any:
    """A saved record with the least that its table accepts. Runs inside a service frame. Raises what the database
    raises."""
    try:
        return _make(model, depth, given, fresh=False)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return _make(model, depth, given, fresh=True)


def _make(model: type[models.Model], depth: int, given: dict[str, Any], fresh: bool) -> Any:
    """`fresh`: what it points at is made anew, so that it is the first of its kind there."""
    values: dict[str, Any] = {**HINTS.get(model._meta.label_lower, dict)(), **given}
    for field in model._meta.concrete_fields:
        if field.name in values or field.attname in values or field.primary_key:
            continue
        value = _value(field, depth, fresh)
        if value is not NOT_PROVIDED:
            values[field.name] = value
    record = model(**values)
    with transaction.atomic():
        record.save()
    return record


def _value(field: Any, depth: int, fresh: bool) -> Any:
    serial = next(_serial)
    if field.is_relation:
        if field.null or field.name in ("created_by", "changed_by"):
            return NOT_PROVIDED
        return _related(field.related_model, depth, new=field.unique or fresh)
    if field.has_default() and not field.unique:
        return NOT_PROVIDED
    if field.null and not field.unique:
        return NOT_PROVIDED
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, (models.DateTimeField,)):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=serial)
    if isinstance(field, models.DateField):
        return date(2031, 1, 1) + timedelta(days=serial % 20_000)
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.DecimalField):
        return Decimal(1)
    if isinstance(field, models.IntegerField):
        return serial
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.EmailField):
        return f"r{serial}@example.com"
    if isinstance(field, models.JSONField):
        return field.default() if callable(field.default) else {}
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, (models.CharField, models.TextField)):
        if field.blank and not field.unique:
            return NOT_PROVIDED
        text = f"q{serial}" if (field.max_length or 99) < 12 else f"Record {serial}"
        return text[: field.max_length or 99]
    return NOT_PROVIDED


def _related(model: Any, depth: int, new: bool) -> Any:
    if model in (Member, Department) or not new:
        there = model._default_manager.order_by("pk").first()
        if there is not None:
            return there
    if depth >= _DEPTH:
        raise ValueError(f"{model.__name__}: too deep")
    return make(model, depth + 1)
