"""What a plan is worth by week or month: value of stock, what is paid for and what is paid to us."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from modules.production.rules.buckets import Bucket, Size, buckets, place
from modules.production.rules.terms import from_micro
from modules.production.selectors.estimates import unit_costs
from modules.production.selectors.plan_view import PlanView, plan_now
from modules.shared.contracts.valuation import StockValuation
from modules.shared.data.models import (
    Currency,
    Party,
    PaymentTerm,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    SalesOrderLine,
)
from modules.shared.data.rules.terms import instalments
from modules.shared.data.selectors.prices import supplier_offers
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)
Buying, Selling = PurchaseOrder.Status, SalesOrder.Status


def projection(view: PlanView, among: list[Bucket]) -> dict[str, Any]:
    """By bucket, base currency: stock at its end, coming in and going out at plan cost (what products cost rolled up
    now), payments for purchase orders and proposals by the terms of their supplier, receipts of orders by the
    customer's; what is invoiced already is not in it. The stock before the first bucket is the ledger's. A constant
    number of queries."""
    step = _step()
    moves = _moves(view)
    cost = {p: sum(parts.values(), ZERO) for p, parts in unit_costs(sorted({p for p, _q, _d in moves})).items()}
    comes, goes = [ZERO] * len(among), [ZERO] * len(among)
    for product, quantity, on in moves:
        if (n := place(on, among)) is not None:
            (comes if quantity > 0 else goes)[n] += abs(from_micro(quantity)) * cost.get(product, ZERO)
    comes, goes = [v.quantize(step) for v in comes], [v.quantize(step) for v in goes]
    provider = ports.find(StockValuation)
    opening = sum(provider.values().values(), ZERO) if provider is not None else ZERO
    value, stock = opening, []
    for n in range(len(among)):
        value += comes[n] - goes[n]
        stock.append(value)
    paid = _summed([*_bought(view, step), *_proposed(view, step)], among)
    received = _summed(_sold(view, step), among)
    cash, total = [], ZERO
    for n in range(len(among)):
        total += received[n] - paid[n]
        cash.append(total)
    return {
        "opening": opening, "comes": comes, "goes": goes, "stock": stock, "paid": paid, "received": received,
        "cash": cash,
    }  # fmt: skip


def projection_page(size: Size, count: int) -> dict[str, Any]:
    among = buckets(current().today(), size, count)
    found = projection(plan_now(), among)
    return {"buckets": [{"since": b.since, "until": b.until} for b in among], **found}


def _step() -> Decimal:
    decimals = Currency.objects.filter(code=current().currency).values_list("decimals", flat=True).first()
    return Decimal(1).scaleb(-(2 if decimals is None else decimals))


def _moves(view: PlanView) -> list[tuple[int, int, date]]:
    return [
        *((s.product, s.quantity, s.on) for s in view.supplies),
        *((p.product, p.quantity, p.due_on) for _pk, p in view.planned),
        *((n.product, -n.quantity, n.on) for n in view.needs),
        *((product, -quantity, on) for product, quantity, on in (*view.taken, *view.held)),
    ]


Due = tuple[date, Decimal]


def _summed(dues: Sequence[Due], among: list[Bucket]) -> list[Decimal]:
    found = [ZERO] * len(among)
    for on, amount in dues:
        if (n := place(on, among)) is not None:
            found[n] += amount
    return found


def _by_terms(amount: Decimal, on: date, term: PaymentTerm | None, step: Decimal) -> list[Due]:
    lines = [(Decimal(str(line["percent"])), int(line["days"])) for line in (term.lines if term else ())]
    return instalments(amount.quantize(step), on, days=term.days if term else 0, lines=lines, step=step)


def _bought(view: PlanView, step: Decimal) -> list[Due]:
    """What open purchase orders will cost, tax included, as it comes; what came and is not invoiced, today."""
    days = {source[1]: s.on for s in view.supplies if (source := _source(s.source))[0] == "shared.purchase_order_line"}
    lines = PurchaseOrderLine.objects.filter(
        order__status__in=(Buying.DRAFT, Buying.CONFIRMED, Buying.PART_RECEIVED, Buying.RECEIVED),
        order__is_migrated=False,
    ).select_related("order__payment_term")
    found: list[Due] = []
    for line in lines:
        open_share = (line.base_quantity - line.invoiced) / line.base_quantity
        if open_share <= 0:
            continue
        on = days.get(line.pk) or line.confirmed_on or line.due_on or view.today
        amount = line.total * open_share * line.order.exchange_rate
        found += _by_terms(amount, max(on, view.today), line.order.payment_term, step)
    return found


def _source(source: Any) -> tuple[str, int]:
    return (str(source[0]), source[1])


def _proposed(view: PlanView, step: Decimal) -> list[Due]:
    buys = [p for _pk, p in view.planned if not p.make]
    offers = supplier_offers(sorted({p.product for p in buys}))
    terms = _terms({view.suppliers[p.product] for p in buys if p.product in view.suppliers})
    found: list[Due] = []
    for p in buys:
        offer = offers.get(p.product)
        if offer is None or offer.unit_cost is None:
            continue
        amount = from_micro(p.quantity) * offer.unit_cost
        found += _by_terms(amount, p.due_on, terms.get(view.suppliers.get(p.product, 0)), step)
    return found


def _terms(parties: Collection[int]) -> dict[int, PaymentTerm]:
    rows = Party.objects.filter(pk__in=parties, payment_term__isnull=False).select_related("payment_term")
    return {party.pk: party.payment_term for party in rows if party.payment_term is not None}


def _sold(view: PlanView, step: Decimal) -> list[Due]:
    """What customers will owe for what is not invoiced yet, from the day on which it can go."""
    days: dict[int, date] = defaultdict(lambda: view.today)
    for need in view.needs:
        peg: Any = need.peg
        if peg[0] == "shared.sales_order_line":
            days[peg[1]] = need.on
    lines = SalesOrderLine.objects.filter(
        order__status__in=(Selling.CONFIRMED, Selling.PART_DELIVERED, Selling.DELIVERED), order__is_migrated=False
    ).select_related("order__payment_term")
    found: list[Due] = []
    for line in lines:
        open_share = (line.base_quantity - line.cancelled - line.invoiced) / line.base_quantity
        if open_share <= 0:
            continue
        on = max(days[line.pk], line.expected_on or line.promised_on or view.today)
        amount = line.total * open_share * line.order.exchange_rate
        found += _by_terms(amount, max(on, view.today), line.order.payment_term, step)
    return found
