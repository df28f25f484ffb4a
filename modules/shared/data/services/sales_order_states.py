"""Sales orders: confirming, cancelling and closing them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.events import LineFact, SalesOrderCancelled, SalesOrderChanged, SalesOrderConfirmed
from modules.shared.contracts.holding import PromiseHolds
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, PromiseDates, StockReservation
from modules.shared.data.models import SalesOrder, SalesOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.order_supplies import LINE_ENTITY
from modules.shared.data.selectors.promise_words import steps_out
from modules.shared.data.services.cancellation_charges import charge_cancelled
from modules.shared.data.services.line_writing import lines_patch
from modules.shared.data.services.order_credit import check_credit
from modules.shared.data.services.sales_change_history import changes_lapse
from tenon.access.actor import Actor
from tenon.ports import find
from tenon.problems import Invalid, StateRefused
from tenon.records.service import publish, service
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

ZERO = Decimal(0)
OPEN = (SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)
_LOCKED = PlainQuery(SalesOrder, "from data_salesorder r where r.id = %s for update of r")
# What confirming reads of a line and its product: orders have hundreds of lines.
_LINES = PlainQuery(
    SalesOrderLine,
    "from data_salesorderline r join data_product j on j.id = r.product_id where r.order_id = %s order by r.id",
    joined="product",
    only=(
        "order", "position", "product", "base_quantity", "requested_on", "promised_on", "first_promised_on",
        "reserved", "promise_steps",
        "subtotal",
    ),
    of_joined=("kind", "lead_time_days"),
)  # fmt: skip


@service("shared.sales_order.confirm")
def sales_order_confirm(*, actor: Actor, order: SalesOrder, require_full: bool = False) -> SalesOrder:
    """draft → confirmed. In one transaction: credit is checked under the customer's lock, stock is locked as far as it
    is there (`require_full`: all of it, or the order stays a draft), dates are promised. Raises StateRefused,
    CreditExceeded, and with `require_full` what the stock raises. Emits SalesOrderConfirmed."""
    order = _LOCKED.one(order.pk)
    if order.status != SalesOrder.Status.DRAFT:
        raise StateRefused(_("Only a draft can be confirmed"))
    lines = _LINES.all(order.pk)
    if not lines:
        raise Invalid.field("lines", _("An order needs at least one line"), "required")
    check_credit(order, order.total)
    demands = [demand_of_line(order, line, line.base_quantity) for line in lines if line.product.kind == "goods"]
    reservation = find(StockReservation)
    held = _held(actor, order, demands) if reservation else {}
    waiting = [replace(d, quantity=d.quantity - held.get(d.line.id, ZERO)) for d in demands]
    waiting = [d for d in waiting if d.quantity > 0]
    answers = (
        reservation.reserve(actor=actor, demands=waiting, partial=not require_full) if reservation and waiting else []
    )
    reserved = dict(held)
    for answer in answers:
        reserved[answer.line.id] = reserved.get(answer.line.id, ZERO) + answer.reserved
    lines_promise(order, lines, demands, reserved)
    order.status, order.confirmed_at = SalesOrder.Status.CONFIRMED, timezone.now()
    order.save(update_fields=("status", "confirmed_at", "promised_on"))
    short = tuple(LineFact(a.line.id, a.product_id, a.short) for a in answers if a.short > 0)
    facts = tuple(LineFact(x.pk, x.product_id, x.base_quantity, x.subtotal) for x in lines)
    publish(SalesOrderConfirmed(order.pk, order.number, order.customer_id, facts, short))
    return order


def _held(actor: Actor, order: SalesOrder, demands: Sequence[Demand]) -> dict[int, Decimal]:
    """What its quote holds in stock comes to the order: line id → quantity."""
    reservation, quote = find(StockReservation), order.quote_ref
    if reservation is None or not quote:
        return {}
    head = RecordRef(str(quote.get("entity", "")), int(quote.get("id", 0)), str(quote.get("label", "")))
    holds = find(PromiseHolds)
    if holds is not None:
        holds.hand_over(actor=actor, head=head, demands=demands)
    return reservation.hand_over(actor=actor, head=head, demands=demands)


@service("shared.sales_order.confirm")
def sales_order_confirm_in_full(*, actor: Actor, order: SalesOrder) -> SalesOrder:
    """Confirms only when everything on the order can be locked in stock now. Raises and emits as it does."""
    return sales_order_confirm(actor=actor, order=order, require_full=True)


@service("shared.sales_order.confirm")
def sales_order_reserve(*, actor: Actor, order: SalesOrder) -> SalesOrder:
    """Locks what is free now for what is still short on a confirmed order: stock that came in unbidden, or was let go
    by hand. Raises StateRefused when nothing is short, or nothing of it is free."""
    reservation = find(StockReservation)
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    if reservation is None or order.status not in OPEN:
        raise StateRefused(_("Stock is locked for confirmed orders"))
    lines = list(order.lines.select_for_update(of=("self",)).select_related("product").order_by("id"))
    claimed: dict[int, Decimal] = defaultdict(Decimal)
    for claim in reservation.claims(sorted({x.product_id for x in lines})):
        if claim.line.entity == LINE_ENTITY:
            claimed[claim.line.id] += claim.quantity
    wanted = {x.pk: x.open_quantity - x.reserved - claimed[x.pk] for x in lines if x.product.kind == "goods"}
    demands = [demand_of_line(order, x, wanted[x.pk]) for x in lines if wanted.get(x.pk, ZERO) > 0]
    if not demands:
        raise StateRefused(_("Everything on this order is locked already"))
    answers = reservation.reserve(actor=actor, demands=demands)
    more = {a.line.id: a.reserved for a in answers if a.reserved}
    if not more:
        raise StateRefused(_("Nothing of what is short is free in stock now"))
    lines_patch(SalesOrderLine, {"reserved": "numeric"}, {x.pk: (x.reserved + more.get(x.pk, ZERO),) for x in lines})
    return order


def demand_of_line(order: SalesOrder, line: SalesOrderLine, quantity: Decimal) -> Demand:
    return Demand(
        line=RecordRef(LINE_ENTITY, line.pk, f"{order.number} / {line.position}"),
        product_id=line.product_id,
        quantity=quantity,
        needed_on=line.requested_on or order.requested_on,
        head=RecordRef("shared.sales_order", order.pk, order.number),
    )


@service("shared.sales_order.cancel")
def sales_order_cancel(*, actor: Actor, order: SalesOrder, reason: str = "", waive_reason: str = "") -> SalesOrder:
    """Cancels an order of which nothing was delivered or invoiced; frees its stock. What its terms ask for is charged,
    unless that is waived for a reason. Raises StateRefused, Forbidden. Emits SalesOrderCancelled."""
    order = _locked(order)
    if order.status not in (SalesOrder.Status.DRAFT, SalesOrder.Status.CONFIRMED):
        raise StateRefused(_("Only an order of which nothing was delivered can be cancelled; close it short instead"))
    lines = list(order.lines.select_for_update().order_by("id"))
    if any(line.delivered or line.invoiced for line in lines):
        raise StateRefused(_("Something of this order was delivered or invoiced already"))
    if order.status != SalesOrder.Status.DRAFT:
        charge_cancelled(actor, order, lines, {x.pk: x.open_quantity for x in lines}, waive_reason=waive_reason)
    _end(order, lines, actor=actor, status=SalesOrder.Status.CANCELLED, reason=reason)
    publish(SalesOrderCancelled(order.pk, order.number))
    return order


@service("shared.sales_order.close")
def sales_order_close(
    *, actor: Actor, order: SalesOrder, reason: str = "", charge_customer: bool = False
) -> SalesOrder:
    """Ends an order; what is not delivered will not be, and its stock is freed. `charge_customer`: it is the customer
    who does not want it, and owes what the terms ask for. Raises StateRefused. Emits SalesOrderChanged."""
    order = _locked(order)
    if order.status not in (*OPEN, SalesOrder.Status.DELIVERED):
        raise StateRefused(_("Only a confirmed or delivered order can be closed"))
    lines = list(order.lines.select_for_update().order_by("id"))
    if charge_customer:
        charge_cancelled(actor, order, lines, {x.pk: x.open_quantity for x in lines})
    _end(order, lines, actor=actor, status=SalesOrder.Status.CLOSED, reason=reason)
    publish(SalesOrderChanged(order.pk, order.number, tuple(sorted({x.product_id for x in lines}))))
    return order


def _locked(order: SalesOrder) -> SalesOrder:
    rows = SalesOrder.objects.select_for_update(of=("self",)).select_related("cancellation_terms")
    return rows.get(pk=order.pk)


def _end(order: SalesOrder, lines: list[SalesOrderLine], *, actor: Actor, status: str, reason: str) -> None:
    reservation = find(StockReservation)
    if reservation and order.status != SalesOrder.Status.DRAFT:
        refs = [RecordRef(LINE_ENTITY, x.pk, f"{order.number} / {x.position}") for x in lines]
        reservation.release(actor=actor, lines=refs)
    elif reservation:
        _held(actor, order, [])  # what the quote holds for this draft is free, too
    # While inventory is off its locks stay as they are, on the lines too: it lets them go when it is on again.
    ended: dict[int, tuple[Decimal, ...]] = {}
    for line in lines:
        left = max(line.base_quantity - line.delivered, ZERO)
        ended[line.pk] = (left, max(left - line.cancelled, ZERO), ZERO if reservation else line.reserved)
    lines_patch(SalesOrderLine, {"cancelled": "numeric", "ended": "numeric", "reserved": "numeric"}, ended)
    order.status = status
    changes_lapse(actor, order)
    if any(x.invoiced for x in lines):
        # What will not be delivered is not waited for by the invoice either.
        whole = all(x.invoiced >= x.base_quantity - ended[x.pk][0] for x in lines)
        order.invoice_status = SalesOrder.InvoiceStatus.FULL if whole else SalesOrder.InvoiceStatus.PART
    if reason:
        order.note = f"{order.note}\n{reason}".strip()
    order.save()


def lines_promise(
    order: SalesOrder, lines: list[SalesOrderLine], demands: list[Demand], reserved: dict[int, Decimal]
) -> None:
    """Promise dates: asked of those who know stock and supply, else the products' lead times."""
    today = current().today()
    promiser = find(PromiseDates)
    days: dict[int, date | None] = {}
    stands_on: dict[int, list[dict[str, Any]]] = {}
    short = [d for d in demands if reserved.get(d.line.id, ZERO) < d.quantity]
    if promiser and short:
        answers_ = promiser.promise(short)
        days = {p.line.id: p.on for p in answers_}
        stands_on = {p.line.id: steps_out(p.steps) for p in answers_}
    elif short:
        calendar = work_calendar()
        lead = {line.pk: line.product.lead_time_days for line in lines}
        days = {d.line.id: calendar.add(today, lead[d.line.id]) for d in short}
    waiting = {d.line.id for d in short}
    asked = {d.line.id for d in demands}
    # Lines that nobody asks about keep what the customer was told.
    promised = {
        x.pk: days.get(x.pk) if x.pk in waiting else today if x.pk in asked else x.promised_on or today for x in lines
    }
    answers = {
        x.pk: (
            promised[x.pk],
            x.first_promised_on or promised[x.pk],
            reserved.get(x.pk, x.reserved),
            json.dumps(stands_on.get(x.pk, [] if x.pk in asked else x.promise_steps)),
        )
        for x in lines
    }
    columns = {"promised_on": "date", "first_promised_on": "date", "reserved": "numeric", "promise_steps": "jsonb"}
    lines_patch(SalesOrderLine, columns, answers)
    known = [d for d in promised.values() if d is not None]
    order.promised_on = max(known) if len(known) == len(promised) else None
