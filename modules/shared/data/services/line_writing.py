"""Writing order lines in bulk: a constant number of statements, with versions, authors and invalidations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.shared.data.services.order_lines import LineDraft, Pricing, Refusal, draft_lines, key_of
from tenon.access.actor import Actor
from tenon.problems import FieldError, Invalid
from tenon.records.service import frame, touch_ids

_KEPT = ("id", "order", "version", "created_at", "created_by", "changed_at", "changed_by")
Snapshot = dict[int, dict[str, Any]]


def _columns(model: type[models.Model]) -> list[str]:
    return [f.attname for f in model._meta.concrete_fields if f.name not in _KEPT]


def snapshot(rows: Sequence[Any]) -> Snapshot:
    """The lines as they stand in the database, to write only what differs later."""
    return {row.pk: {name: getattr(row, name) for name in _columns(type(row))} for row in rows}


def heads_insert(orders: Sequence[Any]) -> None:
    """New documents, numbered, in one statement."""
    if not orders:
        return
    member_id = frame().actor.member_id
    for order in orders:
        order.created_by_id = order.changed_by_id = member_id
    model = type(orders[0])
    model._default_manager.bulk_create(orders, batch_size=1000)
    touch_ids(model, "insert", {order.pk for order in orders})


def lines_insert(rows: Sequence[Any], *, parent: str = "order") -> None:
    """New lines; their document (the foreign key named `parent`) has its key by now."""
    if not rows:
        return
    member_id = frame().actor.member_id
    for row in rows:
        setattr(row, f"{parent}_id", getattr(row, parent).pk)
        row.created_by_id = row.changed_by_id = member_id
    model = type(rows[0])
    model._default_manager.bulk_create(rows)
    touch_ids(model, "insert", {row.pk for row in rows})


def lines_write(model: type[models.Model], before: Snapshot, rows: Sequence[Any], *, parent: str = "order") -> None:
    """Makes the database hold `rows` where it held `before`: removes, changes (only columns that differ) and adds."""
    kept = {row.pk for row in rows if row.pk}
    gone = set(before) - kept
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
        touch_ids(model, "delete", gone)
    names: set[str] = set()
    changed = []
    for row in rows:
        if row.pk:
            old = before[row.pk]
            different = {name for name in old if getattr(row, name) != old[name]}
            if different:
                names |= different
                changed.append(row)
    if changed:
        now, member_id = timezone.now(), frame().actor.member_id
        for row in changed:
            row.version += 1
            row.changed_at, row.changed_by_id = now, member_id
        fields = {f.name for f in model._meta.concrete_fields if f.attname in names}
        model._default_manager.bulk_update(changed, [*fields, "version", "changed_at", "changed_by"])
        touch_ids(model, "update", {row.pk for row in changed})
    lines_insert([row for row in rows if not row.pk], parent=parent)


def lines_patch(model: type[models.Model], columns: Mapping[str, str], values: Mapping[int, Sequence[Any]]) -> None:
    """Sets some columns (name → PostgreSQL type) of many lines in one statement: line id → values in that
    order. Lines that hold them already are left alone."""
    if not values:
        return
    names, table = list(columns), model._meta.db_table
    sets = ", ".join(f"{name} = d.{name}" for name in names)
    arrays = ", ".join(f"%s::{pg_type}[]" for pg_type in columns.values())
    old, new = ", ".join(f"l.{name}" for name in names), ", ".join(f"d.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""update {table} l
                   set {sets}, version = l.version + 1, changed_at = now(), changed_by_id = %s
                  from unnest(%s::bigint[], {arrays}) as d(id, {", ".join(names)})
                 where l.id = d.id and ({old}) is distinct from ({new}) returning l.id""",
            [frame().actor.member_id, list(values), *([row[i] for row in values.values()] for i in range(len(names)))],
        )
        touch_ids(model, "update", {row[0] for row in cursor.fetchall()})


def lines_replaced(
    existing: Sequence[Any],
    given: Sequence[Mapping[str, Any]],
    *,
    pricing: Pricing,
    make: Callable[[LineDraft, int], Any],
    refuse: Refusal | None = None,
) -> list[Any]:
    """The lines as `given` wants them, not yet written: by id changed, without id added. A changed line keeps what is
    not named, its price too unless its product changes. Raises Invalid."""
    by_id = {row.pk: row for row in existing}
    merged: list[dict[str, Any]] = []
    errors = []
    seen: set[int] = set()
    for index, values in enumerate(given):
        line_id = key_of(values.get("id"))
        old = by_id.get(line_id) if line_id else None
        if line_id and (old is None or line_id in seen):
            errors.append(FieldError(f"lines.{index}.id", "unknown", _("This line is not on the order")))
            continue
        if line_id:
            seen.add(line_id)
        merged.append(_merged(old, values) if old is not None else dict(values))
    if errors:
        raise Invalid(errors=errors)
    rows = []
    for index, draft in enumerate(draft_lines(merged, pricing=pricing, refuse=refuse)):
        row = make(draft, (index + 1) * 10)
        old = by_id.get(draft.line_id) if draft.line_id else None
        if old is not None:
            row.pk, row.version, row.created_at, row.created_by_id = (
                old.pk,
                old.version,
                old.created_at,
                old.created_by_id,
            )
            row.custom = {**old.custom, **row.custom}
            row._state.adding = False
        rows.append(row)
    return rows


def _merged(old: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "product": old.product_id, "unit": old.unit_id, "quantity": old.quantity, "unit_price": old.unit_price,
        "discount": old.discount, "tax": old.tax_id, "description": old.description, "position": old.position,
    }  # fmt: skip
    for name in (
        "requested_on",
        "due_on",
        "confirmed_on",
        "over_allowed",
        "under_allowed",
        "peg",
        "priced_by_second",
        "optional",
    ):
        if hasattr(old, name):
            kept[name] = getattr(old, name)
    if not {"quantity", "unit"} & set(values):
        kept["second_quantity"] = getattr(old, "second_quantity", None)
    if "product" in values and key_of(values["product"]) != old.product_id:
        # Another product brings its own unit, tax and price.
        for name in ("unit", "unit_price", "tax", "description", "second_quantity", "priced_by_second"):
            kept.pop(name, None)
        return {**kept, **values}
    return {**kept, "keep_product": True, "keep_tax": not key_of(values.get("tax")), **values}


def one_line(values: Mapping[str, Any], *, pricing: Pricing, refuse: Refusal | None = None) -> LineDraft:
    """A single line outside a document's list; errors name its fields directly."""
    try:
        return draft_lines([values], pricing=pricing, refuse=refuse)[0]
    except Invalid as problem:
        errors = [FieldError(e.field.removeprefix("lines.0."), e.code, e.message) for e in problem.errors]
        raise Invalid(errors=errors) from None


def author(actor: Actor, values: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Owner and department of a new document: named, else the one who makes it."""
    return (
        key_of(values.get("owner")) or actor.member_id,
        key_of(values.get("department")) or actor.department_id,
    )
