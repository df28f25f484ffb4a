"""What is drafted to be invoiced of a sales order."""

from __future__ import annotations

from modules.finance.models import Invoice, InvoiceLine
from modules.shared.contracts.posting import DraftBill
from modules.shared.contracts.refs import RecordRef


def draft_bills(sales_order_id: int) -> list[DraftBill]:
    """Lines of draft invoices for its lines, the oldest first. One query."""
    rows = (
        InvoiceLine.objects.filter(
            sales_order_line__order_id=sales_order_id, invoice__kind=Invoice.Kind.SALES_INVOICE,
            invoice__status=Invoice.Status.DRAFT,
        )
        .select_related("invoice")
        .order_by("id")
    )  # fmt: skip
    return [
        DraftBill(
            RecordRef("finance.invoice", x.invoice_id, str(x.invoice)), x.sales_order_line_id or 0, x.quantity,
            x.unit_id, x.base_quantity, x.unit_price, x.discount,
        )
        for x in rows
    ]  # fmt: skip
