"""Sales orders: taking, changing, confirming, cancelling and closing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.events import LineFact, SalesOrderCancelled, SalesOrderConfirmed
from modules.shared.contracts.posting import CreditCheck
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, PromiseDates, StockReservation
from modules.shared.data.errors import CreditExceeded
from modules.shared.data.models import Contact, Party, SalesOrder, SalesOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.prices import sales_prices
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.services.former_system import is_cancelled_word
from modules.shared.data.services.line_writing import (
    author,
    lines_insert,
    lines_patch,
    lines_replaced,
    lines_write,
    one_line,
    snapshot,
)
from modules.shared.data.services.order_lines import LineDraft, Pricing, add_up, draft_lines, key_of, set_totals
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.ports import find
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
OPEN = (SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)
# What may still change once the order is confirmed: nothing that stock, planning or money have built upon.
SOFT_FIELDS = frozenset({"customer_reference", "contact", "requested_on", "note", "owner", "department", "custom"})
HEAD_FIELDS = SOFT_FIELDS | {
    "customer", "ordered_on", "currency", "exchange_rate", "payment_term", "price_list", "tax_rounding", "freight",
}  # fmt: skip
LINE_ENTITY = "shared.sales_order_line"


@service("shared.sales_order.create")
def sales_order_create(
    *,
    actor: Actor,
    customer: Any,
    lines: Sequence[Mapping[str, Any]] = (),
    number: str = "",
    former_status: str = "",
    delivered_before: date | None = None,
    quote_ref: Mapping[str, Any] | None = None,
    **values: Any,
) -> SalesOrder:
    """A draft order with its lines; what is left out comes from the customer, its price list and the products.

    With `former_status` or `delivered_before` the order is history from another system: it comes in closed (or
    cancelled) and never moves stock or money (needs shared.sales_order.migrate). Raises Invalid, MissingRate."""
    history = bool(former_status or delivered_before)
    if history:
        actor.require("shared.sales_order.migrate")
    party = _customer(customer, accept_inactive=history)
    known = _head_values(values)
    owner_id, department_id = author(actor, known)
    known.pop("owner", None), known.pop("department", None)
    ordered_on = known.pop("ordered_on", None) or current().today()
    currency = known.pop("currency", None) or party.currency or current().currency
    order = SalesOrder(
        customer=party,
        ordered_on=ordered_on,
        currency=currency,
        exchange_rate=known.pop("exchange_rate", None)
        or (Decimal(1) if history else exchange_rate(currency, ordered_on)),
        payment_term=known.pop("payment_term", None) or party.payment_term,
        price_list=known.pop("price_list", None) or party.price_list,
        owner_id=owner_id,
        department_id=department_id,
        quote_ref=dict(quote_ref) if quote_ref else None,
        former_status=former_status,
        delivered_on=delivered_before,
        is_migrated=history,
    )
    _set_head(order, known)
    drafts = draft_lines(lines, pricing=_pricing(order)) if lines else []
    rows = [_new_line(order, draft, (i + 1) * 10) for i, draft in enumerate(drafts)]
    set_totals(order, add_up(rows, currency=currency, rounding=order.tax_rounding, freight=order.freight))
    if history:
        order.status = SalesOrder.Status.CANCELLED if is_cancelled_word(former_status) else SalesOrder.Status.CLOSED
        _as_history(order, rows)
    order.number = number or next_number("SO")
    order.save()
    lines_insert(rows)
    return order


@service("shared.sales_order.update")
def sales_order_update(
    *, actor: Actor, order: SalesOrder, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> SalesOrder:
    """Changes a draft: header fields, and with `lines` the full list of lines (by id changed, without id added, left
    out removed). Of a confirmed order only what nothing hangs on. Raises Invalid, StateRefused, MissingRate."""
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    known = _head_values(values)
    if order.status != SalesOrder.Status.DRAFT:
        if order.status == SalesOrder.Status.CANCELLED or lines is not None or not set(known) <= SOFT_FIELDS:
            raise StateRefused(
                _("This order is %(status)s: its lines, prices and customer stay as they are")
                % {"status": order.get_status_display()}
            )
        _set_head(order, known)
        order.save()
        return order
    if "customer" in known:
        order.customer = _customer(known.pop("customer"))
    if {"currency", "ordered_on"} & set(known) and "exchange_rate" not in known:
        order.currency = known.pop("currency", None) or order.currency
        order.ordered_on = known.pop("ordered_on", None) or order.ordered_on
        order.exchange_rate = exchange_rate(order.currency, order.ordered_on)
    _set_head(order, known)
    rows = list(order.lines.order_by("position", "id"))
    before = snapshot(rows)
    if lines is not None:
        rows = lines_replaced(rows, lines, pricing=_pricing(order), make=lambda d, at: _new_line(order, d, at))
    set_totals(order, add_up(rows, currency=order.currency, rounding=order.tax_rounding, freight=order.freight))
    order.save()
    lines_write(SalesOrderLine, before, rows)
    return order


@service("shared.sales_order.delete")
def sales_order_delete(*, actor: Actor, order: SalesOrder) -> None:
    """Removes a draft. Raises StateRefused: a confirmed order is cancelled, and stays to be seen."""
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    if order.status != SalesOrder.Status.DRAFT:
        raise StateRefused(_("Only a draft can be deleted; cancel the order instead"))
    order.delete()


@service("shared.sales_order.create")
def sales_order_line_create(*, actor: Actor, order: SalesOrder, **values: Any) -> SalesOrderLine:
    """Adds one line to a draft, or to an order brought over as history. Raises Invalid, StateRefused."""
    order = SalesOrder.objects.select_for_update(of=("self",)).select_related("price_list").get(pk=order.pk)
    if order.status != SalesOrder.Status.DRAFT and not order.is_migrated:
        raise StateRefused(_("Lines are added to drafts only"))
    draft = one_line(values, pricing=_pricing(order))
    position = (order.lines.aggregate(last=Max("position"))["last"] or 0) + 10
    line = _new_line(order, draft, position)
    rows = list(order.lines.all())
    before = snapshot(rows)
    rows.append(line)
    set_totals(order, add_up(rows, currency=order.currency, rounding=order.tax_rounding, freight=order.freight))
    if order.is_migrated:
        _as_history(order, [line])
    order.save()
    lines_write(SalesOrderLine, before, rows)
    return line


@service("shared.sales_order.confirm")
def sales_order_confirm(*, actor: Actor, order: SalesOrder, require_full: bool = False) -> SalesOrder:
    """draft → confirmed. In one transaction: credit is checked under the customer's lock, stock is locked as far as it
    is there (`require_full`: all of it, or the order stays a draft), dates are promised. Raises StateRefused,
    CreditExceeded, and with `require_full` what the stock raises. Emits SalesOrderConfirmed."""
    order = SalesOrder.objects.select_for_update(of=("self",)).select_related("customer").get(pk=order.pk)
    if order.status != SalesOrder.Status.DRAFT:
        raise StateRefused(_("Only a draft can be confirmed"))
    lines = list(order.lines.select_related("product").order_by("id"))
    if not lines:
        raise Invalid.field("lines", _("An order needs at least one line"), "required")
    _check_credit(order)
    demands = [
        Demand(
            line=RecordRef(LINE_ENTITY, line.pk, f"{order.number} / {line.position}"),
            product_id=line.product_id,
            quantity=line.base_quantity,
            needed_on=line.requested_on or order.requested_on,
            head=RecordRef("shared.sales_order", order.pk, order.number),
        )
        for line in lines
        if line.product.kind == "goods"
    ]
    # The order is confirmed before stock is asked for: the reservation writes to lines of a confirmed order.
    order.status = SalesOrder.Status.CONFIRMED
    order.confirmed_at = timezone.now()
    SalesOrder.objects.filter(pk=order.pk).update(status=order.status)
    reservation = find(StockReservation)
    answers = (
        reservation.reserve(actor=actor, demands=demands, partial=not require_full) if reservation and demands else []
    )
    reserved = {a.line.id: a.reserved for a in answers}
    _promise(order, lines, demands, reserved)
    order.save()
    short = tuple(LineFact(a.line.id, a.product_id, a.short) for a in answers if a.short > 0)
    facts = tuple(LineFact(x.pk, x.product_id, x.base_quantity, x.subtotal) for x in lines)
    publish(SalesOrderConfirmed(order.pk, order.number, order.customer_id, facts, short))
    return order


@service("shared.sales_order.confirm")
def sales_order_confirm_in_full(*, actor: Actor, order: SalesOrder) -> SalesOrder:
    """Confirms only when everything on the order can be locked in stock now. Raises and emits as sales_order_confirm."""
    return sales_order_confirm(actor=actor, order=order, require_full=True)


@service("shared.sales_order.cancel")
def sales_order_cancel(*, actor: Actor, order: SalesOrder, reason: str = "") -> SalesOrder:
    """Cancels an order of which nothing was delivered or invoiced; frees its stock. Raises StateRefused.
    Emits SalesOrderCancelled."""
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    if order.status not in (SalesOrder.Status.DRAFT, SalesOrder.Status.CONFIRMED):
        raise StateRefused(_("Only an order of which nothing was delivered can be cancelled; close it short instead"))
    lines = list(order.lines.select_for_update().order_by("id"))
    if any(line.delivered or line.invoiced for line in lines):
        raise StateRefused(_("Something of this order was delivered or invoiced already"))
    _end(order, lines, actor=actor, status=SalesOrder.Status.CANCELLED, reason=reason)
    publish(SalesOrderCancelled(order.pk, order.number))
    return order


@service("shared.sales_order.close")
def sales_order_close(*, actor: Actor, order: SalesOrder, reason: str = "") -> SalesOrder:
    """Ends an order; what is not delivered will not be, and its stock is freed. Raises StateRefused."""
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    if order.status not in (*OPEN, SalesOrder.Status.DELIVERED):
        raise StateRefused(_("Only a confirmed or delivered order can be closed"))
    lines = list(order.lines.select_for_update().order_by("id"))
    _end(order, lines, actor=actor, status=SalesOrder.Status.CLOSED, reason=reason)
    return order


def _end(order: SalesOrder, lines: list[SalesOrderLine], *, actor: Actor, status: str, reason: str) -> None:
    reservation = find(StockReservation)
    held = [RecordRef(LINE_ENTITY, x.pk, f"{order.number} / {x.position}") for x in lines if x.reserved > 0]
    if reservation and held:
        reservation.release(actor=actor, lines=held)
    lines_patch(SalesOrderLine, "cancelled", "numeric", {x.pk: max(x.base_quantity - x.delivered, ZERO) for x in lines})
    lines_patch(SalesOrderLine, "reserved", "numeric", {x.pk: ZERO for x in lines if x.reserved > 0})
    order.status = status
    if reason:
        order.note = f"{order.note}\n{reason}".strip()
    order.save()


def _check_credit(order: SalesOrder) -> None:
    checker = find(CreditCheck)
    if checker is None:
        return
    # Two orders of one customer are confirmed one after the other, so that both do not fit in the same room.
    Party.objects.select_for_update().get(pk=order.customer_id)
    additional = round_money(order.total * order.exchange_rate, current().currency)
    answer = checker.check(party_id=order.customer_id, additional=additional)
    if not answer.allowed:
        raise CreditExceeded(
            answer.reason or CreditExceeded.title,
            limit=None if answer.limit is None else str(answer.limit),
            exposure=str(answer.exposure),
            additional=str(additional),
            overdue_days=answer.overdue_days,
        )


def _promise(
    order: SalesOrder, lines: list[SalesOrderLine], demands: list[Demand], reserved: dict[int, Decimal]
) -> None:
    """Promise dates: asked of those who know stock and supply, else the products' lead times."""
    today = current().today()
    promiser = find(PromiseDates)
    days: dict[int, date | None] = {}
    short = [d for d in demands if reserved.get(d.line.id, ZERO) < d.quantity]
    if promiser and short:
        days = {p.line.id: p.on for p in promiser.promise(short)}
    elif short:
        calendar = work_calendar()
        lead = {line.pk: line.product.lead_time_days for line in lines}
        days = {d.line.id: calendar.add(today, lead[d.line.id]) for d in short}
    waiting = {d.line.id for d in short}
    promised = {x.pk: days.get(x.pk) if x.pk in waiting else today for x in lines}
    lines_patch(SalesOrderLine, "promised_on", "date", promised)
    lines_patch(SalesOrderLine, "reserved", "numeric", reserved)
    known = [d for d in promised.values() if d is not None]
    order.promised_on = max(known) if len(known) == len(promised) else None


def _pricing(order: SalesOrder) -> Pricing:
    return lambda questions: sales_prices(
        questions, price_list=order.price_list, currency=order.currency, on=order.ordered_on
    )


def _new_line(order: SalesOrder, draft: LineDraft, position: int) -> SalesOrderLine:
    return SalesOrderLine(
        order=order,
        position=draft.given.get("position") or position,
        requested_on=draft.given.get("requested_on"),
        custom=draft.given.get("custom") or {},
        **draft.columns(),
    )


def _as_history(order: SalesOrder, lines: list[SalesOrderLine]) -> None:
    """Lines of history stand as delivered and invoiced (or cancelled): nothing of them is open."""
    for line in lines:
        if order.status == SalesOrder.Status.CANCELLED:
            line.cancelled = line.base_quantity
        else:
            line.delivered = line.invoiced = line.base_quantity
    order.invoice_status = (
        SalesOrder.InvoiceStatus.NONE if order.status == SalesOrder.Status.CANCELLED else SalesOrder.InvoiceStatus.FULL
    )


def _head_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if k in HEAD_FIELDS}


def _set_head(order: SalesOrder, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in ("contact", "payment_term", "price_list", "owner", "department"):
            setattr(order, f"{name}_id", key_of(value))
        elif name == "freight":
            order.freight = round_money(Decimal(str(value or 0)), order.currency)
        elif name == "custom":
            order.custom = {**order.custom, **(value or {})}
        else:
            setattr(order, name, value)
    if order.freight < 0:
        raise Invalid.field("freight", _("Freight is not negative"), "min_value")
    if order.contact_id and "contact" in values and not _contacts_of(order).exists():
        raise Invalid.field("contact", _("This contact does not belong to the customer"), "not_related")


def _contacts_of(order: SalesOrder) -> QuerySet[Contact]:
    return Contact.objects.filter(pk=order.contact_id, party_contacts__party_id=order.customer_id)


def _customer(value: Any, *, accept_inactive: bool = False) -> Party:
    party = (
        value
        if isinstance(value, Party)
        else Party.objects.select_related("price_list", "payment_term").filter(pk=key_of(value)).first()
    )
    if party is None:
        raise Invalid.field("customer", _("There is no such customer"), "unknown")
    if not party.is_customer:
        raise Invalid.field("customer", _("This party is not a customer"), "not_customer")
    if not party.is_active and not accept_inactive:
        raise Invalid.field("customer", _("This customer is not active"), "inactive")
    return party
