"""Profit per order: what the ledger says, beside what was expected; every figure down to its postings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum

from modules.finance.models import JournalLine
from modules.finance.rules.profit import COMPONENTS, COSTS, REVENUE, margin, profit
from modules.shared.contracts.posting import OrderCostEstimate, OrderProfitLine
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.money.rounding import round_money
from tenon.ports import find
from tenon.problems import NotFound
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ZERO = Decimal(0)


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
    """Revenue and each cost component: estimate and actual, base currency. Components without either are left out."""
    actual = _actual([order.pk]).get(order.pk, {})
    expected = estimate(order)
    return [
        OrderProfitLine(key, expected.get(key) if expected else None, actual.get(key, ZERO))
        for key in COMPONENTS
        if key in (REVENUE, "material") or actual.get(key) or (expected and expected.get(key))
    ]


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
    """order → component → amount, with `profit`, for a list of orders the actor may see. Two queries."""
    actor.require("finance.order_profit.view")
    seen = list(_orders(actor).filter(pk__in=order_ids).values_list("pk", flat=True))
    return {pk: {**amounts, "profit": profit(amounts)} for pk, amounts in _actual(seen).items()}


def unallocated_profit() -> Decimal:
    """What belongs to the gross margin and to no order: sums with all orders' profits to the ledger's gross margin."""
    found: dict[str, Any] = (
        JournalLine.objects.filter(sales_order_id__isnull=True)
        .exclude(component="")
        .aggregate(total=Sum(F("credit") - F("debit")))
    )
    return found["total"] or ZERO


def estimate(order: SalesOrder) -> dict[str, Decimal] | None:
    """What the order should bring: its own prices, and unit costs as production or inventory know them. None when
    nobody knows the cost of one of its products."""
    rate = order.exchange_rate
    lines = list(SalesOrderLine.objects.filter(order=order).select_related("product"))
    goods = {x.product_id for x in lines if x.product.kind == "goods"}
    provider = find(OrderCostEstimate)
    costs = provider.unit_costs(sorted(goods)) if provider and goods else {}
    out: dict[str, Decimal] = defaultdict(lambda: ZERO)
    # Of an order that was closed short only what is still sold brings anything.
    wanted = sum((x.subtotal * (x.base_quantity - x.cancelled) / x.base_quantity for x in lines), ZERO)
    out[REVENUE] = (wanted + order.freight) * rate
    for line in lines:
        unit = costs.get(line.product_id)
        if not unit and line.product.standard_cost is not None:
            unit = {"material": line.product.standard_cost}
        if not unit and line.product_id in goods:
            return None
        for key, cost in (unit or {}).items():
            out[key if key in COSTS else "other"] += cost * (line.base_quantity - line.cancelled)
    currency = current().currency
    return {key: round_money(amount, currency) for key, amount in out.items()}


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
        out[line.component].append(
            ProfitPosting(
                line.pk, line.entry_id, line.entry.number, line.entry_date, line.account_id, str(line.account),
                str(line.product or ""), amount if line.component == REVENUE else -amount, line.narration,
                line.entry.source_entity, line.entry.source_id, line.entry.source_number,
            )
        )  # fmt: skip
    return dict(out)
