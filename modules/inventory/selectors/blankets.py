"""How far blanket orders are called off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from modules.inventory.models import BlanketDelivery, BlanketDraw, BlanketLine, BlanketOrder
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Supply

ZERO = Decimal(0)


@dataclass(frozen=True)
class Drawn:
    """Of each line in the stock unit, and of all together net, in the currency of the blanket order. What orders
    cancelled counts no more."""

    quantities: dict[int, Decimal]
    amount: Decimal


def drawn(blanket: BlanketOrder) -> Drawn:
    """One query."""
    quantities: dict[int, Decimal] = {}
    amount = ZERO
    rows = live_draws().filter(line__blanket=blanket).values_list(
        "line_id", "order_line__base_quantity", "order_line__cancelled", "order_line__subtotal"
    )  # fmt: skip
    for line_id, quantity, cancelled, subtotal in rows:
        quantities[line_id] = quantities.get(line_id, ZERO) + quantity - cancelled
        amount += subtotal * (quantity - cancelled) / quantity
    return Drawn(quantities, amount)


def scheduled(blanket: BlanketOrder, *, but: Collection[int] = ()) -> Drawn:
    """What is scheduled and not called off, as `drawn`: its amount by the agreed prices, of goods priced by weight by
    what they usually weigh. One query."""
    quantities: dict[int, Decimal] = {}
    amount = ZERO
    rows = (
        BlanketDelivery.objects.filter(line__blanket=blanket, order_line=None)
        .exclude(pk__in=list(but))
        .select_related("line__product")
    )
    for row in rows:
        quantities[row.line_id] = quantities.get(row.line_id, ZERO) + row.base_quantity
        amount += worth(row.line, row.quantity, row.base_quantity)
    return Drawn(quantities, amount)


def worth(line: BlanketLine, quantity: Decimal, base_quantity: Decimal) -> Decimal:
    """Net, at the agreed price."""
    priced = base_quantity * (line.product.second_nominal or 1) if line.priced_by_second else quantity
    return priced * line.unit_price


def scheduled_supply(product_ids: Collection[int] | None = None) -> list[Supply]:
    """What is still to be called off of blanket orders in force, by day. One query."""
    rows = BlanketDelivery.objects.filter(order_line=None, line__blanket__status=BlanketOrder.Status.ACTIVE)
    if product_ids is not None:
        rows = rows.filter(line__product__in=list(product_ids))
    found = rows.order_by("id").values_list(
        "id", "line__blanket__number", "line__product_id", "base_quantity", "due_on"
    )
    return [
        Supply(RecordRef("inventory.blanket_delivery", pk, number), product_id, quantity, on, firm=False)
        for pk, number, product_id, quantity, on in found
    ]


def live_draws() -> QuerySet[BlanketDraw]:
    return BlanketDraw.objects.exclude(order_line__order__status="cancelled")


def described(blanket: BlanketOrder) -> dict[str, Any]:
    """What was agreed, called off and is left, with the orders that drew on it. A constant number of queries."""
    used = drawn(blanket)
    lines = blanket.lines.select_related("product__unit", "product__second_unit", "unit")
    draws = (
        BlanketDraw.objects.filter(line__blanket=blanket)
        .select_related("order_line__order", "order_line__unit", "line__product")
        .order_by("-id")
    )
    return {
        "id": blanket.pk, "number": blanket.number, "status": blanket.status, "currency": blanket.currency,
        "amount": blanket.amount, "drawn": used.amount,
        "left": blanket.amount - used.amount if blanket.amount is not None else None,
        "lines": [
            {
                "id": x.pk, "product": {"entity": "shared.product", "id": x.product_id, "label": x.product.code},
                "name": x.product.name, "unit": x.unit.code, "base_unit": x.product.unit.code,
                "price_unit": x.product.second_unit.code if x.priced_by_second and x.product.second_unit
                else x.unit.code,
                "unit_price": x.unit_price, "quantity": x.quantity, "base_quantity": x.base_quantity,
                "drawn": used.quantities.get(x.pk, ZERO),
                "left": x.base_quantity - used.quantities.get(x.pk, ZERO) if x.base_quantity is not None else None,
            }
            for x in lines.order_by("position", "id")
        ],
        "call_ahead_days": blanket.call_ahead_days,
        "valid_from": blanket.valid_from, "valid_until": blanket.valid_until,
        "deliveries": [
            {
                "id": x.pk, "line": x.line_id, "product": x.line.product.code, "due_on": x.due_on,
                "quantity": x.quantity, "unit": x.line.unit.code,
            }
            for x in BlanketDelivery.objects.filter(line__blanket=blanket, order_line=None)
            .select_related("line__product", "line__unit").order_by("due_on", "line__position")
        ],
        "calls": [
            {
                "line": x.line_id, "product": x.line.product.code, "quantity": x.order_line.quantity,
                "unit": x.order_line.unit.code, "due_on": x.order_line.due_on, "received": x.order_line.received,
                "order": {
                    "entity": "shared.purchase_order", "id": x.order_line.order_id, "label": x.order_line.order.number,
                    "status": x.order_line.order.status,
                },
            }
            for x in draws[:200]
        ],
    }  # fmt: skip
