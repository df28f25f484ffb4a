"""Lists: pages of rows, with counts and totals, and summaries by group, of what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth, TruncQuarter, TruncWeek, TruncYear
from django.utils.translation import gettext_lazy as _

from tenon.access.scope import visible
from tenon.api.apart import read_apart
from tenon.api.fields import DECIMALS, OUT, plain
from tenon.api.filters import beyond_sight, custom_expression, field_at, filtered
from tenon.api.labels import label_path
from tenon.api.matching import searched_first, selected
from tenon.api.metadata import Resource
from tenon.api.ordering import Term, after, make_cursor, order_of, ordered, read_cursor
from tenon.api.rows import RowPlan
from tenon.api.shapes import FieldShape
from tenon.api.visibility import annotated, scoped
from tenon.api.visibility import rows as visible_rows
from tenon.problems import Invalid

PAGE = 50
LARGEST_PAGE = 500
_GROUPS = 500
_TRUNCATE = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear}
_YES = ("1", "true")


def selection(resource: Resource, params: Mapping[str, Any]) -> QuerySet[Any]:
    """The rows that a query's filters and search leave."""
    return selected(resource, visible_rows(resource), params)


@lru_cache(maxsize=512)
def _columns_in_order(
    model: type[Model], columns: tuple[str, ...], order: tuple[tuple[str, bool, bool], ...]
) -> QuerySet[Any]:
    """All rows of a table, their columns found and joined: worked out once, not for each page."""
    terms = [Term("", path, descending, nullable, "") for path, descending, nullable in order]
    return ordered(model._default_manager.values_list(*_selected(model, columns, terms)), terms)


def _selected(model: type[Model], columns: tuple[str, ...], terms: Sequence[Term]) -> tuple[Any, ...]:
    """The columns, and behind them what the rows are ordered by."""
    order = tuple(t.path for t in terms)
    return (*read_apart(model, columns, order), *order)


def _listed(resource: Resource, params: Mapping[str, Any], plan: RowPlan, terms: Sequence[Term]) -> QuerySet[Any]:
    """The filtered rows in their order, as the plan's columns and, behind them, what they are ordered by."""
    columns = tuple(plan.columns)
    if resource.entity.selector or any(t.annotation is not None for t in terms):
        rows = ordered(filtered(resource, visible_rows(resource), params), terms)
        return rows.values_list(*_selected(resource.model, columns, terms))
    order = tuple((t.path, t.descending, t.nullable) for t in terms)
    rows = _columns_in_order(resource.model, columns, order)
    return filtered(resource, visible(resource.actor, scoped(resource.entity.key), rows), params)


def _found(
    resource: Resource, params: Mapping[str, Any], plan: RowPlan, terms: Sequence[Term], place: Sequence[Any], most: int
) -> Iterable[tuple[Any, ...]]:
    """The first `most` rows behind a place in their order."""
    first = terms[0]
    by_reference = first.nullable and first.annotation is None and "__" in first.path
    if by_reference and not params.get("search") and (not place or place[0] is not None):
        # Rows that have one come first, and where they are enough the index of its table leads, whatever else there is.
        filled = (replace(first, nullable=False), *terms[1:])
        rows = _listed(resource, params, plan, filled).filter(**{f"{first.path}__isnull": False})
        found = list(rows.filter(after(filled, place) if place else Q())[:most])
        if len(found) == most:
            return found
    return _all_found(resource, params, plan, terms, place, most)[:most]


def _all_found(
    resource: Resource, params: Mapping[str, Any], plan: RowPlan, terms: Sequence[Term], place: Sequence[Any], most: int
) -> QuerySet[Any]:
    rows, text = _listed(resource, params, plan, terms), str(params.get("search", ""))
    behind = after(terms, place) if place else Q()

    def lean() -> QuerySet[Any]:
        return ordered(filtered(resource, visible_rows(resource), params), terms).filter(behind)

    return searched_first(resource, rows.filter(behind), lean, text, most)


def _limit(params: Mapping[str, Any]) -> int:
    text = str(params.get("limit", PAGE))
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= LARGEST_PAGE:
        raise Invalid.field("limit", _("A number from 1 to %(n)s.") % {"n": LARGEST_PAGE})
    return int(text)


def _wanted(params: Mapping[str, Any]) -> list[str] | None:
    text = str(params.get("fields", ""))
    return [part.strip() for part in text.split(",") if part.strip()] or None


def page(resource: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    """One page as docs/api.md shows it. One query; a second one where a count or totals are asked for, and where it is
    ordered by a reference that few rows have."""
    limit, plan = _limit(params), RowPlan(resource, _wanted(params))
    terms = order_of(resource, params)
    cursor = str(params.get("cursor", ""))
    place: Sequence[Any] = read_cursor(terms, cursor) if cursor else ()
    rows = _found(resource, params, plan, terms, place, limit + 1)
    results: list[dict[str, Any]] = []
    more = False
    for row, values in plan.read(rows):
        if len(results) == limit:
            more = True
            break
        results.append(row)
        place = values
    body: dict[str, Any] = {"results": results, "next": make_cursor(terms, place) if more else None}
    body.update(_figures(resource, params))
    return body


def _figures(resource: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    count, totals = params.get("count") in _YES, params.get("totals") in _YES
    sums = _sums(resource, [k for k in resource.entity.totals if k in resource.fields]) if totals else {}
    if not count and not sums:
        return {"totals": {}} if totals else {}
    wanted: dict[str, Any] = {f"sum_{i}": Sum(shape.source) for i, shape in enumerate(sums.values())}
    if count:
        wanted["rows"] = Count("pk")
    figures = selection(resource, params).order_by().aggregate(**wanted)
    body: dict[str, Any] = {"count": figures["rows"]} if count else {}
    if totals:
        body["totals"] = {key: _sum(shape, figures[f"sum_{i}"]) for i, (key, shape) in enumerate(sums.items())}
    return body


def _sums(resource: Resource, keys: list[str], field: str = "sum") -> dict[str, FieldShape]:
    out = {}
    for key in keys:
        shape = resource.queryable.get(key)
        if shape is None or shape.custom or not shape.stored or shape.type not in (*DECIMALS, "integer"):
            raise Invalid.field(field, _("There is no such field to sum: %(key)s.") % {"key": key}, "unknown")
        out[key] = shape
    return out


def _sum(shape: FieldShape, value: Any) -> str:
    return OUT.get(shape.type, plain)(value or 0) or "0" if not isinstance(value, int) else str(value)


def everything(resource: Resource, params: Mapping[str, Any], *, plan: RowPlan, chunk: int = 1000) -> Iterator[Any]:
    """All rows of a query in its order, a chunk of pages at a time: exports of any size in little memory."""
    found, terms = selection(resource, params), order_of(resource, params)
    base, place = ordered(found, terms), None
    while True:
        rows = base.filter(after(terms, place)) if place is not None else base
        count = 0
        for row, values in plan.rows(rows[:chunk], *(t.path for t in terms)):
            count += 1
            place = values
            yield row
        if count < chunk:
            return


def one(resource: Resource, pk: int) -> dict[str, Any] | None:
    """One row the actor may see; None when there is none."""
    plan = RowPlan(resource)
    return next((row for row, _extra in plan.rows(visible_rows(resource).filter(pk=pk)[:1])), None)


def lines_of(resource: Resource, pk: int) -> list[dict[str, Any]]:
    """The lines of a document, which is itself visible to the actor; in their position."""
    lines = resource.lines
    if lines is None:
        return []
    keys = [k for k in ("position", "line_no", "sequence") if k in lines.queryable or _has(lines, k)]
    rows = annotated(lines).filter(**{lines.entity.parent_field: pk}).order_by(*keys[:1], "pk")
    return [row for row, _extra in RowPlan(lines).rows(rows)]


def _has(resource: Resource, name: str) -> bool:
    return any(f.name == name for f in resource.model._meta.concrete_fields)


# --- summaries ------------------------------------------------------------


def summary(resource: Resource, params: Mapping[str, Any]) -> dict[str, Any]:
    """Counts and sums of the filtered rows by a field; dates by `__day`, `__week`, `__month`, `__quarter`, `__year`."""
    name = str(params.get("group", ""))
    path, _sep, step = name.rpartition("__")
    if not (path and step in _TRUNCATE):
        path, step = name, ""
    found = field_at(resource, path) if path else None
    wrong = found is None or not found[0].sortable or (step and found[0].type not in ("date", "datetime"))
    if found is None or wrong or beyond_sight(resource, path):
        raise Invalid.field("group", _("There is no such field to group by."), "unknown")
    shape, prefix = found
    sums = _sums(resource, [part.strip() for part in str(params.get("sum", "")).split(",") if part.strip()])
    rows = selection(resource, params).order_by()
    if rows.query.group_by is not None:  # a selector that aggregates would split our groups
        rows = resource.model._default_manager.filter(pk__in=rows.values("pk"))
    column = prefix + shape.source
    if step:
        moment = custom_expression(shape, prefix) if shape.custom else column
        rows, column = rows.annotate(group_key=_TRUNCATE[step](moment)), "group_key"
    elif shape.custom:
        rows, column = rows.annotate(group_key=custom_expression(shape, prefix)), "group_key"
    label = prefix + label_path(resource.actor, shape) if shape.type == "ref" else ""
    columns = [column, *([label] if label else [])]
    figures = {f"sum_{i}": Sum(s.source) for i, s in enumerate(sums.values())}
    groups = []
    for values in rows.values_list(*columns).annotate(rows=Count("pk"), **figures).order_by("-rows", column)[:_GROUPS]:
        key, text, counted, *totals = values if label else (values[0], None, *values[1:])
        group = {"key": _key(shape, key), "label": _group_label(shape, key, text), "count": counted}
        group.update({k: _sum(s, v) for (k, s), v in zip(sums.items(), totals, strict=True)})
        groups.append(group)
    if shape.choices:
        places = {value: i for i, (value, _label) in enumerate(shape.choices)}
        groups.sort(key=lambda g: places.get(g["key"], len(places)))
    elif step:
        groups.sort(key=lambda g: (g["key"] is None, str(g["key"])))
    return {"groups": groups}


def _key(shape: FieldShape, value: Any) -> Any:
    out = OUT.get(shape.type)
    if shape.type in ("date", "datetime") and value is not None:
        return value.isoformat()[:10]
    return out(value) if out else value


def _group_label(shape: FieldShape, value: Any, text: Any) -> str:
    if value is None:
        return ""
    if shape.choices:
        return next((str(label) for v, label in shape.choices if v == value), str(value))
    if shape.type == "ref":
        return str(text or f"#{value}")
    return str(_key(shape, value))
