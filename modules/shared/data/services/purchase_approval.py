"""Approval of purchase orders by amount: who cannot bind the company alone asks somebody who can."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import PurchaseOrder
from modules.shared.data.selectors.purchase_control import authority, base_amount
from modules.shared.data.services.purchase_budget import need_budget
from modules.shared.data.services.purchase_changes import change_accept
from modules.shared.data.services.purchase_history import Kind, State, change_record
from modules.shared.data.services.purchase_limits import approval_needed
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

Status, Approval = PurchaseOrder.Status, PurchaseOrder.Approval


@service("shared.purchase_order.confirm")
def purchase_order_request(*, actor: Actor, order: PurchaseOrder, reason: str = "") -> PurchaseOrder:
    """Asks for approval of a draft. Raises StateRefused, Invalid."""
    order = _locked(order)
    if order.status != Status.DRAFT or order.approval in (Approval.REQUESTED, Approval.APPROVED):
        raise StateRefused(_("Approval is asked for once, and for drafts only"))
    if not order.lines.exists():
        raise Invalid.field("lines", _("An order needs at least one line"), "required")
    order.approval, order.asked_by_id = Approval.REQUESTED, actor.member_id
    order.save()
    change_record(actor, order, Kind.REQUEST, reason=reason)
    return order


@service("shared.purchase_order.approve")
def purchase_order_approve(*, actor: Actor, order: PurchaseOrder, reason: str = "") -> PurchaseOrder:
    """Approves what is asked for: a draft as it stands, or a proposed change, which then comes into force. Nobody
    approves what they asked for themselves, nor beyond their own limit. Raises StateRefused, ApprovalNeeded,
    BudgetExceeded."""
    order = _locked(order)
    proposed = order.changes.select_for_update().filter(state=State.PROPOSED).first()
    amount = base_amount(order)
    if proposed is not None:
        amount = round_money(proposed.total_after * order.exchange_rate, current().currency)
    _decide(actor, order)
    limit = authority(actor, order)
    if limit is not None and amount > limit:
        raise approval_needed(amount, limit)
    if proposed is not None:
        change_accept(order, proposed)
    need_budget(actor, order, order.lines.select_related("product"), reason=reason)
    order.approval = Approval.APPROVED
    order.approved_amount = max(amount, order.approved_amount)
    order.save()
    change_record(actor, order, Kind.APPROVAL, reason=reason)
    return order


@service("shared.purchase_order.approve")
def purchase_order_reject(*, actor: Actor, order: PurchaseOrder, reason: str = "") -> PurchaseOrder:
    """Refuses what is asked for, and says why. Raises StateRefused, Invalid without a reason."""
    order = _locked(order)
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    _decide(actor, order)
    proposed = order.changes.select_for_update().filter(state=State.PROPOSED).first()
    if proposed is not None:
        proposed.state, proposed.wanted = State.REFUSED, None
        proposed.save()
    # The order itself stays approved as it was before somebody wanted to change it.
    order.approval = Approval.APPROVED if proposed is not None and order.approved_amount else Approval.REJECTED
    if proposed is not None and not order.approved_amount:
        order.approval = Approval.NONE
    order.save()
    change_record(actor, order, Kind.REJECTION, reason=reason)
    return order


def _decide(actor: Actor, order: PurchaseOrder) -> None:
    if order.approval != Approval.REQUESTED:
        raise StateRefused(_("Nobody asks for approval of this order, or it was decided already"))
    if actor.member_id is not None and actor.member_id == order.asked_by_id:
        raise StateRefused(_("Nobody approves what they asked for themselves"))


def _locked(order: PurchaseOrder) -> PurchaseOrder:
    return PurchaseOrder.objects.select_for_update(of=("self",)).select_related("department").get(pk=order.pk)
