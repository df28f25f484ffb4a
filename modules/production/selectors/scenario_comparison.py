"""A what-if as its page shows it."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, IntegerField, Value, When

from modules.production.models import Scenario, ScenarioChange, ScenarioLine
from modules.shared.data.models import SalesOrderLine
from tenon.access.actor import Actor

SHOWN = 300
MONEY = ("purchase", "making", "extra", "cost", "stock", "paid", "received", "cash", "opening")
VALUE = "production.planning.value"
_FIRST = Case(
    When(verdict="later", then=Value(0)), When(verdict="new", then=Value(1)), When(verdict="off", then=Value(2)),
    When(verdict="earlier", then=Value(3)), When(needed__lt=F("on"), then=Value(4)), default=Value(5),
    output_field=IntegerField(),
)  # fmt: skip


def comparison(actor: Actor, scenario: Scenario) -> dict[str, Any]:
    """Changes, and what came of them; of the lines the first 300, those that differ before those that do not. Six
    queries."""
    changes = list(scenario.changes.select_related("product", "party", "work_centre").order_by("pk"))
    rows = {row.pk: row for row in SalesOrderLine.objects.filter(
        pk__in=[c.order_line for c in changes if c.order_line]).select_related("order", "product")}  # fmt: skip
    lines = list(scenario.lines.select_related("product").order_by(_FIRST, "needed", "pk")[:SHOWN])
    orders = dict(
        SalesOrderLine.objects.filter(pk__in=[line.order_line for line in lines]).values_list("pk", "order_id")
    )
    outcome = scenario.outcome
    if outcome is not None and not actor.can(VALUE):
        hidden = {side: {k: v for k, v in outcome[side].items() if k not in MONEY} for side in ("base", "branch")}
        outcome = {**outcome, **hidden}
    return {
        "state": scenario.state,
        "planned_at": scenario.planned_at,
        "changes": [change_row(c, rows.get(c.order_line or 0)) for c in changes],
        "lines": [_line(line, orders.get(line.order_line)) for line in lines],
        "line_count": scenario.lines.count(),
        "outcome": outcome,
    }


def change_row(c: ScenarioChange, line: SalesOrderLine | None = None) -> dict[str, Any]:
    if c.kind == ScenarioChange.Kind.LINE and line is None:
        line = SalesOrderLine.objects.select_related("order", "product").filter(pk=c.order_line or 0).first()
    return {
        "id": c.pk, "kind": c.kind, "applied_at": c.applied_at, "calculated": c.seen is not None,
        "order_line": line and {
            "id": line.pk, "label": f"{line.order.number} / {line.position}", "order": line.order_id,
            "quantity": line.quantity, "on": line.requested_on or line.order.requested_on or line.promised_on,
        },
        "party": c.party and {"id": c.party_id, "label": c.party.name},
        "product": c.product and {"id": c.product_id, "label": c.product.code, "name": str(c.product.name)},
        "work_centre": c.work_centre and {"id": c.work_centre_id, "label": c.work_centre.name},
        "on": c.on, "quantity": c.quantity, "price": c.price, "lead_days": c.lead_days, "starts_at": c.starts_at,
        "ends_at": c.ends_at, "safety_stock": c.safety_stock, "order_min": c.order_min,
        "order_multiple": c.order_multiple,
    }  # fmt: skip


def _line(row: ScenarioLine, order: int | None) -> dict[str, Any]:
    return {
        "id": row.order_line, "order": order, "label": row.label, "verdict": row.verdict,
        "product": {"id": row.product_id, "label": row.product.code, "name": str(row.product.name)},
        "base_quantity": row.base_quantity, "quantity": row.quantity, "base_needed": row.base_needed,
        "needed": row.needed, "base_on": row.base_on, "on": row.on,
    }  # fmt: skip
