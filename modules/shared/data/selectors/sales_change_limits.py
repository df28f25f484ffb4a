"""How far a change of a confirmed order goes beyond what its author may decide alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from modules.shared.data.models import SalesChangeLimit, SalesOrder, SalesOrderLine
from modules.shared.data.rules.sales_change import Moved, Standing, beyond, moved_value
from modules.shared.data.selectors.limits import limits_of
from modules.shared.data.selectors.order_margin import component_costs, margin_percent
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.tenancy.context import current

ZERO = Decimal(0)


@dataclass(frozen=True)
class Weighed:
    """A change in figures: `beyond` is empty where its author may decide it alone."""

    before: Standing
    after: Standing
    beyond: list[dict[str, str]]


def order_worth(order: SalesOrder, lines: Sequence[SalesOrderLine], freight: Decimal) -> Decimal:
    """What of the order is wanted or delivered, with tax and freight, in its currency: what was called off stands in
    its total and counts for nothing."""
    return round_money(sum((_worth(x) for x in lines), ZERO) + freight, order.currency)


def change_weigh(
    actor: Actor, order: SalesOrder, before: Sequence[SalesOrderLine], after: Sequence[SalesOrderLine]
) -> Weighed:
    """Lines with their products, before and after. Margins are figured only where somebody's limits ask for them."""
    limits = limits_of(actor, SalesChangeLimit, order.department)
    worth = [order_worth(order, lines, order.freight) for lines in (before, after)]
    if limits is None:
        return Weighed(Standing(worth[0], None), Standing(worth[1], None), [])
    costs = component_costs([*before, *after])
    margins = [margin_percent(order, lines, costs) for lines in (before, after)]
    was, becomes = Standing(worth[0], margins[0]), Standing(worth[1], margins[1])
    moved = round_money(moved_value(_worths(before), _worths(after)), order.currency)
    in_base = round_money(moved * order.exchange_rate, current().currency)
    limited = [(x.amount, x.percent, x.margin_percent) for x in limits]
    return Weighed(was, becomes, beyond(limited, was, becomes, Moved(moved, in_base)))


def _worths(lines: Sequence[SalesOrderLine]) -> dict[object, tuple[int | None, Decimal]]:
    """Line → product and worth; new lines have no key yet."""
    return {x.pk or f"new {i}": (x.product_id, _worth(x)) for i, x in enumerate(lines)}


def _worth(line: SalesOrderLine) -> Decimal:
    return line.total * (line.base_quantity - line.cancelled) / line.base_quantity
