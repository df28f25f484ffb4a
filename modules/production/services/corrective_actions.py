"""Corrective and preventive actions (CAPA): done by their owner, verified by another; owners are reminded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.production.models import CorrectiveAction, NonConformance
from modules.production.services.nonconformances import locked
from tenon.access.actor import Actor, system
from tenon.access.models import Member
from tenon.notifications.models import Notification
from tenon.notifications.services import notify
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

Status = CorrectiveAction.Status
AGAIN = timedelta(days=7)


def _locked(action: CorrectiveAction, states: Sequence[str], message: Any) -> CorrectiveAction:
    found = CorrectiveAction.objects.select_for_update().get(pk=action.pk)
    if found.status not in states:
        raise StateRefused(message, state=found.status)
    return found


@service("production.corrective_action.create")
def corrective_action_create(
    *, actor: Actor, title: str, nonconformance: NonConformance | None = None, **values: Any
) -> CorrectiveAction:
    """Somebody's, by a day. Raises Invalid, StateRefused for a nonconformance that is closed."""
    if nonconformance is not None:
        nonconformance = locked(nonconformance)
    made = CorrectiveAction(number=next_number("CA"), title=title, nonconformance=nonconformance, **values)
    if made.owner_id is None:
        raise Invalid.field("owner", _("Say who does it."), "required")
    if made.due_on is None:
        raise Invalid.field("due_on", _("Say by when."), "required")
    made.save()
    return made


@service("production.corrective_action.update")
def corrective_action_update(*, actor: Actor, action: CorrectiveAction, **values: Any) -> CorrectiveAction:
    """Changes an open one; another day is another reminder. Raises StateRefused."""
    found = _locked(action, (Status.OPEN,), _("Only an open action can be changed."))
    if values.get("due_on") not in (None, found.due_on):
        found.reminded_on = None
    for name, value in values.items():
        setattr(found, name, value)
    found.save()
    return found


@service("production.corrective_action.update")
def corrective_action_done(*, actor: Actor, action: CorrectiveAction, root_cause: str = "") -> CorrectiveAction:
    """open → done; by then the root cause is known. Raises StateRefused, Invalid."""
    found = _locked(action, (Status.OPEN,), _("This action is not open."))
    found.root_cause = (root_cause or "").strip() or found.root_cause
    if not found.root_cause.strip():
        raise Invalid.field("root_cause", _("Say what the root cause was."), "required")
    found.status, found.done_on, found.done_by_id = Status.DONE, current().today(), actor.member_id
    found.save()
    return found


@service("production.corrective_action.verify")
def corrective_action_verify(
    *, actor: Actor, action: CorrectiveAction, effective: bool, effect: str
) -> CorrectiveAction:
    """done → effective, or open again when it did not help; by another than who owns it or did it. Raises StateRefused,
    Invalid, Forbidden."""
    found = _locked(action, (Status.DONE,), _("Only what is done can be verified."))
    if actor.member_id is not None and actor.member_id in (found.owner_id, found.done_by_id):
        raise Forbidden(_("Another person verifies the effect, not who did it."))
    if not (effect or "").strip():
        raise Invalid.field("effect", _("Say how you see that it helped or did not."), "required")
    found.effect = effect.strip()[:255]
    found.verified_on, found.verified_by_id = current().today(), actor.member_id
    found.status = Status.VERIFIED if effective else Status.OPEN
    if not effective:
        found.reminded_on = None
    found.save()
    return found


@service("production.corrective_action.update")
def corrective_action_cancel(*, actor: Actor, action: CorrectiveAction) -> CorrectiveAction:
    """Dropped. Raises StateRefused once it is verified."""
    found = _locked(action, (Status.OPEN, Status.DONE), _("This action has ended."))
    found.status = Status.CANCELLED
    found.save()
    return found


def quality_reminders() -> int:
    """The job: owners hear of open actions and nonconformances the day before they are due, and every week while they
    are late. Returns how many were told."""
    return reminders_send(actor=system("quality reminders"))


@service()
def reminders_send(*, actor: Actor) -> int:
    """The same, in one transaction: each record once."""
    today, told = current().today(), 0
    due = Q(due_on__lte=today + timedelta(days=1)) & (Q(reminded_on=None) | Q(reminded_on__lte=today - AGAIN))
    members = Member.objects.select_related("department").filter(is_active=True)
    actions = CorrectiveAction.objects.select_for_update().filter(due, status="open").order_by("pk")
    found = NonConformance.objects.select_for_update().filter(due, status="open").order_by("pk")
    lists: tuple[tuple[str, list[CorrectiveAction] | list[NonConformance]], ...] = (
        ("production.corrective_action", list(actions)), ("production.nonconformance", list(found)),
    )  # fmt: skip
    for entity, rows in lists:
        owners = members.in_bulk({row.owner_id for row in rows if row.owner_id})
        for row in rows:
            owner = owners.get(row.owner_id or 0)
            if owner is None:
                continue
            notify(
                member=owner, kind=Notification.Kind.DUE, entity=entity, record_id=row.pk,
                label=f"{row.number} · {row.title}", excerpt=row.due_on.isoformat() if row.due_on else "",
            )  # fmt: skip
            row.reminded_on = today
            row.save(update_fields=["reminded_on"])
            told += 1
    return told
