"""Changing purchase orders after they were confirmed: every change is a new revision with its differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import PurchaseOrder, PurchaseOrderChange, PurchaseOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.purchase_control import Tolerances, allowances, authority, base_amount
from modules.shared.data.services.line_progress import SECOND_PURCHASE, purchase_orders_derive
from modules.shared.data.services.line_writing import lines_patch, lines_replaced, lines_write, snapshot
from modules.shared.data.services.order_lines import add_up, as_day, key_of, set_totals
from modules.shared.data.services.purchase_budget import need_budget
from modules.shared.data.services.purchase_history import Kind, State, change_record, compared, picture
from modules.shared.data.services.purchase_orders import (
    SOFT_FIELDS,
    line_new,
    pricing_of,
    purchase_order_update,
    refusal_of,
)
from modules.shared.data.services.purchase_supply import supply_moved, supply_shrunk
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Status, Approval = PurchaseOrder.Status, PurchaseOrder.Approval
OPEN = (Status.CONFIRMED, Status.PART_RECEIVED, Status.RECEIVED)
# What of a confirmed order is agreed with the supplier, and can be agreed anew.
AGREED = frozenset({"due_on", "freight", "payment_term", "supplier_reference"})
PROGRESS = ("received", "rejected", "invoiced", "returned", *SECOND_PURCHASE)


@service("shared.purchase_order.update")
def purchase_order_edit(
    *,
    actor: Actor,
    order: PurchaseOrder,
    lines: Sequence[Mapping[str, Any]] | None = None,
    change_reason: str = "",
    **values: Any,
) -> PurchaseOrder:
    """What the form of an order does: a draft is changed, a confirmed order is changed as `purchase_order_change` does
    (needs shared.purchase_order.change), and of any but a cancelled one what nothing hangs on. Raises what these
    raise."""
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    agreed = {k: v for k, v in values.items() if k in AGREED}
    if order.status not in OPEN or order.is_migrated or (lines is None and not _differ(order, agreed)):
        return purchase_order_update(actor=actor, order=order, lines=lines, **values)
    left = {k: v for k, v in values.items() if k not in AGREED and k != "prices"}
    fixed = {k for k in left if k not in SOFT_FIELDS and _differ(order, {k: left[k]})}
    if fixed:
        raise StateRefused(_("Supplier, currency and order date of a confirmed order stay as they are"))
    soft = {k: v for k, v in left.items() if k in SOFT_FIELDS}
    if soft:
        purchase_order_update(actor=actor, order=order, **soft)
    return purchase_order_change(actor=actor, order=order, lines=lines, reason=change_reason, **agreed)


def _differ(order: PurchaseOrder, values: Mapping[str, Any]) -> bool:
    for name, value in values.items():
        old = getattr(order, name)
        if isinstance(old, Model) or isinstance(value, Model) or name in ("payment_term", "supplier"):
            if key_of(value) != key_of(old):
                return True
        elif isinstance(old, Decimal):
            if Decimal(str(value or 0)) != old:
                return True
        elif (value or "") != (old or "") and as_day(value) != old:
            return True
    return False


@service("shared.purchase_order.change")
def purchase_order_change(
    *,
    actor: Actor,
    order: PurchaseOrder,
    lines: Sequence[Mapping[str, Any]] | None = None,
    reason: str = "",
    **values: Any,
) -> PurchaseOrder:
    """A new revision of a confirmed order. `lines`: the full list (by id changed, without id added; of one that is left
    out the rest is not expected any more). What was received or invoiced cannot be undercut, nor its price changed once
    it was invoiced. When the order grows beyond what was approved and what the actor may approve, the change is only
    proposed, and waits. Raises StateRefused, Invalid."""
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    if order.status not in OPEN or order.is_migrated:
        raise StateRefused(_("Only a confirmed order is changed so"))
    if order.changes.filter(state=State.PROPOSED).exists():
        raise StateRefused(_("A change of this order waits for approval: decide it first"))
    wanted = {"lines": _plain(lines), "values": _plain({k: v for k, v in values.items() if k in AGREED})}
    before_total, before_base = order.total, base_amount(order)
    change = _Change(order, wanted)
    if not change.found:
        return PurchaseOrder.objects.get(pk=order.pk)
    amount = base_amount(order)
    limit = authority(actor, order)
    if amount > before_base and limit is not None and amount > max(limit, order.approved_amount):
        after = order.total
        order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)  # as it was
        order.approval, order.asked_by_id = Approval.REQUESTED, actor.member_id
        order.save()
        change_record(
            actor, order, Kind.CHANGE, reason=reason, state=State.PROPOSED, found=change.found, before=before_total,
            after=after, wanted=wanted,
        )  # fmt: skip
        return order
    if amount > before_base:
        need_budget(actor, order, change.rows, reason=reason)
    change.write()
    order.revision += 1
    order.save()
    purchase_orders_derive({order.pk: order})
    supply_shrunk(change.rows)
    supply_moved(order, change.before, change.rows)
    change_record(actor, order, Kind.CHANGE, reason=reason, found=change.found, before=before_total)
    return order


def change_accept(order: PurchaseOrder, row: PurchaseOrderChange) -> None:
    """A proposed change comes into force, against the order as it stands by now. Raises Invalid."""
    before = order.total
    change = _Change(order, row.wanted or {})
    change.write()
    order.revision += 1
    order.save()
    purchase_orders_derive({order.pk: order})
    supply_shrunk(change.rows)
    supply_moved(order, change.before, change.rows)
    row.state, row.wanted, row.revision = State.DONE, None, order.revision
    row.differences, row.total_before, row.total_after = change.found, before, order.total
    row.save()


class _Change:
    """A change worked out in memory: the order and its lines as they would be, and what differs."""

    def __init__(self, order: PurchaseOrder, wanted: Mapping[str, Any]) -> None:
        rows = list(
            order.lines.select_for_update(of=("self",))
            .select_related("product__unit", "unit")
            .order_by("position", "id")
        )
        seen = picture(order, rows)
        self.before, self.rows = snapshot(rows), rows
        due_before = order.due_on
        for name, value in wanted["values"].items():
            if name == "payment_term":
                order.payment_term_id = key_of(value)
            elif name == "freight":
                order.freight = round_money(Decimal(str(value or 0)), order.currency)
            elif name == "due_on":
                order.due_on = as_day(value)
            else:
                setattr(order, name, value or "")
        if order.freight < 0:
            raise Invalid.field("freight", _("Freight is not negative"), "min_value")
        if wanted["lines"] is not None:
            self.rows = _merge(order, rows, wanted["lines"])
        if order.due_on is not None and order.due_on != due_before:
            for row in self.rows:
                if row.open_quantity > 0 and row.due_on == due_before:
                    row.due_on = order.due_on
        amounts = add_up(self.rows, currency=order.currency, rounding=order.tax_rounding, freight=order.freight)
        set_totals(order, amounts)
        self.found = compared(seen, picture(order, self.rows))

    def write(self) -> None:
        lines_write(PurchaseOrderLine, self.before, self.rows)


def _merge(
    order: PurchaseOrder, rows: Sequence[PurchaseOrderLine], given: Sequence[Mapping[str, Any]]
) -> list[PurchaseOrderLine]:
    """The lines as `given` wants them; none disappears: the supplier knows it."""
    old = {row.pk: row for row in rows}
    dated = [{**v, **{k: as_day(v[k]) for k in ("due_on", "confirmed_on") if k in v}} for v in given]
    merged = lines_replaced(
        rows, dated, pricing=pricing_of(order), make=lambda d, at: line_new(order, d, at), refuse=refusal_of(order)
    )
    errors: list[FieldError] = []
    tolerances = Tolerances()
    calendar, today = work_calendar(), current().today()
    for index, row in enumerate(merged):
        was = old.get(row.pk)
        if was is not None:
            errors += _carry(row, was, index)
        if row.due_on is None:
            row.due_on = order.due_on or calendar.add(today, row.product.lead_time_days)
        if was is None or (row.base_quantity != was.base_quantity and row.over_allowed == was.over_allowed):
            agreed = allowances(tolerances.of_line(row, order.supplier_id), row.product, row.base_quantity)
            row.over_allowed, row.under_allowed = agreed
    if errors:
        raise Invalid(errors=errors)
    kept = {row.pk for row in merged}
    for row in rows:
        if row.pk not in kept:
            row.cancelled = max(row.base_quantity - row.received, ZERO)
            merged.append(row)
    last = max((row.position for row in rows), default=0)
    for row in merged:
        was = old.get(row.pk)
        if was is None:
            last += 10
        row.position = was.position if was is not None else last
    return sorted(merged, key=lambda row: row.position)


def _carry(row: PurchaseOrderLine, was: PurchaseOrderLine, index: int) -> list[FieldError]:
    """Progress stays with the line; what it forbids is named."""
    for name in PROGRESS:
        setattr(row, name, getattr(was, name))
    begun = was.received > 0 or was.invoiced > 0
    errors = []
    if begun and row.product_id != was.product_id:
        errors.append(FieldError(f"lines.{index}.product", "begun", _("Of this line something has come already")))
    least = max(was.received - was.returned, was.invoiced)
    if row.base_quantity < was.base_quantity and row.base_quantity < least:
        message = _("%(least)s have come or are invoiced already: no less can be ordered") % {
            "least": f"{least.normalize():f}"
        }
        errors.append(FieldError(f"lines.{index}.quantity", "undercut", message))
    terms = ("unit_price", "discount", "tax_rate")
    if was.invoiced and any(getattr(row, name) != getattr(was, name) for name in terms):
        errors.append(
            FieldError(f"lines.{index}.unit_price", "invoiced", _("The price of what is invoiced stays as it is"))
        )
    row.cancelled = was.cancelled if row.base_quantity == was.base_quantity else ZERO
    return errors


def _plain(value: Any) -> Any:
    """What was asked for, as JSON can keep it until somebody decides."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


@service("shared.purchase_order.update")
def purchase_order_dates(
    *, actor: Actor, order: PurchaseOrder, on: date | str | None = None, lines: Any = None, reason: str = ""
) -> PurchaseOrder:
    """The supplier says when it delivers: one day for all that is still to come (`on`), or days by line (`lines`:
    `[{"line", "on"}]`). What we asked for stays beside it. Raises StateRefused, Invalid."""
    return supplier_dates(actor, order, on=on, lines=lines, reason=reason)


def supplier_dates(
    actor: Actor, order: PurchaseOrder, *, on: date | str | None = None, lines: Any = None, reason: str = ""
) -> PurchaseOrder:
    """The same for services that have checked a right of their own, such as the supplier's portal."""
    order = PurchaseOrder.objects.select_for_update().get(pk=order.pk)
    if order.status not in (Status.CONFIRMED, Status.PART_RECEIVED):
        raise StateRefused(_("Dates are agreed for confirmed orders only"))
    rows = list(order.lines.select_related("product", "unit").order_by("position", "id"))
    seen, before = picture(order, rows), snapshot(rows)
    days = _days(on, lines, rows)
    if not days:
        raise Invalid.field("on", _("Say which day"), "required")
    for row in rows:
        row.confirmed_on = days.get(row.pk, row.confirmed_on)
    lines_patch(PurchaseOrderLine, {"confirmed_on": "date"}, {pk: (day,) for pk, day in days.items()})
    supply_moved(order, before, rows)
    found = compared(seen, picture(order, rows))
    if found:
        change_record(actor, order, Kind.DATES, reason=reason, found=found)
    return order


def _days(on: Any, lines: Any, rows: Sequence[PurchaseOrderLine]) -> dict[int, date]:
    waiting = {row.pk for row in rows if row.open_quantity > 0}
    try:
        if lines in (None, []):
            day = as_day(on)
            return dict.fromkeys(sorted(waiting), day) if day else {}
        given = {key_of(v.get("line")): as_day(v.get("on")) for v in lines}
    except (AttributeError, TypeError, ValueError):
        raise Invalid.field("lines", _("Say which line and which day"), "invalid") from None
    if set(given) - {row.pk for row in rows} or None in given.values():
        raise Invalid.field("lines", _("Say which line and which day"), "unknown")
    return {key: day for key, day in given.items() if key is not None and day is not None}


@service("shared.purchase_order.close")
def purchase_order_line_close(*, actor: Actor, line: PurchaseOrderLine, reason: str = "") -> PurchaseOrderLine:
    """Closes one line short: what has not come of it is no longer expected. Raises StateRefused."""
    order = PurchaseOrder.objects.select_for_update().get(pk=line.order_id)
    rows = list(order.lines.select_related("product", "unit").order_by("position", "id"))
    line = next(x for x in rows if x.pk == line.pk)
    left = line.base_quantity - line.cancelled - line.received
    if order.status not in (Status.CONFIRMED, Status.PART_RECEIVED) or left <= 0:
        raise StateRefused(_("Nothing of this line is still expected"))
    seen = picture(order, rows)
    line.cancelled += left
    lines_patch(PurchaseOrderLine, {"cancelled": "numeric"}, {line.pk: (line.cancelled,)})
    purchase_orders_derive({order.pk: order})
    supply_shrunk([line])
    change_record(actor, order, Kind.CLOSE, reason=reason, found=compared(seen, picture(order, rows)))
    return line
