"""Profit per order: what the ledger says, beside what was expected; every figure down to its postings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet, Sum

from modules.finance.models import Account, Invoice, InvoiceLine, JournalLine
from modules.finance.rules.profit import COMPONENTS, MADE, REVENUE, margin, profit, reasons_of
from modules.shared.contracts.posting import OrderCostEstimate, OrderProfitLine, ProductionCosts
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.money.rounding import round_money
from tenon.ports import find
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ZERO = Decimal(0)
RETURNS = ("delivery_return", "sales_credit_note")
SHOWN = 200
VARIANCES = ("production_variance", "consumption_variance", "wage_difference", "cost_variance")


@dataclass(frozen=True)
class ProfitPosting:
    line_id: int
    entry_id: int
    number: str
    entry_date: date
    account_id: int
    account: str
    product: str
    amount: Decimal  # in the sense of its component: revenue and costs positive
    narration: str
    source_entity: str
    source_id: int | None
    source_number: str


@dataclass(frozen=True)
class OrderProfitReport:
    order: SalesOrder
    lines: list[OrderProfitLine]
    estimate: Decimal | None
    actual: Decimal
    margin: Decimal | None
    estimated_margin: Decimal | None
    postings: dict[str, list[ProfitPosting]] = field(default_factory=dict)


def profit_lines(order: SalesOrder) -> list[OrderProfitLine]:
    """Revenue and each cost component: estimate and actual, base currency, and why they differ. Components without
    either are left out."""
    events = _by_event(order.pk)
    expected = expectation(order)
    because = _made_reasons(order) if expected and events else {}
    out = []
    for key in COMPONENTS:
        posted = events.get(key, {})
        actual = sum(posted.values(), ZERO)
        if not (key in (REVENUE, "material") or posted or (expected and expected.whole.get(key))):
            continue
        returned = sum((posted.get(event, ZERO) for event in RETURNS), ZERO)
        if expected is None:
            out.append(OrderProfitLine(key, None, actual, returned))
            continue
        planned = expected.whole.get(key, ZERO)
        named = [
            ("not_invoiced" if key == REVENUE else "not_delivered", -expected.to_come.get(key, ZERO)),
            ("returned", returned),
            ("variance", sum((posted.get(event, ZERO) for event in VARIANCES), ZERO)),
            *because.get(key, {}).items(),
        ]
        rest = "price" if key == REVENUE else "rework" if key == "rework" else "cost" if planned else "unplanned"
        why = reasons_of(actual - planned, named, rest)
        out.append(OrderProfitLine(key, planned, actual, returned, why))
    return out


def order_profit(*, actor: Actor, sales_order_id: int) -> OrderProfitReport:
    """One order, with the postings behind each figure. Raises NotFound for orders the actor may not see, Forbidden."""
    actor.require("finance.order_profit.view")
    order = _orders(actor).filter(pk=sales_order_id).first()
    if order is None:
        raise NotFound()
    lines = profit_lines(order)
    actual = profit({x.key: x.actual for x in lines})
    known = all(x.estimate is not None for x in lines)
    expected = {x.key: x.estimate or ZERO for x in lines}
    estimated = profit(expected) if known else None
    revenue = next(x.actual for x in lines if x.key == REVENUE)
    return OrderProfitReport(
        order, lines, estimated, actual, margin(revenue, actual),
        margin(expected[REVENUE], estimated) if estimated is not None else None, _postings(order.pk),
    )  # fmt: skip


def orders_profit(*, actor: Actor, order_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """order → component → amount, with `profit` and what of it is `returned` (credit notes less goods that came back),
    for a list of orders the actor may see. Three queries."""
    actor.require("finance.order_profit.view")
    seen = list(_orders(actor).filter(pk__in=order_ids).values_list("pk", flat=True))
    back = _returned(seen)
    return {
        pk: {**amounts, "profit": profit(amounts), "returned": back.get(pk, ZERO)}
        for pk, amounts in _actual(seen).items()
    }


@dataclass(frozen=True)
class ProfitTie:
    """What holds at any second: `orders` + `unallocated` = `gross_margin`, the last from the daily balances."""

    orders: Decimal
    unallocated: Decimal
    gross_margin: Decimal

    @property
    def difference(self) -> Decimal:
        return self.orders + self.unallocated - self.gross_margin


def profit_tie() -> ProfitTie:
    """In one statement, so that what others post in between is in all three figures or in none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select coalesce(sum(credit - debit) filter (where sales_order_id is not null), 0),
                      coalesce(sum(credit - debit) filter (where sales_order_id is null), 0),
                      (select coalesce(sum(b.credit - b.debit), 0) from finance_accountbalance b
                         join finance_account a on a.id = b.account_id and a.component <> '')
                      + (select coalesce(sum(l.debit - l.credit), 0) from finance_journalline l
                           join finance_journalentry e on e.id = l.entry_id and e.event = 'closing'
                           join finance_account a on a.id = l.account_id and a.component <> '')
                 from finance_journalline where component <> ''"""
        )
        return ProfitTie(*cursor.fetchone())


def unallocated_profit() -> Decimal:
    """What belongs to the gross margin and to no order: sums with all orders' profits to the ledger's gross margin."""
    return profit_tie().unallocated


def unallocated_accounts() -> list[tuple[Account, str, Decimal, int]]:
    """What belongs to no order: (account, component, amount as it adds to profit, lines), by code."""
    rows = list(
        JournalLine.objects.filter(sales_order_id__isnull=True)
        .exclude(component="")
        .values_list("account_id", "component")
        .annotate(amount=Sum(F("credit") - F("debit")), lines=Count("id"))
        .order_by()
    )
    accounts = Account.objects.in_bulk({row[0] for row in rows})
    return sorted(
        ((accounts[pk], component, amount, lines) for pk, component, amount, lines in rows),
        key=lambda row: (row[0].code, row[1]),
    )


def unallocated_postings(account_id: int) -> list[ProfitPosting]:
    """The latest lines of an account that belong to no order, as they add to profit."""
    rows = JournalLine.objects.filter(sales_order_id__isnull=True, account=account_id).exclude(component="")
    newest = rows.select_related("entry", "account", "product").order_by("-entry_date", "-entry_id", "position")
    return [_posting(line, line.credit - line.debit) for line in newest[:SHOWN]]


@dataclass(frozen=True)
class Expectation:
    """Component → amount, base currency: of the `whole` order, and of what is `to_come`: for costs what was not
    delivered, for revenue what was not invoiced."""

    whole: dict[str, Decimal]
    to_come: dict[str, Decimal]


def expectation(order: SalesOrder) -> Expectation | None:
    """What the order should bring: its own prices, and unit costs as production or inventory know them. None when
    nobody knows the cost of one of its products."""
    rate, currency = order.exchange_rate, current().currency
    lines = list(SalesOrderLine.objects.filter(order=order).select_related("product"))
    goods = {x.product_id for x in lines if x.product.kind == "goods"}
    provider = find(OrderCostEstimate)
    costs = provider.unit_costs(sorted(goods)) if provider and goods else {}
    whole: dict[str, Decimal] = defaultdict(lambda: ZERO)
    coming: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        # Of an order that was closed short only what is still sold brings anything.
        wanted = line.base_quantity - line.cancelled
        whole[REVENUE] += line.subtotal * wanted / line.base_quantity
        open_ = max(wanted - line.returned - line.invoiced, ZERO)
        coming[REVENUE] += line.subtotal * open_ / line.base_quantity
        unit = costs.get(line.product_id)
        if not unit and line.product.standard_cost is not None:
            unit = {"material": line.product.standard_cost}
        if not unit and line.product_id in goods:
            return None
        for key, cost in (unit or {}).items():
            component = key if key in MADE else "other"
            whole[component] += cost * wanted
            coming[component] += cost * max(wanted - line.delivered, ZERO)
    whole[REVENUE] += order.freight
    if order.freight:
        coming[REVENUE] += max(order.freight - _freight_invoiced(order), ZERO)
    for amounts in (whole, coming):
        amounts[REVENUE] *= rate
    return Expectation(*({key: round_money(amount, currency) for key, amount in x.items()} for x in (whole, coming)))


def _freight_invoiced(order: SalesOrder) -> Decimal:
    rows = InvoiceLine.objects.filter(invoice__sales_order=order, is_freight=True, invoice__kind="sales_invoice")
    standing = rows.exclude(invoice__status__in=(Invoice.Status.DRAFT, Invoice.Status.REVERSED))
    found: dict[str, Any] = standing.aggregate(total=Sum("subtotal"))
    return found["total"] or ZERO


def _made_reasons(order: SalesOrder) -> dict[str, dict[str, Decimal]]:
    """Component → reason → amount: why production took more or less than allowed, for what was delivered of it."""
    provider = find(ProductionCosts)
    made = provider.made_for(order.pk) if provider else []
    if not made:
        return {}
    products = [x.product_id for x in made]
    gone = dict(
        SalesOrderLine.objects.filter(order=order, product__in=products)
        .values_list("product_id")
        .annotate(sum=Sum("delivered"))
        .order_by()
    )
    out: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for one in made:
        share = min(gone.get(one.product_id, ZERO) / one.good, Decimal(1)) if one.good else ZERO
        for component, reasons in one.reasons.items():
            for reason, amount in reasons.items():
                out[component][f"made_{reason}"] += round_money(amount * share, current().currency)
    return out


def _orders(actor: Actor) -> QuerySet[SalesOrder]:
    return visible(actor, registry().entities["shared.sales_order"], SalesOrder.objects.all())


def _actual(order_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    rows = (
        JournalLine.objects.filter(sales_order_id__in=order_ids)
        .exclude(component="")
        .values_list("sales_order_id", "component")
        .annotate(amount=Sum(F("credit") - F("debit")))
        .order_by()
    )
    out: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for order_id, component, amount in rows:
        out[order_id or 0][component] = amount if component == REVENUE else -amount
    return dict(out)


def _returned(order_ids: Sequence[int]) -> dict[int, Decimal]:
    rows = (
        JournalLine.objects.filter(sales_order_id__in=order_ids, entry__event__in=RETURNS)
        .exclude(component="")
        .values_list("sales_order_id")
        .annotate(amount=Sum(F("credit") - F("debit")))
        .order_by()
    )
    return {pk or 0: amount for pk, amount in rows}


def _by_event(order_id: int) -> dict[str, dict[str, Decimal]]:
    """Component → event → amount in the sense of the component."""
    rows = (
        JournalLine.objects.filter(sales_order_id=order_id)
        .exclude(component="")
        .values_list("component", "entry__event")
        .annotate(amount=Sum(F("credit") - F("debit")))
        .order_by()
    )
    out: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for component, event, amount in rows:
        out[component][event] = amount if component == REVENUE else -amount
    return dict(out)


def _postings(order_id: int) -> dict[str, list[ProfitPosting]]:
    rows = (
        JournalLine.objects.filter(sales_order_id=order_id)
        .exclude(component="")
        .select_related("entry", "account", "product")
        .order_by("entry_date", "entry_id", "position")
    )
    out: dict[str, list[ProfitPosting]] = defaultdict(list)
    for line in rows:
        amount = line.credit - line.debit
        out[line.component].append(_posting(line, amount if line.component == REVENUE else -amount))
    return dict(out)


def _posting(line: JournalLine, amount: Decimal) -> ProfitPosting:
    return ProfitPosting(
        line.pk, line.entry_id, line.entry.number, line.entry_date, line.account_id, str(line.account),
        str(line.product or ""), amount, line.narration, line.entry.source_entity, line.entry.source_id,
        line.entry.source_number,
    )  # fmt: skip
