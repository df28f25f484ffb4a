"""Working on operations: start, pause, report what was made in the time since."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.production.models import (
    Downtime,
    LossReason,
    ProductionOrder,
    ProductionOrderOperation,
    ProductionReport,
    WorkSession,
)
from modules.production.rules.work_time import merged, minutes_of, within, without
from modules.production.services.instructions import require_read
from modules.production.services.ledger import tell_sales
from modules.production.services.orders import locked
from modules.production.services.shop_floor import OPEN, ZERO, production_order_report
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

Status = ProductionOrderOperation.Status
CENT = Decimal("0.01")
OLDEST, AHEAD = timedelta(hours=24), timedelta(minutes=2)


def moment(at: datetime | None) -> datetime:
    """When it happened: now, or what a terminal that had no network says. Raises Invalid for what cannot be."""
    now = timezone.now()
    if at is None:
        return now
    if not now - OLDEST <= at <= now + AHEAD:
        raise Invalid.field("at", _("This is longer ago than a day, or has not come yet"), "range")
    return min(at, now)


@service("production.order.report")
def operation_start(*, actor: Actor, operation: ProductionOrderOperation, at: datetime | None = None) -> WorkSession:
    """Somebody begins to work on an operation; who works on it already goes on. Raises StateRefused, Invalid,
    NotRead where an instruction must be read first."""
    when, worker = moment(at), _worker(actor)
    order = locked(operation.order, OPEN, _("Work is done on released orders only"))
    operation = ProductionOrderOperation.objects.select_for_update().get(pk=operation.pk)
    if operation.status == Status.DONE:
        raise StateRefused(_("This operation is done"), state=operation.status)
    session = operation.sessions.filter(worker=worker, ended_at__isnull=True).first()
    if session is None:
        require_read(operation, worker)
        session = WorkSession(operation=operation, worker=worker, started_at=when, counted_until=when)
        session.save()
    if operation.status != Status.RUNNING:
        operation.status = Status.RUNNING
        operation.save()
        tell_sales(order)
    if order.status == ProductionOrder.Status.RELEASED:
        order.status = ProductionOrder.Status.IN_PROGRESS
        order.save()
    return session


@service("production.order.report")
def operation_pause(
    *, actor: Actor, operation: ProductionOrderOperation, at: datetime | None = None
) -> ProductionOrderOperation:
    """Somebody stops working on an operation; the time since the last report is reported. Raises StateRefused."""
    when, worker = moment(at), _worker(actor)
    # The order first, as reports lock it: who ends their time and who reports the last piece wait for each other.
    locked(operation.order, OPEN, _("Work is done on released orders only"))
    session = operation.sessions.select_for_update().filter(worker=worker, ended_at__isnull=True).first()
    if session is None:
        raise StateRefused(_("You are not working on this"))
    minutes, machine = _count(session, when)
    session.ended_at = max(when, session.started_at)
    session.save()
    if minutes:
        production_order_report(
            actor=actor, order=operation.order, operation=operation, minutes=minutes, machine_minutes=machine,
            worker=worker, reported_on=when.astimezone(current().now().tzinfo).date(),
        )  # fmt: skip
    operation = ProductionOrderOperation.objects.select_for_update().get(pk=operation.pk)
    if operation.status == Status.RUNNING and not operation.sessions.filter(ended_at__isnull=True).exists():
        operation.status = Status.PAUSED
        operation.save()
    return operation


@service("production.order.report")
def operation_report(
    *,
    actor: Actor,
    operation: ProductionOrderOperation,
    good: Decimal = ZERO,
    scrap: Decimal = ZERO,
    rework: Decimal = ZERO,
    reason: LossReason | None = None,
    at: datetime | None = None,
) -> ProductionReport:
    """What one person made of an operation, with the time since they started or reported last. Scrap and rework say
    why. Raises StateRefused, Invalid, QuantityExceeded, insufficient stock, and what the ledger raises."""
    if (scrap or rework) and reason is None:
        raise Invalid.field("reason", _("Say why"), "required")
    if reason is not None and reason.kind != LossReason.Kind.SCRAP:
        raise Invalid.field("reason", _("This is no reason for scrap"), "kind")
    when, worker = moment(at), _worker(actor)
    locked(operation.order, OPEN, _("Work is reported on released orders only"))
    session = operation.sessions.select_for_update().filter(worker=worker, ended_at__isnull=True).first()
    minutes, machine = _count(session, when) if session is not None else (ZERO, ZERO)
    report = production_order_report(
        actor=actor, order=operation.order, operation=operation, good=good or ZERO, scrap=scrap or ZERO,
        rework=rework or ZERO, reason=reason, minutes=minutes, machine_minutes=machine, worker=worker,
        reported_on=when.astimezone(current().now().tzinfo).date(),
    )  # fmt: skip
    done = ProductionOrderOperation.objects.filter(order=operation.order_id, status=Status.DONE)
    for each in (
        WorkSession.objects.select_for_update().filter(operation__in=done, ended_at__isnull=True).order_by("pk")
    ):
        each.ended_at = max(when, each.started_at)
        each.save()
    return report


def _worker(actor: Actor) -> Member:
    if actor.member_id is None:
        raise StateRefused(_("Only people work on operations"))
    return Member.objects.get(pk=actor.member_id)


def _count(session: WorkSession, until: datetime) -> tuple[Decimal, Decimal]:
    """Minutes of the worker, and of the machine (without its downtime), since they were counted last."""
    span = (session.counted_until, until)
    if until <= session.counted_until:
        return ZERO, ZERO
    centre = session.operation.work_centre_id
    stood = Downtime.objects.filter(work_centre=centre, started_at__lt=until).exclude(ended_at__lte=span[0])
    stood_still = merged(within([(d.started_at, d.ended_at or until) for d in stood], *span)) if centre else []
    session.counted_until = until
    session.save()
    return minutes_of([span]).quantize(CENT), minutes_of(without([span], stood_still)).quantize(CENT)
