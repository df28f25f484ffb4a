"""Clear to build (齐套): what orders lack, in the order that somebody chose; and the list to pick their material."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from modules.production.models import ProductionOrder, ProductionOrderComponent
from modules.production.selectors.shortages import clear_to_build
from modules.shared.contracts.stock import StockAvailability
from tenon import ports

Status = ProductionOrder.Status
OPEN = (Status.DRAFT, Status.RELEASED, Status.IN_PROGRESS)
ZERO = Decimal(0)


def clearances(seen: Any, first: Sequence[int] = ()) -> list[dict[str, Any]]:
    """Orders among `seen` that still take material: chosen ones (`first`) in their order, then by start. What the
    chosen take the others do not get. A constant number of queries."""
    found = clear_to_build(first)
    rank = {order: n for n, order in enumerate(first)}
    orders = seen.filter(pk__in=found).select_related("product__unit").order_by("start_on", "due_on", "pk")
    takes: dict[int, int] = defaultdict(int)
    rows = ProductionOrderComponent.objects.filter(order__in=found)
    for order, required, issued in rows.values_list("order", "required", "issued"):
        takes[order] += required > issued
    made = []
    for order in sorted(orders, key=lambda o: rank.get(o.pk, len(rank))):
        missing = found[order.pk].missing
        if not takes[order.pk]:
            continue
        days = [m.arrives_on for m in missing]
        made.append({
            "order": {"id": order.pk, "label": order.number},
            "version": order.version,
            "status": order.status,
            "product": {"id": order.product_id, "label": order.product.code, "name": order.product.name},
            "quantity": order.quantity,
            "unit": order.product.unit.code,
            "start_on": order.start_on,
            "due_on": order.due_on,
            "made_for": order.demand_label,
            "materials": takes[order.pk],
            # The day on which all of it is there; None while something has no date.
            "ready_on": None if not missing or None in days else max(d for d in days if d is not None),
            "missing": [
                {"product": {"id": m.product_id, "label": m.label}, "quantity": m.quantity, "arrives_on": m.arrives_on}
                for m in missing
            ],
        })  # fmt: skip
    return made


def kitting_list(orders: Sequence[ProductionOrder]) -> list[dict[str, Any]]:
    """What is still to be picked for the orders together, product by product, for which of them, and where it lies."""
    rows = ProductionOrderComponent.objects.filter(order__in=[o.pk for o in orders]).select_related(
        "product__unit", "order"
    )
    by_product: dict[int, list[ProductionOrderComponent]] = defaultdict(list)
    for row in rows.order_by("product__code", "order__number"):
        if row.open_quantity > 0:
            by_product[row.product_id].append(row)
    stock = ports.find(StockAvailability)
    lies = stock.lies_at(list(by_product)) if stock is not None else {}
    found = []
    for product, needed in by_product.items():
        left = total = sum((row.open_quantity for row in needed), ZERO)
        places = []
        for place, lot, there in lies.get(product, ()):
            if left <= 0:
                break
            places.append({"place": place, "lot": lot, "quantity": min(there, left)})
            left -= min(there, left)
        first = needed[0].product
        found.append({
            "product": {"id": product, "label": first.code, "name": first.name},
            "unit": first.unit.code,
            "quantity": total,
            "places": places,
            "short": left,
            "orders": [{"label": row.order.number, "quantity": row.open_quantity} for row in needed],
        })  # fmt: skip
    # The way through the warehouse; what is not there comes last.
    return sorted(found, key=lambda row: (not row["places"], row["places"][0]["place"] if row["places"] else ""))
