"""Drafts of invoices for cancelled orders: what the customer owes us for it, what the supplier asks of us."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from modules.finance.models import Event, Invoice
from modules.finance.selectors.rules import Rules
from modules.finance.services.invoices import draft_drop, draft_save
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import PurchaseOrder, SalesOrder
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service

ENTITY = "finance.invoice"
Kind = Invoice.Kind


@service()
def customer_cancellation_draft(*, actor: Actor, order_id: int, amount: Decimal, tax_id: int | None) -> RecordRef:
    """A draft of the charge, net, in the order's currency. It stands beside the order's own invoices: those are made
    as if it were not there. Called by services that have checked their own permission. Raises MissingRate."""
    order = SalesOrder.objects.select_related("customer").get(pk=order_id)
    rule = Rules([Event.CANCELLATION_INCOME]).find(Event.CANCELLATION_INCOME)
    invoice = Invoice(kind=Kind.SALES_INVOICE, party=order.customer, reference=order.customer_reference)
    line = {
        "description": _("Cancellation charge, %(order)s") % {"order": order.number}, "unit_price": amount,
        "tax": tax_id, "account": rule.credit_id if rule else None, "cost_order": order.pk,
    }  # fmt: skip
    return _ref(draft_save(invoice, order, [line], actor), order.number)


@service()
def supplier_cancellation_draft(*, actor: Actor, order_id: int, amount: Decimal) -> RecordRef:
    """A draft of the supplier's invoice for the charge: a cost, no goods, nothing to match. Raises MissingRate."""
    order = PurchaseOrder.objects.select_related("supplier").get(pk=order_id)
    rule = Rules([Event.CANCELLATION_COST]).find(Event.CANCELLATION_COST)
    invoice = Invoice(kind=Kind.PURCHASE_INVOICE, party=order.supplier)
    line = {
        "description": _("Cancellation charge, %(order)s") % {"order": order.number}, "unit_price": amount,
        "account": rule.debit_id if rule else None,
    }  # fmt: skip
    return _ref(draft_save(invoice, order, [line], actor), order.number)


@service()
def cancellation_draft_drop(*, actor: Actor, invoice_id: int) -> None:
    """Raises StateRefused when the customer has the invoice already. One that somebody deleted is gone anyway."""
    invoice = Invoice.objects.select_for_update().filter(pk=invoice_id).first()
    if invoice is None:
        return
    if invoice.status != Invoice.Status.DRAFT:
        raise StateRefused(_("The charge is invoiced already: credit that invoice instead"))
    draft_drop(invoice)


def _ref(invoice: Invoice, order: str) -> RecordRef:
    return RecordRef(ENTITY, invoice.pk, order)
