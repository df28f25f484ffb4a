"""Which invoices and payments an actor may see: receivable and payable are apart."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from modules.finance.models import Invoice, InvoiceLine, Payment, PaymentAllocation, Settlement
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.registry.registry import registry

SALES = (Invoice.Kind.SALES_INVOICE, Invoice.Kind.SALES_CREDIT_NOTE)
PURCHASE = (Invoice.Kind.PURCHASE_INVOICE, Invoice.Kind.PURCHASE_CREDIT_NOTE)


def _kinds(actor: Actor) -> list[str]:
    out: list[str] = []
    if actor.can("finance.receivable.view"):
        out += SALES
    if actor.can("finance.payable.view"):
        out += PURCHASE
    return out


def _directions(actor: Actor) -> list[str]:
    return [d for d, code in (("in", "finance.receivable.view"), ("out", "finance.payable.view")) if actor.can(code)]


def invoices(*, actor: Actor) -> QuerySet[Invoice]:
    return Invoice.objects.filter(kind__in=_kinds(actor))


def invoice_lines(*, actor: Actor) -> QuerySet[InvoiceLine]:
    return InvoiceLine.objects.filter(invoice__kind__in=_kinds(actor))


def payments(*, actor: Actor) -> QuerySet[Payment]:
    return Payment.objects.filter(direction__in=_directions(actor))


def allocations(*, actor: Actor) -> QuerySet[PaymentAllocation]:
    return PaymentAllocation.objects.filter(invoice__kind__in=_kinds(actor))


def settlements(*, actor: Actor) -> QuerySet[Settlement]:
    """Of the sides somebody sees; a netting belongs to both."""
    sides = Q(invoice__kind__in=_kinds(actor))
    if actor.can("finance.receivable.view") and actor.can("finance.payable.view"):
        sides |= Q(invoice__isnull=True)
    return Settlement.objects.filter(sides)


def visible_invoices(actor: Actor) -> QuerySet[Invoice]:
    """With the data scope of the actor's roles: what reports start from. Raises Forbidden, FeatureOff."""
    return visible(actor, registry().entities["finance.invoice"], invoices(actor=actor))


def visible_payments(actor: Actor) -> QuerySet[Payment]:
    return visible(actor, registry().entities["finance.payment"], payments(actor=actor))
