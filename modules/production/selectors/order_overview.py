"""One order as a planner watches it: how far each operation is, what it lacks, who it is made for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from modules.production.models import CostAlert, Pegging, ProductionOrder, ProductionOrderOperation
from modules.production.selectors.order_cost import order_cost
from modules.production.selectors.shortages import clear_to_build
from modules.production.selectors.workbench import last_run

ZERO = Decimal(0)
UNENDED = (ProductionOrder.Status.DRAFT, ProductionOrder.Status.RELEASED, ProductionOrder.Status.IN_PROGRESS)
PEGS = 20


def order_overview(order: ProductionOrder, *, with_cost: bool) -> dict[str, Any]:
    """A constant number of queries; cost is None `with_cost` not."""
    return {
        "operations": operations_of(order),
        "material": _material(order),
        "cost": _cost(order) if with_cost else None,
        "needs": _needs(order),
        "alerts": [
            {
                "id": alert.pk, "kind": alert.kind, "standard": alert.standard, "actual": alert.actual,
                "what": alert.component.product.code if alert.component else getattr(alert.order_operation, "name", ""),
            }
            for alert in order.cost_alerts.filter(status=CostAlert.Status.OPEN)
            .select_related("component__product", "order_operation").order_by("id")
        ],
    }  # fmt: skip


def operations_of(order: ProductionOrder) -> list[dict[str, Any]]:
    """In order, rework behind its operation; `waiting` pieces stand in front of it."""
    rows = list(order.operations.select_related("work_centre", "supplier").order_by("position", "rework_of", "id"))
    saved = {row.rework_of_id: row.good for row in rows if row.rework_of_id is not None}
    found, arrived = [], order.started
    for row in rows:
        left = row.good + row.scrap + row.rework
        if row.rework_of_id is None:
            waiting, arrived = arrived - left, row.good + saved.get(row.pk, ZERO)
        else:
            waiting = row.quantity - left
        found.append({
            "id": row.pk, "position": row.position, "name": row.name, "status": row.status,
            "place": str(row.work_centre or row.supplier or ""), "outside": row.supplier_id is not None,
            "rework_of": row.rework_of_id, "quantity": row.quantity, "good": row.good, "scrap": row.scrap,
            "rework": row.rework, "waiting": max(waiting, ZERO), "minutes": row.minutes,
            "standard": _standard(row, left), "planned_start": row.planned_start, "planned_end": row.planned_end,
        })  # fmt: skip
    return found


def _standard(row: ProductionOrderOperation, pieces: Decimal) -> Decimal:
    """Standard minutes for the pieces that have left it."""
    if row.rework_of_id is not None or not pieces:
        return ZERO
    minutes = (row.setup_minutes + row.run_minutes * pieces) * 100 / row.planned_efficiency
    return minutes.quantize(Decimal("0.1"))


def _material(order: ProductionOrder) -> list[dict[str, Any]]:
    missing = {}
    if order.status in UNENDED:
        found = clear_to_build().get(order.pk)
        missing = {m.product_id: m for m in found.missing} if found else {}
    rows = []
    for row in order.components.select_related("product__unit"):
        short = missing.get(row.product_id)
        rows.append({
            "product": {"id": row.product_id, "label": row.product.code, "name": row.product.name},
            "unit": row.product.unit.code, "required": row.required, "issued": row.issued,
            "missing": short.quantity if short else ZERO, "arrives_on": short.arrives_on if short else None,
        })  # fmt: skip
    return rows


def _cost(order: ProductionOrder) -> dict[str, Any]:
    elements = order_cost(order) if order.status not in ("draft", "cancelled") else []
    return {
        "elements": [
            {
                "key": e.key, "planned": e.planned, "allowed": e.allowed, "actual": e.actual,
                "difference": e.difference, "reasons": [{"key": k, "amount": v} for k, v in e.reasons.items()],
            }
            for e in elements
        ],
        "planned": sum((e.planned for e in elements), ZERO),
        "actual": sum((e.actual for e in elements), ZERO),
        "received": order.received_value,
        "in_process": order.work_in_process,
        "variance": order.variance,
    }  # fmt: skip


def _needs(order: ProductionOrder) -> list[dict[str, Any]]:
    """Who gets what it makes: the line it is made for, else what the last planning run covers with it."""
    if order.demand_id is not None:
        return [{"entity": order.demand_entity, "id": order.demand_id, "label": order.demand_label, "quantity": None}]
    run = last_run()
    if run is None:
        return []
    pegs = Pegging.objects.filter(run=run, cover_entity="production.order", cover_id=order.pk, need_id__isnull=False)
    return [
        {"entity": p.need_entity, "id": p.need_id, "label": p.need_label, "quantity": p.quantity}
        for p in pegs.order_by("id")[:PEGS]
    ]
