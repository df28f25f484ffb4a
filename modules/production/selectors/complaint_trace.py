"""From a complaint to its cause and back (客诉追溯): the lots, the orders that made them with their operations, people,
machines and inspections, the material lots and their receipts, and from all of them forward to every customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from modules.production.models import Inspection, NonConformance, ProductionOrder, ProductionReport
from modules.shared.contracts.quality import LotGenealogy
from tenon import ports

ORDER = "production.order"


def lots_of(nonconformance: NonConformance) -> list[tuple[int, str]]:
    """The lots that it is about: the one named, else those of its inspection, else what was shipped of its sales order
    line, else the lots that came of its production order."""
    if nonconformance.lot:
        return [(nonconformance.product_id, nonconformance.lot)]
    if nonconformance.inspection is not None and nonconformance.inspection.numbers:
        return [(nonconformance.product_id, number) for number in nonconformance.inspection.numbers]
    port = ports.find(LotGenealogy)
    if port is not None and nonconformance.sales_order_line_id is not None:
        return [(product, lot) for product, lot, _q in port.lots_shipped(nonconformance.sales_order_line_id)]
    if nonconformance.order is not None:
        return [(nonconformance.product_id, nonconformance.order.number)]
    return []


def lot_trace(product_id: int, number: str) -> dict[str, Any] | None:
    """The genealogy of a lot as inventory tells it, with what production knows of each order in it; None when there is
    no such lot."""
    port = ports.find(LotGenealogy)
    story = None if port is None else port.story(product_id, number)
    if story is None:
        return None
    steps = [*story["up"]["steps"], *story["down"]["steps"]]
    # Orders that made a lot, not those that took of it for something else.
    made = [x for x in [*story["up"]["links"], *story["down"]["links"]] if x["inward"]]
    orders = {s["document"]["id"] for s in [*steps, *made] if s["document"]["entity"] == ORDER}
    nodes = {(n["product"]["id"], n["number"]) for side in ("up", "down") for n in story[side]["nodes"]}
    return {**story, "orders": _orders(orders), "inspections": _inspections(nodes)}


def _orders(ids: Collection[int | None]) -> list[dict[str, Any]]:
    """Four queries."""
    orders = ProductionOrder.objects.select_related("product").filter(pk__in=[pk for pk in ids if pk]).order_by("pk")
    reports: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = ProductionReport.objects.select_related("order_operation", "work_centre", "worker", "reason")
    for report in rows.filter(order__in=orders).order_by("pk"):
        operation = report.order_operation
        reports[report.order_id].append(
            {
                "id": report.pk,
                "on": report.reported_on,
                "operation": operation.name if operation else "",
                "work_centre": report.work_centre.name if report.work_centre else "",
                "machine": operation.machine if operation else None,
                "worker": report.worker.name if report.worker else report.posted_by,
                "good": report.good,
                "scrap": report.scrap,
                "rework": report.rework,
                "reason": report.reason.name if report.reason else "",
            }
        )
    return [
        {
            "id": order.pk,
            "number": order.number,
            "product": {"id": order.product_id, "label": order.product.code, "name": order.product.name},
            "quantity": order.quantity,
            "completed": order.completed,
            "scrapped": order.scrapped,
            "reports": reports[order.pk],
        }
        for order in orders
    ]


def _inspections(nodes: Collection[tuple[int, str]]) -> list[dict[str, Any]]:
    """Of all lots of the trace. One query."""
    numbers = sorted({number for _product, number in nodes})
    rows = Inspection.objects.filter(product_id__in={p for p, _n in nodes}, numbers__overlap=numbers)
    return [
        {
            "id": one.pk,
            "number": one.number,
            "product_id": one.product_id,
            "lots": [n for n in one.numbers if (one.product_id, n) in nodes],
            "stage": one.stage,
            "status": one.status,
            "bad": one.bad,
            "sample_size": one.sample_size,
        }
        for one in rows.order_by("pk")
        if any((one.product_id, n) in nodes for n in one.numbers)
    ]
