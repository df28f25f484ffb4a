"""Whether whoever acts may bind the company to a purchase order."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.shared.data.errors import ApprovalNeeded
from modules.shared.data.models import PurchaseOrder
from modules.shared.data.selectors.purchase_control import authority, base_amount
from modules.shared.data.services.purchase_history import Kind, change_record
from tenon.access.actor import Actor
from tenon.tenancy.context import current

Approval = PurchaseOrder.Approval


def need_authority(actor: Actor, order: PurchaseOrder) -> None:
    """Raises ApprovalNeeded when the order is worth more than was approved and than the actor may approve."""
    limit = authority(actor, order)
    if limit is None:
        return
    approved = order.approved_amount if order.approval == Approval.APPROVED else Decimal(0)
    amount = base_amount(order)
    if amount > max(limit, approved):
        raise approval_needed(amount, limit)


def approval_needed(amount: Decimal, limit: Decimal) -> ApprovalNeeded:
    currency = current().currency
    return ApprovalNeeded(
        _("%(amount)s %(currency)s are at stake; you may decide on up to %(limit)s: ask for approval")
        % {"amount": f"{amount:f}", "limit": f"{limit:f}", "currency": currency},
        amount=f"{amount:f}", limit=f"{limit:f}", currency=currency,
    )  # fmt: skip


def approval_review(actor: Actor, order: PurchaseOrder, supplier_before: int) -> None:
    """A draft was changed: what somebody asked for or approved may not be what stands there now."""
    if order.approval == Approval.REQUESTED:
        lapsed = True
    elif order.approval == Approval.APPROVED:
        lapsed = base_amount(order) > order.approved_amount or order.supplier_id != supplier_before
    else:
        lapsed = False
    if lapsed:
        order.approval, order.approved_amount = Approval.NONE, Decimal(0)
        order.save()
        change_record(actor, order, Kind.WITHDRAWAL)
