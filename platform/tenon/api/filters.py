"""Which rows a query asks for: filters by field, one hop over a reference, custom fields. Words: matching.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import BooleanField, DateField, DecimalField, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from tenon.access.scope import scope_filter
from tenon.api.fields import DECIMALS, TEXTS, FieldFault, parse_filter, plain
from tenon.api.lookups import holds
from tenon.api.metadata import Resource, feature_on
from tenon.api.shapes import FieldShape, label_of, model_field, title_of
from tenon.api.visibility import rows as visible_rows
from tenon.api.visibility import scoped
from tenon.problems import FieldError, Invalid
from tenon.registry.registry import registry
from tenon.registry.types import Entity

OPERATORS = ("eq", "in", "gte", "lte", "gt", "lt", "contains", "isnull")
RESERVED = frozenset({"search", "order", "fields", "limit", "cursor", "count", "totals", "group", "sum", "format"})
_CASTS: dict[str, Any] = {
    "integer": DecimalField(max_digits=30, decimal_places=0),
    "decimal": DecimalField(max_digits=38, decimal_places=10),
    "boolean": BooleanField(),
    "date": DateField(),
}
_MANY = 500


def custom_expression(shape: FieldShape, prefix: str = "") -> Any:
    """A custom value as PostgreSQL compares and sorts it."""
    text = KeyTextTransform(shape.key.removeprefix("custom."), f"{prefix}custom")
    return Cast(text, _CASTS[shape.type]) if shape.type in _CASTS else Cast(text, TextField())


def field_at(resource: Resource, path: str) -> tuple[FieldShape, str] | None:
    """(the field, ORM prefix up to it) for `status`, `custom.colour` or one hop, `customer.country`. None: no such
    field, or not for this actor."""
    shape = resource.queryable.get(path)
    if shape is not None:
        return shape, ""
    link, target, tail = hop(resource, path)
    if link is None or target is None or not feature_on(target):
        return None
    if not resource.actor.can(f"{target.permission_prefix}.view"):
        return None
    shape = Resource(resource.actor, target).queryable.get(tail)
    return (shape, f"{link.source}__") if shape is not None else None


def hop(resource: Resource, path: str) -> tuple[FieldShape | None, Entity | None, str]:
    """The reference that a path goes over, the entity behind it, and the field there."""
    head, _dot, tail = path.partition(".")
    link = resource.queryable.get(head)
    if not tail or link is None or link.type != "ref" or not link.target or not link.stored:
        return None, None, tail
    return link, registry().entities.get(link.target), tail


def beyond_sight(resource: Resource, path: str) -> bool:
    """Whether a path leads to values of records of which the actor sees some only. What such a record is called stands
    in the reference itself; by its other fields nobody may sort or group, and filters find what is in sight."""
    link, target, tail = hop(resource, path)
    if path in resource.queryable or link is None or target is None or tail in (title_of(target), label_of(target)):
        return False
    return bool(scope_filter(resource.actor, scoped(target.key)))


def _in_sight(resource: Resource, path: str) -> Q:
    link, target, _tail = hop(resource, path)
    if link is None or target is None or not beyond_sight(resource, path):
        return Q()
    return Q(**{f"{link.source}__in": visible_rows(Resource(resource.actor, target)).order_by().values("pk")})


def split_operator(name: str) -> tuple[str, str]:
    path, _sep, operator = name.rpartition("__")
    return (path, operator) if path and operator in OPERATORS else (name, "eq")


NOBODY = 0


def _value(resource: Resource, shape: FieldShape, text: str) -> Any:
    value = _read(resource, shape, text)
    if value is None:
        raise FieldFault("required", _("Say a value; what is empty is found with __isnull."))
    return value


def _read(resource: Resource, shape: FieldShape, text: str) -> Any:
    if shape.type == "ref":
        if text == "me" and shape.target == "access.member":
            return resource.actor.member_id or NOBODY
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise FieldFault("invalid", _("This must be the id of a record."))
        return int(text)
    if shape.type == "integer" and shape.key == "id":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else parse_filter(shape, text)
    return parse_filter(shape, text)


def _json_value(shape: FieldShape, value: Any) -> Any:
    if shape.type in DECIMALS:
        return plain(value)
    return value.isoformat() if shape.type in ("date", "datetime") else value


def _condition(resource: Resource, rows: QuerySet[Any], name: str, text: str) -> tuple[QuerySet[Any], Q]:
    path, operator = split_operator(name)
    found = field_at(resource, path)
    if found is None:
        raise FieldFault("unknown", _("There is no such field to filter by."))
    shape, prefix = found
    if operator not in shape.filters:
        raise FieldFault("unknown", _("This field cannot be filtered like that."))
    if operator == "isnull":
        if text.lower() not in ("true", "false", "1", "0"):
            raise FieldFault("invalid", _("Say true or false."))
        return rows, _is_empty(shape, prefix, text.lower() in ("true", "1"))
    column = prefix + shape.source
    if operator == "in":
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) > _MANY:
            raise FieldFault("too_many", _("At most %(n)s values.") % {"n": _MANY})
        values = [_value(resource, shape, part) for part in parts]
        if shape.custom:
            condition = Q(pk__in=[])
            for value in values:
                condition |= _custom_equals(shape, prefix, value)
            return rows, condition
        return rows, Q(**{f"{column}__in": values})
    if shape.type == "multichoice":
        return rows, Q(**{f"{column}__contains": [text]})
    value = _value(resource, shape, text)
    if shape.custom:
        if operator == "eq":
            return rows, _custom_equals(shape, prefix, value)
        alias = f"f{len(rows.query.annotations)}_{shape.key.removeprefix('custom.')}"
        rows = rows.alias(**{alias: custom_expression(shape, prefix)})
        return rows, Q(**{f"{alias}__{'part' if operator == 'contains' else operator}": value})
    if operator == "contains":
        return rows, _contains(resource, shape, prefix, value)
    return rows, Q(**{f"{column}__{'exact' if operator == 'eq' else operator}": value})


def _contains(resource: Resource, shape: FieldShape, prefix: str, value: str) -> Q:
    field = model_field(resource.model, prefix.removesuffix("__")) if prefix else None
    model: Any = field.related_model if field is not None else resource.model
    return holds(model, [shape.source], value, prefix)


def _custom_equals(shape: FieldShape, prefix: str, value: Any) -> Q:
    # Containment, not extraction: the one question that the GIN index on `custom` answers.
    return Q(**{f"{prefix}custom__contains": {shape.key.removeprefix("custom."): _json_value(shape, value)}})


def _is_empty(shape: FieldShape, prefix: str, empty: bool) -> Q:
    key = shape.key.removeprefix("custom.")
    if shape.custom:
        condition = ~Q(**{f"{prefix}custom__has_key": key}) | Q(**{f"{prefix}custom__{key}": None})
    else:
        condition = Q(**{f"{prefix}{shape.source}__isnull": True})
        if shape.type in TEXTS:
            condition |= Q(**{f"{prefix}{shape.source}": ""})
    return condition if empty else ~condition


def filtered(resource: Resource, rows: QuerySet[Any], params: Mapping[str, Any]) -> QuerySet[Any]:
    """Applies every filter among the query's parameters. Raises Invalid, naming each that is wrong."""
    errors: list[FieldError] = []
    for name in params:
        if name in RESERVED:
            continue
        for text in _all(params, name):
            try:
                rows, condition = _condition(resource, rows, name, text)
                rows = rows.filter(condition, _in_sight(resource, split_operator(name)[0]))
            except FieldFault as fault:
                errors.append(FieldError(name, fault.code, fault.message))
    if errors:
        raise Invalid(errors=errors)
    return rows


def _all(params: Mapping[str, Any], name: str) -> Iterable[str]:
    many = getattr(params, "getlist", None)
    return many(name) if many else [str(params[name])]
