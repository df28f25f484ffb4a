"""How far blanket orders are called off."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from modules.inventory.models import BlanketDraw, BlanketOrder

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
