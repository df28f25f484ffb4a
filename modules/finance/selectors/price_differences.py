"""What suppliers charged beyond what was accrued."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Case, DecimalField, F, Sum, When
from django.db.models.functions import Round

from modules.finance.models import Invoice, InvoiceLine
from tenon.money.rounding import currency_step
from tenon.tenancy.context import current


def invoiced_differences() -> dict[int, Decimal]:
    """Purchase order line → what its posted invoices, less credit notes, ask more than was accrued. One query."""
    places = -int(currency_step(current().currency).as_tuple().exponent)
    amount = Round(F("subtotal") * F("invoice__exchange_rate"), places) - F("accrued")
    signed = Case(When(invoice__kind=Invoice.Kind.PURCHASE_CREDIT_NOTE, then=-amount), default=amount)
    rows = (
        InvoiceLine.objects.filter(
            purchase_order_line__isnull=False,
            invoice__kind__in=(Invoice.Kind.PURCHASE_INVOICE, Invoice.Kind.PURCHASE_CREDIT_NOTE),
        )
        .exclude(invoice__status__in=(Invoice.Status.DRAFT, Invoice.Status.REVERSED))
        .exclude(accrued=0)
        .values_list("purchase_order_line_id")
        .annotate(difference=Sum(signed, output_field=DecimalField(max_digits=20, decimal_places=4)))
    )
    return {pk: difference for pk, difference in rows if pk and difference}
