"""Slow, dead and excess stock (呆滞), and what a provision for it would be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from modules.inventory.models import ProductCost, ProvisionBand, SlowStockAction
from modules.inventory.rules.slow_stock import Class, Layer, classify, provision
from modules.inventory.selectors.consumption import OUT
from modules.inventory.selectors.forecasts import expected, forecasts
from modules.shared.data.models import Product
from tenon.tenancy.context import current

ZERO, CENT = Decimal(0), Decimal("0.0001")
HORIZON = 180  # days of demand that stock may cover
AGES = (90, 180, 365)  # borders of the age columns


@dataclass(frozen=True)
class Slow:
    """A product in stock, of goods in two quantities in the second (demand as pieces of usual weight). `idle`: days
    since the last issue, of goods never issued since the oldest of them came. `ages`: value by age, one more than there
    are borders."""

    product: Product
    quantity: Decimal
    value: Decimal
    idle: int
    oldest: int
    ages: tuple[Decimal, ...]
    demand: Decimal
    excess: Decimal
    excess_value: Decimal
    kind: Class
    provision: Decimal
    action: SlowStockAction | None


def slow_stock(horizon: int = HORIZON) -> list[Slow]:
    """All products with stock, the greatest value at risk first. A constant number of queries."""
    today = current().today()
    costs = {c.product_id: c for c in _with_stock()}
    layers, last = _layers(costs, today), _last_issues()
    plans = forecasts(costs)
    bands = list(ProvisionBand.objects.values_list("from_days", "percent"))
    actions = {
        action.product_id: action
        for action in SlowStockAction.objects.filter(status=SlowStockAction.Status.OPEN).select_related("owner")
    }
    rows = []
    for pk, cost in costs.items():
        mine = layers.get(pk, [])
        oldest = max((layer.age for layer in mine), default=0)
        idle = (today - last[pk]).days if pk in last else oldest
        demand = expected(plans.get(pk, []), today, today + timedelta(days=horizon)) * (
            cost.product.second_nominal or 1
        )
        excess = max(ZERO, cost.quantity - demand)
        rows.append(
            Slow(
                cost.product, cost.quantity, cost.value, idle, oldest, _by_age(mine), demand, excess,
                (cost.value * excess / cost.quantity).quantize(CENT), classify(idle, excess),
                provision(mine, bands).quantize(CENT), actions.get(pk),
            )
        )  # fmt: skip
    weight = {"dead": 0, "slow": 1, "excess": 2, "moving": 3}
    return sorted(rows, key=lambda row: (weight[row.kind], -max(row.excess_value, row.provision), row.product.code))


def _with_stock() -> QuerySet[ProductCost]:
    return ProductCost.objects.filter(quantity__gt=0).select_related("product__unit", "product__second_unit")


def _by_age(layers: Sequence[Layer]) -> tuple[Decimal, ...]:
    sums = [ZERO] * (len(AGES) + 1)
    for layer in layers:
        sums[sum(layer.age > border for border in AGES)] += layer.value
    return tuple(value.quantize(CENT) for value in sums)


def _layers(costs: dict[int, ProductCost], today: date) -> dict[int, list[Layer]]:
    """What is left of each receipt with its part of the product's value: under FIFO its own."""
    found: dict[int, list[Layer]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            """select product_id, (received_at at time zone %s)::date, remaining, worth from inventory_stocklayer
                where remaining > 0 and product_id = any(%s)""",
            [current().time_zone, sorted(costs)],
        )
        for product, day, remaining, worth in cursor.fetchall():
            cost = costs[product]
            value = worth if cost.method == Product.CostMethod.FIFO else cost.value * remaining / cost.quantity
            found[product].append(Layer(max(0, (today - day).days), remaining, value))
    return found


def _last_issues() -> dict[int, date]:
    """Product → the day it was last issued, or, before it was kept here, the last month it had demand."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select product_id, max(day) from (
                 select product_id, (moved_at at time zone %s)::date as day from inventory_stockmove
                  where kind = any(%s)
                 union all
                 select product_id, (month + interval '1 month - 1 day')::date from inventory_pastdemand
                  where quantity > 0
                 union all
                 select l.product_id, o.ordered_on from data_salesorderline l
                   join data_salesorder o on o.id = l.order_id and o.is_migrated where l.delivered > 0) d
                where day <= %s group by 1""",
            [current().time_zone, OUT, current().today()],
        )
        return dict(cursor.fetchall())
