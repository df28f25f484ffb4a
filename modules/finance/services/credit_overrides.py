"""Ways past the credit check: asked for, approved or refused by somebody else, taken back, over by their day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.finance.models import CreditOverride
from modules.shared.data.models import Party, SalesOrder
from modules.shared.data.services.order_lines import key_of
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

Status = CreditOverride.Status


@service("finance.credit_override.create")
def credit_override_request(
    *,
    actor: Actor,
    valid_until: date,
    reason: str,
    customer: Any = None,
    order: Any = None,
    amount: Decimal | None = None,
    lifts_overdue: bool = False,
    custom: dict[str, Any] | None = None,
) -> CreditOverride:
    """Asks to let a customer's orders, or one order, past the credit check until a day. Without an amount: what the
    order is worth. Raises Invalid."""
    of = order if isinstance(order, SalesOrder) else SalesOrder.objects.filter(pk=key_of(order) or 0).first()
    if of is None and order is not None:
        raise Invalid.field("order", _("There is no such order"), "unknown")
    asked = of.customer_id if of is not None and customer is None else key_of(customer)
    party = Party.objects.filter(pk=asked or 0, is_customer=True).first()
    if party is None:
        raise Invalid.field("customer", _("There is no such customer"), "unknown")
    if of is not None and of.customer_id != party.pk:
        raise Invalid.field("order", _("This order is another customer's"), "not_related")
    if amount is None and of is not None:
        amount = round_money(of.total * of.exchange_rate, current().currency)
    override = CreditOverride(
        customer=party, order=of, amount=amount or 0, lifts_overdue=lifts_overdue, valid_until=valid_until,
        reason=reason.strip(), asked_by=actor.label, custom=custom or {},
    )  # fmt: skip
    _check(override)
    override.save()
    return override


@service("finance.credit_override.update")
def credit_override_update(*, actor: Actor, override: CreditOverride, data: dict[str, Any]) -> CreditOverride:
    """Changes what nobody has decided about yet. Raises StateRefused, Invalid."""
    override = _undecided(override)
    for name in ("amount", "lifts_overdue", "valid_until", "reason", "custom"):
        if name in data:
            setattr(override, name, data[name])
    _check(override)
    override.save()
    return override


@service("finance.credit_override.delete")
def credit_override_delete(*, actor: Actor, override: CreditOverride) -> None:
    """Drops what nobody has decided about yet. Raises StateRefused."""
    _undecided(override).delete()


@service("finance.credit_override.approve")
def credit_override_approve(*, actor: Actor, override: CreditOverride, reason: str = "") -> CreditOverride:
    """Lets it through until its day. Nobody approves what they asked for themselves, except the owner of the company.
    Raises StateRefused, Forbidden."""
    override = _undecided(override)
    if override.valid_until < current().today():
        raise StateRefused(_("Its day is over: ask for another one"))
    mine = actor.member_id is not None and actor.member_id == override.created_by_id
    if mine and "owner" not in actor.roles:
        raise Forbidden(_("Nobody approves what they asked for themselves"))
    return _decide(override, actor, Status.APPROVED, reason)


@service("finance.credit_override.approve")
def credit_override_refuse(*, actor: Actor, override: CreditOverride, reason: str) -> CreditOverride:
    """Says no, and why. Raises StateRefused, Invalid without a reason."""
    return _decide(_undecided(override), actor, Status.REFUSED, _said(reason))


@service("finance.credit_override.approve")
def credit_override_revoke(*, actor: Actor, override: CreditOverride, reason: str) -> CreditOverride:
    """Takes an approval back before its day: the limit holds again. Raises StateRefused, Invalid without a reason."""
    override = CreditOverride.objects.select_for_update().get(pk=override.pk)
    if override.status != Status.APPROVED:
        raise StateRefused(_("Only an approved override is taken back"))
    return _decide(override, actor, Status.REVOKED, _said(reason))


def _undecided(override: CreditOverride) -> CreditOverride:
    override = CreditOverride.objects.select_for_update().get(pk=override.pk)
    if override.status != Status.REQUESTED:
        raise StateRefused(_("This was decided already"))
    return override


def _decide(override: CreditOverride, actor: Actor, status: str, reason: str) -> CreditOverride:
    override.status, override.decision_reason = status, reason.strip()[:500]
    override.decided_by, override.decided_at = actor.label, timezone.now()
    override.save()
    return override


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    return reason


def _check(override: CreditOverride) -> None:
    if not override.reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    if override.amount <= 0:
        raise Invalid.field("amount", _("Say up to what amount"), "min_value")
    if override.valid_until < current().today():
        raise Invalid.field("valid_until", _("This day is over"), "range")
