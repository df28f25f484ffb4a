"""Order and keyset paging: a cursor is the place of the last row in the order, so pages neither skip nor repeat rows
while others write, and page 2,000 costs what page 1 does."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tenon.api.fields import DECIMALS
from tenon.api.filters import beyond_sight, custom_expression, field_at
from tenon.api.labels import label_path
from tenon.api.metadata import Resource
from tenon.api.shapes import model_field
from tenon.problems import Invalid

_TERMS = 6


@dataclass(frozen=True)
class Term:
    """One step of an order. Empty values come last in both directions."""

    key: str
    path: str  # what is compared: a column, or an annotation
    descending: bool
    nullable: bool
    kind: str  # how its value is read from a cursor
    annotation: Any = None


def _nullable(resource: Resource, path: str) -> bool:
    model: Any = resource.model
    for part in path.split("__"):
        field = model_field(model, part)
        if field is None or field.null:
            return True
        model = field.related_model if field.is_relation else None
    return False


_KINDS = {"date": "date", "datetime": "datetime", "boolean": "boolean", "integer": "integer"}


def _kind(resource: Resource, path: str, declared: str) -> str:
    field = model_field(resource.model, path)
    name = field.get_internal_type() if field is not None else ""
    if declared in DECIMALS:
        return "decimal"
    if declared == "ref" or declared == "choice":
        if "Integer" in name or name.endswith("AutoField"):
            return "integer"
        return {"DateField": "date", "DateTimeField": "datetime", "DecimalField": "decimal"}.get(name, "text")
    return _KINDS.get(declared, "text")


def order_terms(resource: Resource, spec: Sequence[str], field: str = "order") -> list[Term]:
    """`["-number", "customer"]` → terms that tell any two rows apart. Raises Invalid for what cannot be sorted by."""
    terms: list[Term] = []
    for word in spec[:_TERMS]:
        key, descending = word.lstrip("-"), word.startswith("-")
        found = field_at(resource, key)
        if found is None or not found[0].sortable or beyond_sight(resource, key):
            raise Invalid.field(field, _("There is no such field to sort by: %(key)s.") % {"key": key}, "unknown")
        shape, prefix = found
        if shape.custom:
            name = f"o{len(terms)}_{shape.key.removeprefix('custom.')}"
            kind = "decimal" if shape.type == "integer" else _kind(resource, name, shape.type)
            terms.append(Term(word, name, descending, True, kind, custom_expression(shape, prefix)))
            continue
        path = prefix + (label_path(resource.actor, shape) if shape.type == "ref" else shape.source)
        terms.append(Term(word, path, descending, _nullable(resource, path), _kind(resource, path, shape.type)))
        last = model_field(resource.model, path)
        if last is not None and "__" not in path and last.unique and not last.null:
            return terms
    descending = terms[-1].descending if terms else True
    terms.append(Term("-id" if descending else "id", "pk", descending, False, "integer"))
    return terms


def ordered(rows: QuerySet[Any], terms: Sequence[Term]) -> QuerySet[Any]:
    rows = rows.annotate(**{t.path: t.annotation for t in terms if t.annotation is not None})
    return rows.order_by(*(_direction(t) for t in terms))


def _direction(term: Term) -> Any:
    expression = F(term.path)
    if not term.nullable:
        return expression.desc() if term.descending else expression.asc()
    return expression.desc(nulls_last=True) if term.descending else expression.asc(nulls_last=True)


# --- cursors ------------------------------------------------------------


def make_cursor(terms: Sequence[Term], values: Sequence[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, date) else str(v) if isinstance(v, Decimal) else v for v in values]
    body = orjson.dumps([",".join(t.key for t in terms), plain])
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def read_cursor(terms: Sequence[Term], text: str) -> list[Any]:
    """Raises Invalid for a cursor that is broken or of another order."""
    try:
        order, values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if order != ",".join(t.key for t in terms) or len(values) != len(terms):
            raise ValueError
        return [_read(term, value) for term, value in zip(terms, values, strict=True)]
    except (ValueError, TypeError, binascii.Error, InvalidOperation):
        raise Invalid.field("cursor", _("This cursor does not belong to this list; start at its beginning.")) from None


def _read(term: Term, value: Any) -> Any:
    if value is None:
        if not term.nullable:
            raise ValueError
        return None
    if term.kind == "integer":
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
            raise ValueError
        return value
    if term.kind == "boolean":
        if not isinstance(value, bool):
            raise ValueError
        return value
    if term.kind == "decimal" and not isinstance(value, str):
        value = repr(value) if isinstance(value, (int, float)) else None
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    if term.kind == "decimal":
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > 60:
            raise ValueError
        return number
    if term.kind == "date":
        return date.fromisoformat(value)
    if term.kind == "datetime":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    return value


def after(terms: Sequence[Term], values: Sequence[Any]) -> Q:
    """The rows behind a place: for some term beyond it, and equal to it in all terms before."""
    condition, equal = Q(pk__in=[]), Q()
    for term, value in zip(terms, values, strict=True):
        beyond = _beyond(term, value)
        if beyond is not None:
            condition |= equal & beyond
        equal &= Q(**{f"{term.path}__isnull": True}) if value is None else Q(**{term.path: value})
    first, value = terms[0], values[0]
    if value is not None and not first.nullable:
        # Implied by the rest, and said so that the index of the first term is entered at the right place.
        condition &= Q(**{f"{first.path}__{'lte' if first.descending else 'gte'}": value})
    return condition


def _beyond(term: Term, value: Any) -> Q | None:
    if value is None:
        return None
    beyond = Q(**{f"{term.path}__{'lt' if term.descending else 'gt'}": value})
    return beyond | Q(**{f"{term.path}__isnull": True}) if term.nullable else beyond


def order_of(resource: Resource, params: Mapping[str, Any]) -> list[Term]:
    """The order that a query asks for, else the entity's own (without what a role hides)."""
    asked = [part.strip() for part in str(params.get("order", "")).split(",") if part.strip()]
    if asked:
        return order_terms(resource, asked)
    keys = [(key, key.lstrip("-")) for key in resource.entity.default_order]
    own = [key for key, path in keys if field_at(resource, path) and not beyond_sight(resource, path)]
    return order_terms(resource, own)
