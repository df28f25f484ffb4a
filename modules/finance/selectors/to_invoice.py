"""What there is to invoice of orders: delivered or accepted, and not invoiced yet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from modules.shared.data.models import Party, Product, PurchaseOrderLine, SalesOrderLine
from tenon.tenancy.context import current

ZERO = Decimal(0)
OPEN = ("confirmed", "part_received", "received", "closed")
MOST = 1000


def open_to_invoice(line: SalesOrderLine | PurchaseOrderLine, *, ordered: bool = False) -> Decimal:
    """How much of an order line there is to invoice, in the stock unit: what was delivered or accepted, or with
    `ordered` (and for services, and while nobody keeps stock) what was ordered."""
    if ordered or line.product.kind == Product.Kind.SERVICE or not current().has_module("inventory"):
        return max(line.base_quantity - line.cancelled - line.invoiced, ZERO)
    if isinstance(line, PurchaseOrderLine):
        return max(line.received - line.rejected - line.returned - line.invoiced, ZERO)
    return max(line.delivered - line.returned - line.invoiced, ZERO)


@dataclass(frozen=True)
class OpenReceipt:
    """An order line of which something came that its supplier has not invoiced; `quantity` is in the line's unit."""

    line: PurchaseOrderLine
    quantity: Decimal


def open_receipts(supplier: Party) -> list[OpenReceipt]:
    """By order and position. One query."""
    rows = (
        PurchaseOrderLine.objects.filter(order__supplier=supplier, order__status__in=OPEN, order__is_migrated=False)
        .exclude(order__invoice_status="full")
        .select_related("order", "product", "unit", "tax")
        .order_by("order__ordered_on", "order_id", "position", "id")
    )
    found = []
    for line in rows[:MOST]:
        left = open_to_invoice(line)
        if left > 0:
            quantity = (left * line.quantity / line.base_quantity).quantize(Decimal("0.000001"))
            found.append(OpenReceipt(line, quantity))
    return found
