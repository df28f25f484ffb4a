"""What finance asks about the cost of made goods: what they consist of, and why they cost other than allowed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F, Q, Sum

from modules.production.models import ProductionCost, ProductionOrder
from modules.production.selectors.order_cost import order_cost
from modules.shared.contracts.posting import MadeFor
from modules.shared.data.models import SalesOrderLine

ZERO = Decimal(0)
ELEMENTS = ("material", "labour", "machine", "overhead", "outside")
SALES_LINE = "shared.sales_order_line"


def cost_elements(order_ids: Sequence[int]) -> dict[int, dict[str, Decimal]]:
    """Production order → {material, labour, machine, overhead, outside, rework}; what rework operations took is rework,
    whatever it was. One query."""
    rows = (
        ProductionCost.objects.filter(order_id__in=order_ids, element__in=ELEMENTS)
        .values_list("order_id", "element")
        .annotate(
            first=Sum("amount", filter=Q(order_operation__rework_of__isnull=True), default=ZERO),
            again=Sum("amount", filter=Q(order_operation__rework_of__isnull=False), default=ZERO),
        )
        .order_by()
    )
    out: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for order_id, element, first, again in rows:
        out[order_id][element] += first
        out[order_id]["rework"] += again
    return {order_id: dict(shares) for order_id, shares in out.items()}


def made_for(sales_order_id: int) -> list[MadeFor]:
    """Per product of the sales order's lines that was made for it: good pieces, and the differences of its orders by
    component and reason. A few queries per production order."""
    orders = list(
        ProductionOrder.objects.filter(
            sales_order_id=sales_order_id, demand_entity=SALES_LINE, completed__gt=F("unbuilt"),
            product__in=SalesOrderLine.objects.filter(order=sales_order_id).values("product"),
        ).order_by("pk")
    )  # fmt: skip
    good: dict[int, Decimal] = defaultdict(lambda: ZERO)
    found: dict[int, dict[str, dict[str, Decimal]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(lambda: ZERO))
    )
    for order in orders:
        good[order.product_id] += order.completed - order.unbuilt
        for element in order_cost(order):
            for reason, amount in element.reasons.items():
                # Rework is a component of its own there.
                if element.key in ELEMENTS and reason != "rework":
                    found[order.product_id][element.key][reason] += amount
    return [
        MadeFor(product, pieces, {key: dict(reasons) for key, reasons in found[product].items()})
        for product, pieces in good.items()
    ]
