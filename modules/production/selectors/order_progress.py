"""How far production is for the lines of a sales order: what sales may know of it, without cost."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from modules.production.models import ProductionOrder, ProductionOrderOperation
from modules.shared.data.models import SalesOrder

SALES_LINE = "shared.sales_order_line"
DONE = ProductionOrderOperation.Status.DONE


def order_progress(order: SalesOrder) -> dict[int, list[dict[str, Any]]]:
    """line id → its production orders, the earliest first: pieces done, which operation of how many is worked on and
    how far, and the day it is expected: when the schedule ends it, else when it is due. Two queries."""
    rows = ProductionOrder.objects.filter(sales_order_id=order.pk, demand_entity=SALES_LINE)
    orders = list(rows.exclude(status="cancelled").select_related("product__unit").order_by("due_on", "pk"))
    steps: dict[int, list[ProductionOrderOperation]] = defaultdict(list)
    operations = ProductionOrderOperation.objects.filter(order__in=[o.pk for o in orders], rework_of=None)
    for step in operations.order_by("position", "id"):
        steps[step.order_id].append(step)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for made in orders:
        found[made.demand_id or 0].append(_progress(made, steps[made.pk]))
    return found


def _progress(made: ProductionOrder, steps: list[ProductionOrderOperation]) -> dict[str, Any]:
    at = next((i for i, step in enumerate(steps) if step.status != DONE), None)
    # The furthest that pieces have come: later operations run while earlier ones still do.
    begun = [i for i, step in enumerate(steps) if step.status != DONE and (step.good or step.status == "running")]
    at = begun[-1] if begun else at
    step = steps[at] if at is not None else None
    ends = [s.planned_end for s in steps if s.planned_end is not None]
    return {
        "id": made.pk,
        "number": made.number,
        "status": made.status,
        "unit": made.product.unit.code,
        "quantity": made.quantity,
        "completed": made.completed,
        "scrapped": made.scrapped,
        "step": None
        if step is None or at is None
        else {"position": at + 1, "of": len(steps), "name": step.name, "good": step.good, "quantity": step.quantity},
        "steps": [
            {"name": s.name, "status": s.status, "good": s.good, "quantity": s.quantity, "planned_end": s.planned_end}
            for s in steps
        ],
        "expected_on": max(ends) if ends and len(ends) == len(steps) else None,
        "due_on": made.due_on,
        "start_on": made.start_on,
    }
