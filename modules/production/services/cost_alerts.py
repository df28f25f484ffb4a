"""Material and time beyond the standard, told while an order runs."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.production.models import CostAlert, ProductionOrder, ProductionOrderComponent, ProductionOrderOperation
from modules.production.permissions import TOLD_OF_COST
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.notifications.services import notify
from tenon.problems import StateRefused
from tenon.records.service import service

Kind, Status = CostAlert.Kind, CostAlert.Status
HUNDRED = Decimal(100)
MATERIAL_TOLERANCE = Decimal(5)  # % more than required, where the order does not tolerate more


def time_watched(operation: ProductionOrderOperation) -> None:
    """Minutes of an operation against the standard for the pieces that have left it. Rework has no standard."""
    pieces = operation.good + operation.scrap + operation.rework
    centre = operation.work_centre
    if operation.rework_of_id is not None or centre is None or not pieces:
        return
    standard = (operation.setup_minutes + operation.run_minutes * pieces) * HUNDRED / operation.planned_efficiency
    if standard:
        _watch(operation.order, Kind.TIME, standard, operation.minutes, centre.tolerance, operation=operation)


def material_watched(order: ProductionOrder, component: ProductionOrderComponent) -> None:
    """Material issued against what the whole order requires; what is taken is never less afterwards."""
    tolerance = max(order.tolerance, MATERIAL_TOLERANCE)
    if component.issued <= component.required:
        return
    _watch(order, Kind.MATERIAL, component.required, component.issued, tolerance, component=component)


def _watch(
    order: ProductionOrder,
    kind: str,
    standard: Decimal,
    actual: Decimal,
    tolerance: Decimal,
    component: ProductionOrderComponent | None = None,
    operation: ProductionOrderOperation | None = None,
) -> None:
    """Under the order's lock: one alert at most is open for each material and operation."""
    beyond = actual > standard * (HUNDRED + tolerance) / HUNDRED
    found = CostAlert.objects.filter(component=component, order_operation=operation, status=Status.OPEN).first()
    if found is None and not beyond:
        return
    alert = found or CostAlert(order=order, kind=kind, component=component, order_operation=operation)
    alert.standard, alert.actual = standard.quantize(Decimal("0.000001")), actual
    if not beyond:
        alert.status, alert.resolved_at = Status.RESOLVED, timezone.now()
    alert.save()
    if found is None:
        _tell(alert)


def _tell(alert: CostAlert) -> None:
    members = Member.objects.filter(is_active=True).select_related("department")
    for member in members:
        if actor_of(member).can(TOLD_OF_COST):
            notify(
                member=member, kind="alert", entity="production.order", record_id=alert.order_id, label=str(alert),
                excerpt=f"{alert.actual.normalize():f} / {alert.standard.normalize():f}",
            )  # fmt: skip


@service("production.cost_alert.update")
def cost_alert_resolve(*, actor: Actor, alert: CostAlert, note: str = "") -> CostAlert:
    """Somebody has seen to it; the next report beyond the standard raises another. Raises StateRefused."""
    alert = CostAlert.objects.select_for_update().get(pk=alert.pk)
    if alert.status != Status.OPEN:
        raise StateRefused(_("Somebody was quicker"), state=alert.status)
    alert.status, alert.resolved_at, alert.note = Status.RESOLVED, timezone.now(), note
    alert.save()
    return alert
