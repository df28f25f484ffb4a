"""Sales orders: taking and changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Contact, Party, SalesOrder, SalesOrderLine
from modules.shared.data.selectors.prices import sales_prices
from modules.shared.data.selectors.rates import exchange_rate, known_currency
from modules.shared.data.services.cancellation_charges import default_terms
from modules.shared.data.services.former_system import is_cancelled_word
from modules.shared.data.services.line_import import lines_add
from modules.shared.data.services.line_writing import (
    author,
    heads_insert,
    lines_insert,
    lines_replaced,
    lines_write,
    one_line,
    snapshot,
)
from modules.shared.data.services.order_lines import (
    LineDraft,
    Pricing,
    Refusal,
    add_up,
    draft_lines,
    key_of,
    not_for_sale,
    set_totals,
)
from modules.shared.data.services.repricing import Money, prices_follow
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number, next_numbers
from tenon.records.service import service
from tenon.tenancy.context import current

# What may still change once the order is confirmed: nothing that stock, planning or money have built upon.
SOFT_FIELDS = frozenset(
    {"customer_reference", "contact", "requested_on", "priority", "note", "owner", "department", "custom"}
)
HEAD_FIELDS = SOFT_FIELDS | {
    "customer", "ordered_on", "currency", "exchange_rate", "payment_term", "price_list", "tax_rounding", "freight",
    "cancellation_terms",
}  # fmt: skip


@service("shared.sales_order.create")
def sales_order_create(
    *, actor: Actor, customer: Any, lines: Sequence[Mapping[str, Any]] = (), number: str = "", **values: Any
) -> SalesOrder:
    """A draft order with its lines; what is left out comes from the customer, its price list and the products.

    With `former_status` or `delivered_before` the order is history from another system: it comes in closed (or
    cancelled) and never moves stock or money (needs shared.sales_order.migrate). Raises Invalid, MissingRate."""
    order, rows = _build(actor, customer=customer, lines=lines, **values)
    order.number = number or next_number("SO")
    order.save()
    lines_insert(rows)
    return order


def sales_order_draft(
    *, actor: Actor, customer: Any, lines: Sequence[Mapping[str, Any]] = (), **values: Any
) -> tuple[SalesOrder, list[SalesOrderLine]]:
    """What sales_order_create would make of this, not written: an order form shows it while one types.
    Raises Forbidden, Invalid, MissingRate."""
    actor.require("shared.sales_order.create")
    return _build(actor, customer=customer, lines=lines, **values)


@service("shared.sales_order.create")
def sales_order_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[SalesOrder]:
    """The same for many at once, as an import brings them. Raises what sales_order_create raises; then none is made."""
    built = [(row.get("number") or "", *_build(actor, **_but_number(row))) for row in rows]
    missing = sum(not number for number, _order, _lines in built)
    fresh = iter(next_numbers("SO", missing) if missing else ())
    for number, order, _lines in built:
        order.number = number or next(fresh)
    heads_insert([order for _number, order, _lines in built])
    lines_insert([line for _number, _order, lines in built for line in lines])
    return [order for _number, order, _lines in built]


@service("shared.sales_order.update")
def sales_order_update(
    *,
    actor: Actor,
    order: SalesOrder,
    lines: Sequence[Mapping[str, Any]] | None = None,
    prices: str | None = None,
    **values: Any,
) -> SalesOrder:
    """Changes a draft: header fields, and with `lines` the full list of lines (by id changed, without id added, left
    out removed). Of a confirmed order only what nothing hangs on. With another currency `prices` says what becomes of
    the prices. Raises Invalid, StateRefused, MissingRate."""
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    known, money = _head_values(values), Money.of(order)
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
        if "contact" not in known and order.contact_id and not _contacts_of(order).exists():
            order.contact = None  # somebody of another customer
    if {"currency", "ordered_on"} & set(known) and "exchange_rate" not in known:
        order.currency = known_currency(known.pop("currency", None) or order.currency)
        order.ordered_on = known.pop("ordered_on", None) or order.ordered_on
        order.exchange_rate = exchange_rate(order.currency, order.ordered_on)
    if known.get("currency"):
        known_currency(known["currency"])
    _set_head(order, known)
    rows = list(order.lines.order_by("position", "id"))
    before = snapshot(rows)
    if lines is not None:
        rows = lines_replaced(
            rows, lines, pricing=pricing_of(order), make=lambda d, at: line_new(order, d, at), refuse=refusal_of(order)
        )
    prices_follow(order, rows, money, prices=prices, given=lines, sent=values, pricing=pricing_of(order))
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
    draft = one_line(values, pricing=pricing_of(order), refuse=refusal_of(order))
    position = (order.lines.aggregate(last=Max("position"))["last"] or 0) + 10
    line = line_new(order, draft, position)
    rows = list(order.lines.all())
    before = snapshot(rows)
    rows.append(line)
    set_totals(order, add_up(rows, currency=order.currency, rounding=order.tax_rounding, freight=order.freight))
    if order.is_migrated:
        _as_history(order, [line])
    order.save()
    lines_write(SalesOrderLine, before, rows)
    return line


@service("shared.sales_order.create")
def sales_order_line_create_many(*, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> list[SalesOrderLine]:
    """The same for lines of many orders at once, as an import brings them: all or none. Raises what the one raises."""
    wanted = {row["order"].pk for row in rows}
    locked = SalesOrder.objects.select_for_update(of=("self",)).select_related("price_list").filter(pk__in=wanted)
    orders = {order.pk: order for order in locked.order_by("pk")}
    if any(order.status != SalesOrder.Status.DRAFT and not order.is_migrated for order in orders.values()):
        raise StateRefused(_("Lines are added to drafts only"))

    def make(order: SalesOrder, draft: LineDraft, position: int) -> SalesOrderLine:
        line = line_new(order, draft, position)
        if order.is_migrated:
            _as_history(order, [line])
        return line

    return lines_add(SalesOrderLine, orders, rows, pricing=pricing_of, make=make, refuse=refusal_of)


def _but_number(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != "number"}


def _build(
    actor: Actor,
    *,
    customer: Any,
    lines: Sequence[Mapping[str, Any]] = (),
    former_status: str = "",
    delivered_before: date | None = None,
    quote_ref: Mapping[str, Any] | None = None,
    **values: Any,
) -> tuple[SalesOrder, list[SalesOrderLine]]:
    """An order and its lines, complete but for its number, not written."""
    history = bool(former_status or delivered_before)
    if history:
        actor.require("shared.sales_order.migrate")
    party = _customer(customer, accept_inactive=history)
    known = _head_values(values)
    owner_id, department_id = author(actor, known)
    known.pop("owner", None), known.pop("department", None)
    ordered_on = known.pop("ordered_on", None) or current().today()
    currency = known_currency(known.pop("currency", None) or party.currency or current().currency)
    order = SalesOrder(
        customer=party,
        ordered_on=ordered_on,
        currency=currency,
        exchange_rate=known.pop("exchange_rate", None)
        or (Decimal(1) if history else exchange_rate(currency, ordered_on)),
        payment_term=known.pop("payment_term", None) or party.payment_term,
        price_list=known.pop("price_list", None) or party.price_list,
        cancellation_terms=known.pop("cancellation_terms", None) or (None if history else default_terms()),
        owner_id=owner_id,
        department_id=department_id,
        quote_ref=dict(quote_ref) if quote_ref else None,
        former_status=former_status,
        delivered_on=delivered_before,
        is_migrated=history,
    )
    _set_head(order, known)
    drafts = draft_lines(lines, pricing=pricing_of(order), refuse=refusal_of(order)) if lines else []
    rows = [line_new(order, draft, (i + 1) * 10) for i, draft in enumerate(drafts)]
    set_totals(order, add_up(rows, currency=currency, rounding=order.tax_rounding, freight=order.freight))
    if history:
        order.status = SalesOrder.Status.CANCELLED if is_cancelled_word(former_status) else SalesOrder.Status.CLOSED
        _as_history(order, rows)
    return order, rows


def pricing_of(order: SalesOrder) -> Pricing:
    return lambda questions: sales_prices(
        questions, price_list=order.price_list, currency=order.currency, on=order.ordered_on
    )


def refusal_of(order: SalesOrder) -> Refusal | None:
    """What is not sold on the day of the order; history is what it was."""
    return None if order.is_migrated else lambda product: not_for_sale(product, order.ordered_on)


def line_new(order: SalesOrder, draft: LineDraft, position: int) -> SalesOrderLine:
    return SalesOrderLine(
        order=order,
        position=draft.given.get("position") or position,
        requested_on=draft.given.get("requested_on"),
        custom=draft.given.get("custom") or {},
        **draft.columns(),
        **draft.second_columns(),
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
        if name in ("contact", "payment_term", "price_list", "owner", "department", "cancellation_terms"):
            setattr(order, f"{name}_id", key_of(value))
        elif name == "priority":
            order.priority = value or SalesOrder.Priority.NORMAL
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
    return Contact.objects.filter(pk=order.contact_id or 0, party_contacts__party_id=order.customer_id)


def _customer(value: Any, *, accept_inactive: bool = False) -> Party:
    party = (
        value
        if isinstance(value, Party)
        else Party.objects.select_related("price_list", "payment_term").filter(pk=key_of(value) or 0).first()
    )
    if party is None:
        raise Invalid.field("customer", _("There is no such customer"), "unknown")
    if not party.is_customer:
        raise Invalid.field("customer", _("This party is not a customer"), "not_customer")
    if not party.is_active and not accept_inactive:
        raise Invalid.field("customer", _("This customer is not active"), "inactive")
    return party
