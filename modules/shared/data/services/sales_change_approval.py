"""Changes of confirmed sales orders that their author could not decide alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.shared.data.errors import ApprovalNeeded
from modules.shared.data.models import SalesOrderChange
from modules.shared.data.selectors.sales_change_limits import change_weigh
from modules.shared.data.services.sales_change_history import change_decided, lines_given, next_revision
from modules.shared.data.services.sales_changes import Change, order_locked
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service

State = SalesOrderChange.State


@service("shared.sales_order.approve_change")
def sales_order_change_approve(*, actor: Actor, change: SalesOrderChange, reason: str = "") -> SalesOrderChange:
    """The change comes into force, against the order as it stands by now: what was delivered or invoiced since is not
    undercut. Nobody approves what they asked for themselves, nor beyond their own limits. Raises StateRefused,
    ApprovalNeeded, Invalid, CreditExceeded. Emits SalesOrderChanged."""
    order = order_locked(change.order)
    change = _undecided(change)
    if _asked(actor, change):
        raise StateRefused(_("Nobody approves what they asked for themselves"))
    work = Change(order, lines_given(change.wanted or []))
    weighed = change_weigh(actor, order, work.as_agreed, work.lines)
    if weighed.beyond:
        raise ApprovalNeeded(_("This goes beyond what you may decide, too"), beyond=weighed.beyond)
    change.order = work.write(actor, change.reason)
    change.revision, change.differences = next_revision(order), work.differences
    change.value_before, change.value_after = weighed.before.worth, weighed.after.worth
    change_decided(actor, change, State.DONE, reason)
    return change


@service("shared.sales_order.approve_change")
def sales_order_change_reject(*, actor: Actor, change: SalesOrderChange, reason: str) -> SalesOrderChange:
    """The order stays as it is, and whoever asked is told why. Raises StateRefused, Invalid without a reason."""
    order_locked(change.order)
    change = _undecided(change)
    if not reason.strip():
        raise Invalid.field("reason", _("Say why"), "required")
    if _asked(actor, change):
        raise StateRefused(_("Take it back instead"))
    change_decided(actor, change, State.REFUSED, reason)
    return change


@service("shared.sales_order.change")
def sales_order_change_withdraw(*, actor: Actor, change: SalesOrderChange, reason: str = "") -> SalesOrderChange:
    """Whoever asked takes it back. Raises StateRefused."""
    order_locked(change.order)
    change = _undecided(change)
    if not _asked(actor, change):
        raise StateRefused(_("Only who asked for it takes it back: refuse it instead"))
    change_decided(actor, change, State.WITHDRAWN, reason)
    return change


def _asked(actor: Actor, change: SalesOrderChange) -> bool:
    return actor.member_id is not None and actor.member_id == change.asked_by_id


def _undecided(change: SalesOrderChange) -> SalesOrderChange:
    """The order's row is locked already."""
    change = SalesOrderChange.objects.select_for_update(of=("self",)).select_related("order").get(pk=change.pk)
    if change.state != State.PROPOSED:
        raise StateRefused(_("This was decided already"))
    return change
