"""What an order's goods are expected to cost, and what it earns by that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from modules.shared.contracts.posting import OrderCostEstimate
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon.ports import find

ZERO = Decimal(0)
Costs = dict[int, dict[str, Decimal] | None]  # product → component → cost of a stock unit; None: nobody knows it


def component_costs(lines: Iterable[SalesOrderLine]) -> Costs:
    """By production or inventory, else the standard cost; services cost nothing unless they have one. Lines with their
    products. One question for all of them."""
    products = {x.product_id: x.product for x in lines}
    goods = sorted(pk for pk, product in products.items() if product.kind == "goods")
    provider = find(OrderCostEstimate)
    known = provider.unit_costs(goods) if provider and goods else {}
    costs: Costs = {}
    for pk, product in products.items():
        found = known.get(pk)
        if not found and product.standard_cost is not None:
            # Of goods in two quantities a standard cost is for the second unit.
            found = {"material": product.standard_cost * (product.second_nominal or 1)}
        costs[pk] = found or (None if product.kind == "goods" else {})
    return costs


def pieces(line: SalesOrderLine) -> Decimal:
    """How many stock units of the line cost something: what is still wanted or was delivered; of goods in two
    quantities, pieces of usual weight."""
    share = line.base_quantity - line.cancelled
    if line.second_quantity is None or not line.product.second_nominal:
        return share
    return line.second_quantity / line.product.second_nominal * share / line.base_quantity


def margin_percent(order: SalesOrder, lines: Sequence[SalesOrderLine], costs: Costs) -> Decimal | None:
    """Per cent of the net value of what is wanted or delivered, two decimals; None while a cost is unknown, or where no
    per cent says anything."""
    net, cost = ZERO, ZERO
    for line in lines:
        unit = costs[line.product_id]
        if unit is None:
            return None
        net += line.subtotal * (line.base_quantity - line.cancelled) / line.base_quantity * order.exchange_rate
        cost += pieces(line) * sum(unit.values(), ZERO)
    percent = ((net - cost) * 100 / net).quantize(Decimal("0.01")) if net else None
    return percent if percent is not None and abs(percent) < 1000 else None
