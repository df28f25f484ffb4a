"""Rates as the rules see them, and who may see which slips."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from modules.production.models import PayRate, ProductionReport, WageSlip, WageSlipLine
from modules.production.rules.pay import Rate, Work
from tenon.access.actor import Actor
from tenon.tenancy.context import current

ZERO = Decimal(0)
FEATURE = "production.piecework"


def rates_between(since: date, until: date) -> list[Rate]:
    """Every rate that is valid on one of these days; none while nobody is paid by what they report. One query."""
    if not current().has_feature(FEATURE):
        return []
    rows = PayRate.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=since), valid_from__lte=until)
    return [rate_row(row) for row in rows.select_related("department")]


def rate_row(row: PayRate) -> Rate:
    return Rate(
        row.pk, row.kind, row.rate, row.valid_from, row.valid_until, row.operation_id, row.product_id, row.skill_id,
        row.work_centre_id, row.worker_id, None if row.department is None else f"{row.department.path.rstrip('/')}/",
        row.pays_rework,
    )  # fmt: skip


def work_of(report: ProductionReport) -> Work:
    """`report` with its order, operation, operation of the order and worker."""
    step, department = report.order_operation, report.worker.department if report.worker else None
    return Work(
        on=report.reported_on, good=report.good, minutes=report.minutes, worker=report.worker_id or 0,
        department=f"{department.path.rstrip('/')}/" if department else "", operation=report.operation_id,
        product=report.order.product_id, skill=report.operation.skill_id if report.operation else None,
        work_centre=report.work_centre_id, again=step is not None and step.rework_of_id is not None,
    )  # fmt: skip


def unsettled(worker_id: int, since: date, until: date) -> Sequence[ProductionReport]:
    """What a worker reported between two days that stands on no slip, oldest first."""
    rows = ProductionReport.objects.filter(worker=worker_id, reported_on__range=(since, until))
    settled = WageSlipLine.objects.filter(live=True, report__worker=worker_id)
    return list(
        rows.exclude(pk__in=settled.values("report"))
        .select_related("order", "operation", "order_operation", "worker__department")
        .order_by("pk")
    )  # fmt: skip


def slip_list(*, actor: Actor) -> QuerySet[WageSlip]:
    """All for those who make slips; for others their own."""
    return WageSlip.objects.filter(_mine(actor, "worker"))


def slip_line_list(*, actor: Actor) -> QuerySet[WageSlipLine]:
    return WageSlipLine.objects.filter(_mine(actor, "slip__worker"))


def _mine(actor: Actor, field: str) -> Q:
    makes = {"production.wage_slip.create", "production.wage_slip.approve"}
    return Q() if makes & actor.permissions else Q(**{field: actor.member_id or 0})
