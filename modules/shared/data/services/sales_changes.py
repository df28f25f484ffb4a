"""Changing sales orders after they were confirmed: what was delivered or invoiced stands, stock follows, and made or
bought goods are never changed silently (domain rule 20)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.events import SalesOrderChanged
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import StockReservation
from modules.shared.data.models import SalesOrder, SalesOrderLine
from modules.shared.data.selectors.sales_change_limits import Weighed, change_weigh
from modules.shared.data.services.cancellation_charges import charge_cancelled
from modules.shared.data.services.line_progress import SECOND_SALES, sales_orders_derive
from modules.shared.data.services.line_writing import lines_replaced, lines_write, snapshot
from modules.shared.data.services.order_credit import check_credit, still_owed
from modules.shared.data.services.order_lines import add_up, set_totals
from modules.shared.data.services.sales_change_history import (
    change_propose,
    change_record,
    change_waiting,
    compared,
    line_wanted,
)
from modules.shared.data.services.sales_order_states import (
    LINE_ENTITY,
    OPEN,
    demand_of_line,
    lines_promise,
)
from modules.shared.data.services.sales_orders import line_new, pricing_of, refusal_of, sales_order_update
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.problems import FieldError, Invalid, StateRefused
from tenon.records.service import publish, service

ZERO = Decimal(0)
DECISIVE = ("product_id", "base_quantity", "cancelled", "requested_on")  # what stock and dates hang on
PROGRESS = (
    "reserved", "delivered", "invoiced", "returned", "promised_on", "first_promised_on", "expected_on", "promise_steps",
    *SECOND_SALES,
)  # fmt: skip


@service("shared.sales_order.update")
def sales_order_edit(
    *,
    actor: Actor,
    order: SalesOrder,
    lines: Sequence[Mapping[str, Any]] | None = None,
    prices: str | None = None,
    change_reason: str = "",
    **values: Any,
) -> SalesOrder:
    """What the form of an order does: a draft is changed, the lines of a confirmed order are changed as
    `sales_order_change` does (needs shared.sales_order.change), and of any but a cancelled one what nothing hangs on.
    Raises what these raise."""
    status = SalesOrder.objects.select_for_update().get(pk=order.pk).status
    if status not in OPEN or lines is None or order.is_migrated:
        return sales_order_update(actor=actor, order=order, lines=lines, prices=prices, **values)
    if values:
        sales_order_update(actor=actor, order=order, **values)
    return sales_order_change(actor=actor, order=order, lines=lines, reason=change_reason)


@service("shared.sales_order.change")
def sales_order_change(
    *, actor: Actor, order: SalesOrder, lines: Sequence[Mapping[str, Any]], reason: str = ""
) -> SalesOrder:
    """The full list of lines of a confirmed order as it shall be (by id changed, without id added; of one that is left
    out the rest is not delivered any more). What was delivered or invoiced cannot be undercut, nor its price changed
    once it was invoiced. Stock that is not needed any more is freed, exactly that; what is needed more is locked as far
    as it is there; credit is checked when the order grows; what is called off is charged by the order's terms, and may
    be waived afterwards. Goes it beyond what the actor may change alone, it is only proposed, and the order stays as it
    is until somebody decides. Raises StateRefused, Invalid, CreditExceeded. Emits SalesOrderChanged."""
    change, weighed = change_begin(actor, order, lines)
    if change.differences and weighed.beyond:
        change_propose(actor, change.order, change.differences, change.wanted(), weighed, reason)
        return SalesOrder.objects.get(pk=order.pk)
    changed = change.write(actor, reason)
    change_record(actor, changed, change.differences, weighed, reason)
    return changed


def change_begin(actor: Actor, order: SalesOrder, lines: Sequence[Mapping[str, Any]]) -> tuple[Change, Weighed]:
    """A change and what it weighs, nothing written. Raises StateRefused while another one waits, Invalid."""
    change = Change(order_locked(order), lines)
    if change.differences and (waiting := change_waiting(change.order)) is not None:
        raise StateRefused(
            _("A change of this order waits for approval (%(by)s): decide it first") % {"by": waiting.by}
        )
    return change, change_weigh(actor, change.order, change.as_agreed, change.lines)


def order_locked(order: SalesOrder) -> SalesOrder:
    orders = SalesOrder.objects.select_for_update(of=("self",))
    return orders.select_related("customer", "price_list", "cancellation_terms", "department").get(pk=order.pk)


class Change:
    """A change worked out in memory: the order and its lines as they would be, and what differs. Raises StateRefused,
    Invalid."""

    def __init__(self, order: SalesOrder, given: Sequence[Mapping[str, Any]]) -> None:
        if order.status not in OPEN or order.is_migrated:
            raise StateRefused(_("Only a confirmed order is changed so"))
        rows = list(
            order.lines.select_for_update(of=("self",))
            .select_related("product__unit", "unit")
            .order_by("position", "id")
        )
        self.order, self.rows, self.before = order, rows, snapshot(rows)
        self.as_agreed = [copy(row) for row in rows]
        self.lines = _merge(order, rows, given)
        set_totals(
            order, add_up(self.lines, currency=order.currency, rounding=order.tax_rounding, freight=order.freight)
        )
        self.differences = compared(self.as_agreed, self.lines)

    def wanted(self) -> list[dict[str, Any]]:
        """The lines as they shall be, complete, as JSON keeps them: no price is looked up again when it is decided."""
        kept = {row.pk: row.cancelled for row in self.as_agreed}
        return [line_wanted(row) for row in self.lines if not row.pk or row.cancelled <= kept[row.pk]]

    def write(self, actor: Actor, reason: str) -> SalesOrder:
        """Brings it into force. Raises CreditExceeded. Emits SalesOrderChanged."""
        order, merged = self.order, self.lines
        # Not by the total: a line that was called off stays in it, and may be wanted again.
        if (more := still_owed(merged) - still_owed(self.as_agreed)) > 0:
            check_credit(order, more)
        before = self.before
        changed = [row for row in merged if not row.pk or any(getattr(row, n) != before[row.pk][n] for n in DECISIVE)]
        for row in changed:
            row.expected_on = None
        charge_cancelled(actor, order, self.as_agreed, _called_off(self.as_agreed, merged))
        _free(actor, order, self.rows, merged)
        lines_write(SalesOrderLine, before, merged)
        _lock(actor, order, merged, {row.pk for row in changed})
        if reason.strip():
            order.note = f"{order.note}\n{reason.strip()}".strip()
        order.save()
        sales_orders_derive({order.pk: order})
        publish(SalesOrderChanged(order.pk, order.number, _products(self.as_agreed, merged)))
        return order


def _products(*lines: Sequence[SalesOrderLine]) -> tuple[int, ...]:
    return tuple(sorted({row.product_id for rows in lines for row in rows}))


@service("shared.sales_order.reopen")
def sales_order_reopen(*, actor: Actor, order: SalesOrder, reason: str = "") -> SalesOrder:
    """closed → what its deliveries make it: what ended when it was closed is wanted again, at the price agreed. Credit
    is checked as if it were confirmed anew; stock is locked as far as it is there, dates are promised. Raises
    StateRefused when nothing of it ended, CreditExceeded."""
    order = SalesOrder.objects.select_for_update(of=("self",)).select_related("customer").get(pk=order.pk)
    if order.status != SalesOrder.Status.CLOSED or order.is_migrated:
        raise StateRefused(_("Only a closed order is opened again"))
    rows = list(
        order.lines.select_for_update(of=("self",)).select_related("product__unit", "unit").order_by("position", "id")
    )
    back = {row.pk for row in rows if row.ended > 0}
    if not back:
        raise StateRefused(_("Nothing was left of this order when it was closed"))
    before, owed_before = snapshot(rows), still_owed(rows)
    for row in rows:
        row.cancelled, row.ended = row.cancelled - row.ended, ZERO
    check_credit(order, still_owed(rows) - owed_before)
    lines_write(SalesOrderLine, before, rows)
    order.status = SalesOrder.Status.CONFIRMED
    SalesOrder.objects.filter(pk=order.pk).update(status=order.status)  # stock is locked for confirmed orders only
    _lock(actor, order, rows, back)
    if reason.strip():
        order.note = f"{order.note}\n{reason.strip()}".strip()
    order.save()
    sales_orders_derive({order.pk: order})
    publish(SalesOrderChanged(order.pk, order.number, _products(rows)))
    return order


def _called_off(was: Sequence[SalesOrderLine], merged: Sequence[SalesOrderLine]) -> dict[int, Decimal]:
    """Line id → what is not wanted any more of what was still to come, stock unit."""
    now = {row.pk: row for row in merged}
    return {
        row.pk: max(
            row.open_quantity - (now[row.pk].open_quantity if now[row.pk].product_id == row.product_id else ZERO), ZERO
        )
        for row in was
    }


def _merge(
    order: SalesOrder, rows: Sequence[SalesOrderLine], given: Sequence[Mapping[str, Any]]
) -> list[SalesOrderLine]:
    """The lines as `given` wants them; none disappears: the customer knows it."""
    old = {row.pk: row for row in rows}
    merged = lines_replaced(
        rows, given, pricing=pricing_of(order), make=lambda d, at: line_new(order, d, at), refuse=refusal_of(order)
    )
    errors: list[FieldError] = []
    for index, row in enumerate(merged):
        if row.pk in old:
            errors += _carry(row, old[row.pk], index)
    if errors:
        raise Invalid(errors=errors)
    kept = {row.pk for row in merged}
    for row in rows:
        if row.pk not in kept:
            row.cancelled = max(row.base_quantity - row.delivered, ZERO)
            merged.append(row)
    last = max((row.position for row in rows), default=0)
    for row in merged:
        if row.pk not in old:
            last += 10
            row.position = last
        else:
            row.position = old[row.pk].position
    return sorted(merged, key=lambda row: row.position)


def _carry(row: SalesOrderLine, was: SalesOrderLine, index: int) -> list[FieldError]:
    """Progress stays with the line; what it forbids is named."""
    for name in PROGRESS:
        setattr(row, name, getattr(was, name))
    errors = []
    if (was.delivered > 0 or was.invoiced > 0) and row.product_id != was.product_id:
        errors.append(FieldError(f"lines.{index}.product", "begun", _("Of this line something was delivered already")))
    least = max(was.delivered, was.invoiced)
    if row.base_quantity < was.base_quantity and row.base_quantity < least:
        message = _("%(least)s were delivered or invoiced already: no less can be ordered") % {
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


def _free(actor: Actor, order: SalesOrder, rows: Sequence[SalesOrderLine], merged: Sequence[SalesOrderLine]) -> None:
    """What is held beyond what the lines need now; of another product: all of it."""
    reservation = find(StockReservation)
    if reservation is None:
        return
    was = {row.pk: row.product_id for row in rows}
    keep = {
        RecordRef(LINE_ENTITY, row.pk, f"{order.number} / {row.position}"): (
            row.open_quantity if row.product_id == was[row.pk] else ZERO
        )
        for row in merged
        if row.pk in was
    }
    freed = reservation.shrink(actor=actor, keep=keep)
    for row in merged:
        row.reserved -= freed.get(row.pk, ZERO)


def _lock(actor: Actor, order: SalesOrder, rows: Sequence[SalesOrderLine], changed: set[int]) -> None:
    """What changed lines need and do not hold is locked as far as it is there, and they are promised anew."""
    reservation = find(StockReservation)
    goods = [row for row in rows if row.pk in changed and row.product.kind == "goods" and row.open_quantity > 0]
    held: dict[int, Decimal] = {row.pk: row.reserved for row in rows}
    if reservation and goods:
        claimed: dict[int, Decimal] = {}
        for claim in reservation.claims(sorted({row.product_id for row in goods})):
            if claim.line.entity == LINE_ENTITY:
                claimed[claim.line.id] = claimed.get(claim.line.id, ZERO) + claim.quantity
        missing = {row.pk: row.open_quantity - row.reserved - claimed.get(row.pk, ZERO) for row in goods}
        demands = [demand_of_line(order, row, missing[row.pk]) for row in goods if missing[row.pk] > 0]
        for answer in reservation.reserve(actor=actor, demands=demands) if demands else []:
            held[answer.line.id] += answer.reserved
    lines_promise(order, list(rows), [demand_of_line(order, row, row.open_quantity) for row in goods], held)
