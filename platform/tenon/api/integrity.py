"""What PostgreSQL refuses, in the words of the form: which field, and why.

Columns are read from the server's message parts, not from constraint names: names get suffixes where tables are
sharded (docs/scale.md), so a name is only ever compared by its beginning."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import psycopg
from django.apps import apps
from django.db import IntegrityError
from django.db.models import CheckConstraint, Field, Model
from django.utils.encoding import force_str
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenon.problems import Conflict, FieldError, Invalid, Problem

SHOWN = 3
_KEY = re.compile(r"\((.*)\)=\((.*)\)", re.DOTALL)


@cache
def _models_by_table() -> dict[str, type[Model]]:
    return {m._meta.db_table: m for m in apps.get_models()}


def model_of_table(table: str | None) -> type[Model] | None:
    """Shards are named after their table with a number behind."""
    tables = _models_by_table()
    return tables.get(table or "") or tables.get(re.sub(r"_\d+$", "", table or ""))


def _field_of_column(model: type[Model] | None, column: str) -> Field[Any, Any] | None:
    for field in model._meta.concrete_fields if model else ():
        if field.column == column:
            return field
    return None


def _label(field: Field[Any, Any] | None, column: str) -> str:
    return force_str(capfirst(field.verbose_name)) if field else column


def problem_of_integrity(error: IntegrityError) -> Problem:
    """A constraint of the database said no."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.errors.IntegrityError):
        return Conflict()
    diag = cause.diag
    model = model_of_table(diag.table_name)
    if isinstance(cause, psycopg.errors.UniqueViolation):
        return _of_unique(model, diag.message_detail or "")
    if isinstance(cause, psycopg.errors.NotNullViolation):
        field = _field_of_column(model, diag.column_name or "")
        return Invalid.field(field.name if field else diag.column_name or "", _("This is required."), "required")
    if isinstance(cause, psycopg.errors.ForeignKeyViolation):
        return _of_foreign_key(model, diag.message_detail or "")
    if isinstance(cause, psycopg.errors.CheckViolation):
        return _of_check(model, diag.constraint_name or "")
    if isinstance(cause, psycopg.errors.ExclusionViolation):
        return Conflict(_("This overlaps with another entry."))
    return Conflict(diag.message_primary or "")


def _of_unique(model: type[Model] | None, detail: str) -> Problem:
    found = _KEY.search(detail)
    if not found:
        return Conflict(_("There is already such a record."))
    columns = re.findall(r"\b([a-z_][a-z0-9_]*)\b", found.group(1).lower())
    fields = [f for f in (_field_of_column(model, c) for c in dict.fromkeys(columns)) if f is not None]
    names = ", ".join(_label(f, "") for f in fields) or found.group(1)
    message = _("There is already one with %(fields)s %(values)s.") % {"fields": names, "values": found.group(2)}
    errors = [FieldError(f.name, "unique", message) for f in fields[-1:]] if len(fields) == 1 else [
        FieldError(f.name, "unique", message) for f in fields
    ]  # fmt: skip
    return Invalid(message, errors=errors)


def _of_foreign_key(model: type[Model] | None, detail: str) -> Problem:
    found = _KEY.search(detail)
    field = _field_of_column(model, found.group(1)) if found else None
    if field is not None and "still referenced" not in detail:
        return Invalid.field(field.name, _("There is no such record."), "does_not_exist")
    return Conflict(_("This is still in use elsewhere."))


def _of_check(model: type[Model] | None, name: str) -> Problem:
    for constraint in model._meta.constraints if model else ():
        if isinstance(constraint, CheckConstraint) and name.startswith(constraint.name):
            fields = _fields_in(constraint, model)
            message: Any = (
                constraint.violation_error_message
                if constraint.violation_error_message != constraint.default_violation_error_message
                else _("The value of %(fields)s is not allowed.") % {"fields": ", ".join(_label(f, "") for f in fields)}
            )
            return Invalid(message, errors=[FieldError(f.name, "check", message) for f in fields])
    field = next((f for f in (model._meta.concrete_fields if model else ()) if f"_{f.column}_check" in name), None)
    message = _("The value of %(fields)s is not allowed.") % {"fields": _label(field, name)}
    return Invalid(message, errors=[FieldError(field.name, "check", message)] if field else [])


def _fields_in(constraint: CheckConstraint, model: type[Model] | None) -> list[Field[Any, Any]]:
    names: dict[str, None] = {}

    def walk(node: Any) -> None:
        for child in getattr(node, "children", ()):
            if isinstance(child, tuple):
                names[child[0].partition("__")[0]] = None
            else:
                walk(child)

    walk(constraint.condition)
    return [f for f in (model._meta.concrete_fields if model else ()) if f.name in names]


def problem_of_protected(error: Any, name: Callable[[Model], str | None] | None = None) -> Problem:
    """Deleting what others point at: says what kinds of records do, and names those that `name` lets one see."""
    found = list(getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", None) or ())
    if not found:
        return Conflict(_("This is still in use elsewhere."))
    kinds: dict[str, list[Model]] = {}
    for item in found:
        kinds.setdefault(force_str(capfirst(item._meta.verbose_name)), []).append(item)
    parts = []
    for kind, items in kinds.items():
        names = [known for item in items[:SHOWN] if name is not None and (known := name(item))]
        more = " …" if names and len(items) > len(names) else ""
        parts.append(f"{kind}: {', '.join(names) or len(items)}{more}")
    return Conflict(
        _("This is still in use (%(where)s).") % {"where": "; ".join(parts)},
        in_use=[{"kind": kind, "count": len(items)} for kind, items in kinds.items()],
    )
