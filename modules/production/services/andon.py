"""Machines that stand still, and calls for help."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from modules.production.models import AndonCall, Downtime, LossReason, ProductionOrderOperation, WorkCentre
from modules.production.services.work_sessions import moment
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service

Status = AndonCall.Status


@service("production.order.report")
def downtime_start(
    *, actor: Actor, work_centre: WorkCentre, reason: LossReason, note: str = "", at: datetime | None = None
) -> Downtime:
    """A machine stands still. Raises Invalid, StateRefused when no machine of the work centre is left that could."""
    _check(reason, LossReason.Kind.DOWNTIME)
    centre = WorkCentre.objects.select_for_update().get(pk=work_centre.pk)
    if Downtime.objects.filter(work_centre=centre, ended_at__isnull=True).count() >= centre.machines:
        raise StateRefused(_("All machines of %(centre)s stand still already") % {"centre": centre.name})
    downtime = Downtime(work_centre=centre, reason=reason, started_at=moment(at), note=note)
    downtime.save()
    return downtime


@service("production.order.report")
def downtime_end(*, actor: Actor, downtime: Downtime, at: datetime | None = None) -> Downtime:
    """It runs again. Raises StateRefused, Invalid."""
    downtime = Downtime.objects.select_for_update().get(pk=downtime.pk)
    if downtime.ended_at is not None:
        raise StateRefused(_("It runs again already"))
    downtime.ended_at = max(moment(at), downtime.started_at)
    downtime.save()
    return downtime


@service("production.order.report")
def call_open(
    *,
    actor: Actor,
    work_centre: WorkCentre,
    reason: LossReason,
    operation: ProductionOrderOperation | None = None,
    note: str = "",
    at: datetime | None = None,
) -> AndonCall:
    """Somebody calls for help; everybody who looks at the board sees it at once. The same call twice is one.
    Raises Invalid."""
    _check(reason, LossReason.Kind.CALL)
    centre = WorkCentre.objects.select_for_update().get(pk=work_centre.pk)
    call = AndonCall.objects.filter(work_centre=centre, reason=reason).exclude(status=Status.CLOSED).first()
    if call is None:
        call = AndonCall(
            work_centre=centre, reason=reason, operation=operation, note=note, called_at=moment(at),
            caller_id=actor.member_id,
        )  # fmt: skip
        call.save()
    return call


@service("production.call.answer")
def call_answer(*, actor: Actor, call: AndonCall) -> AndonCall:
    """Somebody is on the way. Raises StateRefused."""
    call = _locked(call, (Status.OPEN,))
    call.status, call.answered_by_id, call.answered_at = Status.ANSWERED, actor.member_id, moment(None)
    call.save()
    return call


@service("production.call.answer")
def call_close(*, actor: Actor, call: AndonCall, note: str = "") -> AndonCall:
    """It is solved. Raises StateRefused."""
    call = _locked(call, (Status.OPEN, Status.ANSWERED))
    call.status, call.closed_at = Status.CLOSED, moment(None)
    call.note = note or call.note
    call.save()
    return call


def _locked(call: AndonCall, states: tuple[str, ...]) -> AndonCall:
    call = AndonCall.objects.select_for_update().get(pk=call.pk)
    if call.status not in states:
        raise StateRefused(_("Somebody was quicker"), state=call.status)
    return call


def _check(reason: LossReason, kind: str) -> None:
    if reason.kind != kind or not reason.is_active:
        raise Invalid.field("reason", _("This reason is for something else"), "kind")
