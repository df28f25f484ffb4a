"""What there is to invoice of orders: delivered or accepted, and not invoiced yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from modules.finance.models import Invoice, InvoiceLine
from modules.shared.data.models import Party, Product, PurchaseOrderLine, SalesOrderLine
from tenon.tenancy.context import current

ZERO = Decimal(0)
OPEN = ("confirmed", "part_received", "received", "closed")
MOST = 1000


def open_to_invoice(line: SalesOrderLine | PurchaseOrderLine, *, ordered: bool = False) -> Decimal:
    """How much of an order line there is to invoice, in the stock unit: what was delivered or accepted, or with
    `ordered` (and for services, and while nobody keeps stock) what was ordered. What is priced by its weight was
    weighed before it is billed."""
    is_service = line.product.kind == Product.Kind.SERVICE
    if is_service and isinstance(line, PurchaseOrderLine) and line.by_receipt:
        as_ordered = ordered
    else:
        as_ordered = ordered or is_service or not current().has_module("inventory")
    if as_ordered and not line.priced_by_second:
        return max(line.base_quantity - line.cancelled - line.invoiced, ZERO)
    if isinstance(line, PurchaseOrderLine):
        return max(line.received - line.rejected - line.returned - line.invoiced, ZERO)
    return max(line.delivered - line.returned - line.invoiced, ZERO)


def second_to_invoice(line: SalesOrderLine | PurchaseOrderLine) -> Decimal:
    """The same in the second unit, of a line that is priced by it."""
    came = line.second_received if isinstance(line, PurchaseOrderLine) else line.second_delivered
    return max(came - line.second_returned - line.second_invoiced, ZERO)


@dataclass(frozen=True)
class Draft:
    """So much of an order line stands on an invoice that is not posted yet."""

    invoice_id: int
    reference: str
    quantity: Decimal


@dataclass(frozen=True)
class OpenReceipt:
    """An order line of which something came that its supplier has not invoiced; `quantity` is in the unit that the
    line's price is for, less what stands on drafts already."""

    line: PurchaseOrderLine
    quantity: Decimal
    drafts: tuple[Draft, ...] = ()


def open_receipts(supplier: Party) -> list[OpenReceipt]:
    """By order and position; a line that drafts hold whole is shown with nothing left. Two queries."""
    rows = (
        PurchaseOrderLine.objects.filter(order__supplier=supplier, order__status__in=OPEN, order__is_migrated=False)
        .exclude(order__invoice_status="full")
        .select_related("order", "product__second_unit", "unit", "tax")
        .order_by("order__ordered_on", "order_id", "position", "id")
    )
    open_ = [(line, left) for line in rows[:MOST] if (left := open_to_invoice(line)) > 0]
    drafts = _drafts([line.pk for line, _left in open_])
    found = []
    for line, left in open_:
        held = drafts.get(line.pk, ())
        quantity = (left * line.quantity / line.base_quantity).quantize(Decimal("0.000001"))
        if line.priced_by_second:
            quantity = second_to_invoice(line)
        found.append(OpenReceipt(line, max(quantity - sum((x.quantity for x in held), ZERO), ZERO), tuple(held)))
    return found


def _drafts(line_ids: Sequence[int]) -> dict[int, list[Draft]]:
    """Order line → the drafts that it stands on."""
    rows = InvoiceLine.objects.filter(
        purchase_order_line__in=line_ids,
        invoice__status=Invoice.Status.DRAFT,
        invoice__kind=Invoice.Kind.PURCHASE_INVOICE,
    )
    found: dict[int, list[Draft]] = {}
    for pk, invoice, reference, quantity in rows.order_by("invoice", "pk").values_list(
        "purchase_order_line", "invoice", "invoice__reference", "quantity"
    ):
        found.setdefault(pk or 0, []).append(Draft(invoice, reference, quantity))
    return found
