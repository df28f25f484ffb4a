"""From a sales order line to its production order in one step, and back while it is untouched (一键转生产)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.production.models import ProductionOrder, WorkSession
from modules.production.rules.dates import release_of
from modules.production.rules.terms import Item as PlanItem
from modules.production.services.orders import (
    SALES_LINE,
    Status,
    locked,
    production_order_cancel,
    production_order_create,
    production_order_delete,
)
from modules.production.services.planning_changes import mark
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current

OPEN = (SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)
ENDED = (Status.CLOSED, Status.CANCELLED)


def to_make(lines: Iterable[SalesOrderLine]) -> dict[int, Decimal]:
    """line → stock units that are neither delivered, locked nor on a production order for it; of made products only."""
    lines = [line for line in lines if line.product.source == Product.Source.MAKE]
    made: dict[int, Decimal] = {}
    orders = ProductionOrder.objects.filter(demand_entity=SALES_LINE, demand_id__in=[line.pk for line in lines])
    for order in orders.exclude(status__in=ENDED):
        made[order.demand_id or 0] = made.get(order.demand_id or 0, Decimal(0)) + order.open_quantity
    found = {}
    for line in lines:
        left = line.open_quantity - line.reserved - made.get(line.pk, Decimal(0))
        if left > 0:
            found[line.pk] = left
    return found


@service("production.order.create")
def sales_order_make(*, actor: Actor, order: SalesOrder, lines: Iterable[int] | None = None) -> list[ProductionOrder]:
    """Drafts of production orders for what the lines (all, when none is named) still lack, due a working day before
    they are promised. Twice at once makes them once. Raises StateRefused, Invalid."""
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    if order.status not in OPEN:
        raise StateRefused(_("Only a confirmed order is made"), state=order.status)
    wanted = None if lines is None else set(lines)
    rows = [
        line for line in order.lines.select_related("product__unit").order_by("position", "id")
        if wanted is None or line.pk in wanted
    ]  # fmt: skip
    if wanted is not None and wanted - {line.pk for line in rows}:
        raise Invalid.field("lines", _("These are no lines of the order"), "unknown")
    missing = to_make(rows)
    calendar, today = work_calendar(), current().today()
    made = []
    for line in rows:
        if line.pk not in missing:
            continue
        on = line.promised_on or line.requested_on or order.requested_on
        due, start = None, None
        if on is not None:
            due = max(calendar.back(on, 1), today)
            lead = PlanItem(line.product_id, True, line.product.lead_time_days)
            # Too late for its lead time it begins at once and is due when it is needed: planners see it as late.
            start = min(max(release_of(due, lead, calendar), today), due)
        made.append(
            production_order_create(
                actor=actor, product=line.product, quantity=missing[line.pk], due_on=due, start_on=start,
                made_for=RecordRef(SALES_LINE, line.pk, f"{order.number} / {line.position}"),
            )
        )  # fmt: skip
    if not made:
        raise StateRefused(_("Everything is there or being made already"))
    mark({made_order.product_id for made_order in made})
    touch_ids(SalesOrder, "update", {order.pk})
    return made


@service("production.order.cancel")
def sales_order_unmake(*, actor: Actor, order: SalesOrder, line: int) -> list[str]:
    """Takes back the production orders of a line while nothing has happened to them: drafts go, released ones without
    material, work or reports are cancelled. Answers their numbers. Raises StateRefused."""
    order = SalesOrder.objects.select_for_update().get(pk=order.pk)
    rows = ProductionOrder.objects.filter(demand_entity=SALES_LINE, demand_id=line, sales_order_id=order.pk)
    gone = []
    for made in rows.filter(status__in=(Status.DRAFT, Status.RELEASED)).order_by("pk"):
        made = locked(made, (Status.DRAFT, Status.RELEASED), _("Work has begun: close the order instead"))
        if not untouched(made):
            continue
        gone.append(made.number)
        mark({made.product_id})
        if made.status == Status.DRAFT:
            actor.require("production.order.delete")
            production_order_delete(actor=actor, order=made)
        else:
            production_order_cancel(
                actor=actor, order=made, reason=str(_("Taken back from %(order)s") % {"order": order.number})
            )
    if not gone:
        raise StateRefused(_("There is nothing that could be taken back: work has begun"))
    touch_ids(SalesOrder, "update", {order.pk})
    return gone


def untouched(order: ProductionOrder) -> bool:
    """Nothing has gone in, and nobody has begun."""
    return not (
        order.collected
        or order.components.filter(issued__gt=0).exists()
        or order.reports.exists()
        or WorkSession.objects.filter(operation__order=order).exists()
    )
