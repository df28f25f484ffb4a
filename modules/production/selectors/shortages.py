"""What orders lack before they can be built (缺料), and when it comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from modules.production.models import ProductionOrder, ProductionOrderComponent
from modules.production.selectors.open_supply import supply_by_claims
from modules.production.selectors.subcontracting import material_outside
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import StockAvailability, StockReservation
from tenon import ports

Status = ProductionOrder.Status
ZERO = Decimal(0)


@dataclass(frozen=True)
class Missing:
    """`quantity` of a component is not there; `arrives_on` is the day on which enough has come, None when nothing on
    the way covers it."""

    product_id: int
    label: str
    quantity: Decimal
    arrives_on: date | None


@dataclass
class Clearance:
    """Whether an order can be built: `missing` is empty when everything is there."""

    order_id: int
    missing: list[Missing] = field(default_factory=list)


def clear_to_build(first: Sequence[int] = ()) -> dict[int, Clearance]:
    """Order → what it lacks, of drafts and open orders. Stock, and then what is on the way, goes to the orders in
    `first` in that order, then to the others by the day they start: what one takes the next does not get. What is
    locked for an order is its own."""
    rows = list(
        ProductionOrderComponent.objects.select_related("product")
        .filter(order__status__in=(Status.DRAFT, Status.RELEASED, Status.IN_PROGRESS))
        .order_by("order__start_on", "order__due_on", "order_id", "position")
    )
    rank = {order: n for n, order in enumerate(first)}
    rows.sort(key=lambda row: rank.get(row.order_id, len(rank)))
    found = {row.order_id: Clearance(row.order_id) for row in rows}
    rows = [row for row in rows if row.open_quantity > 0]
    stock = ports.find(StockAvailability)
    if stock is None or not rows:
        return found
    products = sorted({row.product_id for row in rows})
    reservation = ports.find(StockReservation)
    refs = [RecordRef("production.order_component", row.pk) for row in rows]
    held = reservation.reserved_for(refs) if reservation is not None else {}
    free = {p: there.available for p, there in stock.availability(products).items()}
    coming = _coming(products)
    outside = material_outside(products)
    for row in rows:
        there = outside.get((row.order_id, row.product_id), ZERO)
        wanted = max(row.open_quantity - there - held.get(row.pk, ZERO), ZERO)
        taken = min(wanted, max(free.get(row.product_id, ZERO), ZERO))
        free[row.product_id] = free.get(row.product_id, ZERO) - taken
        if wanted > taken:
            arrives = _take(coming[row.product_id], wanted - taken, row.pk)
            found[row.order_id].missing.append(Missing(row.product_id, row.product.name, wanted - taken, arrives))
    return found


def _coming(products: Sequence[int]) -> dict[int, list[list]]:
    """product → [day, quantity, component line that has a claim to it] as it comes; what is claimed for others than
    production orders is left out."""
    coming: dict[int, list[list]] = defaultdict(list)
    for supply in supply_by_claims(products):
        if supply.peg is None or supply.peg.entity == "production.order_component":
            coming[supply.product_id].append([supply.due_on, supply.quantity, supply.peg and supply.peg.id])
    for rows in coming.values():
        rows.sort(key=lambda row: row[0])
    return coming


def _take(coming: list[list], wanted: Decimal, line: int) -> date | None:
    """The day on which the last of it comes; it is taken: what is claimed for the line first, then what is nobody's."""
    last = None
    for own in (line, None):
        for row in coming:
            taken = min(row[1], wanted) if row[2] == own else ZERO
            if taken:
                row[1], wanted = row[1] - taken, wanted - taken
                last = row[0] if last is None else max(last, row[0])
    return None if wanted else last
