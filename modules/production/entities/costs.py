"""What orders cost, posting by posting, and when they cost more than they should."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, State, View

SERVICES = "modules.production.services"
READ_ONLY: dict[str, Any] = {
    "features": ("production.shop_floor",), "writable": False, "importable": False, "comments": False,
    "attachments": False,
}  # fmt: skip
COST = Entity(
    key="production.cost",
    model="production.ProductionCost",
    path="costs",
    icon="receipt-text",
    permission="production.order",
    fields=(
        "order", "posted_on", "element", "product", "order_operation",
        Field("amount", read_only=True, sensitive=True), "posted_at", "posted_by",
    ),
    list=("order", "posted_on", "element", "product", "order_operation", "amount", "posted_at"),
    search=("order.number", "product.code"),
    default_order=("-id",),
    totals=("amount",),
    title_field="order",
    subtitle_field="element",
    custom_fields=False,
    history=False,
    **READ_ONLY,
)  # fmt: skip
ALERT = Entity(
    key="production.cost_alert",
    model="production.CostAlert",
    path="cost-alerts",
    icon="triangle-alert",
    fields=(
        "order", "kind", Field("status", read_only=True), "component", "order_operation", "standard", "actual",
        "created_at", "resolved_at", "note",
    ),
    list=("order", "kind", "status", "component", "order_operation", "standard", "actual", "created_at"),
    search=("order.number", "component.product.code", "order_operation.name"),
    default_order=("-id",),
    title_field="order",
    subtitle_field="kind",
    state_field="status",
    states=(
        State("open", pgettext_lazy("alert", "Open"), "late"),
        State("resolved", pgettext_lazy("alert", "Resolved"), "done"),
    ),
    actions=(
        Action(
            "resolve", pgettext_lazy("alert", "Resolve"), f"{SERVICES}.cost_alert_resolve",
            "production.cost_alert.update", argument="alert", states=("open",), primary=True, bulk=True, icon="check",
            params=(Field("note", type="text", label=_("What it was")),),
        ),
    ),
    views=(
        View("open", pgettext_lazy("alert", "Open"), {"status": "open"}),
        View("all", _("All")),
    ),
    **READ_ONLY,
)  # fmt: skip
ALL = (COST, ALERT)
