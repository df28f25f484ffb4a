"""Quotes: making and changing drafts, with live margin and promise dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.crm.models import Quote, QuoteLine
from modules.crm.rules.margin import MarginLine, margin_of
from modules.crm.selectors.quote_limits import cost_quantity
from modules.crm.services.quote_approval import approval_follows
from modules.crm.services.quote_holds import hold_fit, hold_pass_on
from modules.shared.contracts.posting import OrderCostEstimate
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, PromiseDates
from modules.shared.data.models import Contact, Party, Product
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.prices import sales_prices
from modules.shared.data.selectors.promise_words import steps_out
from modules.shared.data.selectors.rates import exchange_rate
from modules.shared.data.services.line_writing import lines_insert, lines_replaced, lines_write, snapshot
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
from tenon.money.rounding import currency_step, round_money
from tenon.ports import find
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

VALID_DAYS = 30
REFERENCES = ("contact", "opportunity", "payment_term", "price_list", "owner", "department")
PLAIN = ("quoted_on", "valid_until", "currency", "exchange_rate", "tax_rounding")
EMPTIABLE = ("requested_on", "note")


@service("crm.quote.create")
def quote_create(*, actor: Actor, party: Party, lines: Sequence[Mapping[str, Any]] = (), **values: Any) -> Quote:
    """A draft quote; what is left out comes from the customer, its price list and the products; valid for 30 days.
    Raises Invalid, MissingRate."""
    quote, rows = quote_draft(actor=actor, party=party, lines=lines, **values)
    quote.number = quote.root_number = next_number("QU")
    quote.save()
    lines_insert(rows, parent="quote")
    return quote


def quote_draft(
    *, actor: Actor, party: Party, lines: Sequence[Mapping[str, Any]] = (), **values: Any
) -> tuple[Quote, list[QuoteLine]]:
    """The quote and its lines, complete but for its number, not written: a form shows it while one types. Raises
    Forbidden, Invalid, MissingRate."""
    actor.require("crm.quote.create")
    if not party.is_customer:
        raise Invalid.field("party", _("This party is not a customer"), "not_customer")
    values = {k: v for k, v in values.items() if v not in (None, "")}
    quoted_on = values.pop("quoted_on", None) or current().today()
    currency = values.pop("currency", None) or party.currency or current().currency
    quote = Quote(
        party=party,
        quoted_on=quoted_on,
        valid_until=values.pop("valid_until", None) or quoted_on + timedelta(days=VALID_DAYS),
        currency=currency,
        exchange_rate=values.pop("exchange_rate", None) or exchange_rate(currency, quoted_on),
        payment_term_id=party.payment_term_id,
        price_list_id=party.price_list_id,
        owner_id=actor.member_id,
        department_id=actor.department_id,
    )
    _set(quote, values)
    drafts = draft_lines(lines, pricing=pricing_of(quote), refuse=_refusal(quote)) if lines else []
    rows = [new_line(quote, draft, (i + 1) * 10) for i, draft in enumerate(drafts)]
    price(quote, rows)
    return quote, rows


@service("crm.quote.update")
def quote_update(
    *,
    actor: Actor,
    quote: Quote,
    lines: Sequence[Mapping[str, Any]] | None = None,
    prices: str | None = None,
    **values: Any,
) -> Quote:
    """Changes a draft; `lines` is the full list (by id changed, without id added, left out removed). What was sent is
    revised, not changed. With another currency `prices` says what becomes of the prices. Raises StateRefused, Invalid,
    MissingRate."""
    quote = draft_locked(quote)
    money, sent = Money.of(quote), frozenset(values)
    if "party" in values:
        party = values.pop("party")
        if not party.is_customer:
            raise Invalid.field("party", _("This party is not a customer"), "not_customer")
        quote.party = party
        if "contact" not in values and not _contact_fits(quote):
            quote.contact = None  # somebody of another customer
        if "opportunity" not in values and quote.opportunity and quote.opportunity.party_id != party.pk:
            quote.opportunity = None
    if {"currency", "quoted_on"} & set(values) and not values.get("exchange_rate"):
        values["exchange_rate"] = exchange_rate(
            values.get("currency") or quote.currency, values.get("quoted_on") or quote.quoted_on
        )
    _set(quote, values)
    rows = list(quote.lines.order_by("position", "id"))
    before = snapshot(rows)
    if lines is not None:
        rows = lines_replaced(
            rows, lines, pricing=pricing_of(quote), make=lambda d, at: new_line(quote, d, at), refuse=_refusal(quote)
        )
    prices_follow(quote, rows, money, prices=prices, given=lines, sent=sent, pricing=pricing_of(quote))
    price(quote, rows)
    approval_follows(actor, quote, rows)
    quote.save()
    lines_write(QuoteLine, before, rows, parent="quote")
    hold_fit(actor, quote)
    return quote


@service("crm.quote.delete")
def quote_delete(*, actor: Actor, quote: Quote) -> None:
    """Removes a draft. Raises StateRefused."""
    quote = draft_locked(quote)
    hold_pass_on(actor, quote)
    quote.delete()


@service("crm.quote.update")
def quote_refresh(*, actor: Actor, quote: Quote) -> Quote:
    """Costs, margin and promise dates as of now. Raises StateRefused."""
    quote = draft_locked(quote)
    rows = list(quote.lines.order_by("position", "id"))
    before = snapshot(rows)
    price(quote, rows)
    quote.save()
    lines_write(QuoteLine, before, rows, parent="quote")
    return quote


def draft_locked(quote: Quote) -> Quote:
    quote = Quote.objects.select_for_update(of=("self",)).select_related("price_list").get(pk=quote.pk)
    if quote.status != Quote.Status.DRAFT:
        raise StateRefused(
            _("%(number)s is %(status)s: revise it to change it")
            % {"number": quote.number, "status": quote.get_status_display()}
        )
    return quote


def price(quote: Quote, rows: Sequence[QuoteLine]) -> None:
    """Amounts, cost, margin and promise dates of the quote and its lines, not yet written."""
    total_up(quote, rows)
    margin_up(quote, rows)
    promise(quote, rows)


def total_up(quote: Quote, rows: Sequence[QuoteLine]) -> None:
    """Amounts of the lines, and of the quote without what is optional and was not chosen."""
    for row in rows:
        if not row.counts:
            add_up([row], currency=quote.currency, rounding=quote.tax_rounding, freight=Decimal(0))
    counted = [row for row in rows if row.counts]
    set_totals(quote, add_up(counted, currency=quote.currency, rounding=quote.tax_rounding, freight=quote.freight))


def margin_up(quote: Quote, rows: Sequence[QuoteLine]) -> None:
    """Cost and margin of the lines at today's cost, and of what the quote comes to."""
    estimate = find(OrderCostEstimate)
    product_ids = sorted({row.product_id for row in rows})
    costs = estimate.unit_costs(product_ids) if estimate and product_ids else {}
    products = Product.objects.in_bulk(product_ids) if product_ids else {}
    for row in rows:
        known, product = costs.get(row.product_id), products[row.product_id]
        row.unit_cost = sum(known.values(), Decimal(0)) if known else product.standard_cost
        if not known and row.unit_cost is not None:
            row.unit_cost *= product.second_nominal or 1  # a standard cost is per second unit where there is one
    inputs = [MarginLine(x.subtotal, cost_quantity(x, products[x.product_id]), x.unit_cost) for x in rows]
    rate, step = Decimal(quote.exchange_rate), currency_step(current().currency)
    for row, amount in zip(rows, margin_of(inputs, rate=rate, step=step).lines, strict=True):
        row.margin = amount
    counted = [given for row, given in zip(rows, inputs, strict=True) if row.counts]
    margin = margin_of(counted, rate=rate, step=step)
    quote.cost, quote.margin, quote.margin_percent = margin.cost, margin.margin, margin.percent


def promise(quote: Quote, rows: Sequence[QuoteLine]) -> None:
    """From stock, open supply and lead times through the bills of materials, by whoever knows; else the products' lead
    time. Services wait for no stock. A quote holds nothing back: the dates are those of an order placed now."""
    products = Product.objects.in_bulk({row.product_id for row in rows})
    demands = {
        index: Demand(
            line=RecordRef("crm.quote_line", row.pk or -(index + 1), quote.number or ""),
            product_id=row.product_id,
            quantity=row.base_quantity,
            needed_on=row.requested_on or quote.requested_on,
        )
        for index, row in enumerate(rows)
        if products[row.product_id].kind == Product.Kind.GOODS
    }
    calendar, today = work_calendar(), current().today()
    promiser = find(PromiseDates)
    asked = {p.line.id: p for p in promiser.promise(list(demands.values()))} if promiser and demands else {}
    for index, row in enumerate(rows):
        demand = demands.get(index)
        if demand is not None and promiser is not None:
            row.promised_on = asked[demand.line.id].on
            row.stands_on = steps_out(asked[demand.line.id].steps)
        else:
            row.promised_on = calendar.add(today, products[row.product_id].lead_time_days)
    counted = [row for row in rows if row.counts]
    known = [row.promised_on for row in counted if row.promised_on]
    quote.promised_on = max(known) if known and len(known) == len(counted) else None


def pricing_of(quote: Quote) -> Pricing:
    return lambda questions: sales_prices(
        questions, price_list=quote.price_list, currency=quote.currency, on=quote.quoted_on
    )


def _refusal(quote: Quote) -> Refusal:
    return lambda product: not_for_sale(product, quote.quoted_on)


def new_line(quote: Quote, draft: LineDraft, position: int) -> QuoteLine:
    return QuoteLine(
        quote=quote,
        position=draft.given.get("position") or position,
        requested_on=draft.given.get("requested_on"),
        optional=bool(draft.given.get("optional")),
        custom=draft.given.get("custom") or {},
        **draft.columns(),
        **draft.second_columns(),
    )


def _contact_fits(quote: Quote) -> bool:
    known = Contact.objects.filter(pk=quote.contact_id or 0, party_contacts__party_id=quote.party_id)
    return quote.contact_id is None or known.exists()


def _set(quote: Quote, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name in REFERENCES:
            setattr(quote, f"{name}_id", key_of(value))
        elif name == "freight":
            quote.freight = round_money(Decimal(str(value or 0)), quote.currency)
        elif name == "custom":
            quote.custom = {**quote.custom, **(value or {})}
        elif name in EMPTIABLE or (name in PLAIN and value not in (None, "")):
            setattr(quote, name, value)
    if quote.freight < 0:
        raise Invalid.field("freight", _("Freight is not negative"), "min_value")
    if quote.valid_until < quote.quoted_on:
        raise Invalid.field("valid_until", _("The validity ends before the quote begins"), "range")
    if "contact" in values and not _contact_fits(quote):
        raise Invalid.field("contact", _("This contact does not belong to the customer"), "not_related")
    opportunity = quote.opportunity if "opportunity" in values else None
    if opportunity is not None and opportunity.party_id != quote.party_id:
        raise Invalid.field("opportunity", _("This opportunity is another customer's"), "not_related")
