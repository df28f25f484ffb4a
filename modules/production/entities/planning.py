"""What planning found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, State, View

SERVICES = "modules.production.services"
MRP = ("production.mrp",)
READ_ONLY: dict[str, Any] = {
    "writable": False, "importable": False, "custom_fields": False, "comments": False, "attachments": False,
    "history": False, "permission": "production.planning", "features": MRP,
}  # fmt: skip
PLANNED = Entity(
    key="production.planned_order",
    model="production.PlannedOrder",
    path="planned-orders",
    icon="calendar-plus",
    fields=(
        "product",
        Field("product_name", source="product__name", type="text", label=_("Product name"), read_only=True),
        "kind", "quantity", "release_on", "due_on", "late", "level", "supplier", "state", "firmed_label",
    ),
    list=("product", "product_name", "kind", "quantity", "release_on", "due_on", "late", "supplier", "state"),
    search=("product.code", "product.name"),
    default_order=("release_on", "id"),
    totals=("quantity",),
    title_field="product",
    subtitle_field="kind",
    state_field="state",
    states=(State("proposed", _("Proposed"), "draft"), State("firmed", _("Firmed"), "done")),
    actions=(
        Action(
            "firm", _("Firm"), f"{SERVICES}.planned_order_firm", "production.planning.firm", argument="planned",
            states=("proposed",), bulk=True, primary=True, icon="check",
        ),
    ),
    views=(
        View("proposed", _("Proposed"), {"state": "proposed"}),
        View("make", _("To make"), {"state": "proposed", "kind": "make"}),
        View("buy", _("To buy"), {"state": "proposed", "kind": "buy"}),
        View("late", _("Late"), {"state": "proposed", "late": "true"}),
    ),
    **READ_ONLY,
)  # fmt: skip
MESSAGE = Entity(
    key="production.planning_message",
    model="production.PlanningMessage",
    path="planning-messages",
    icon="triangle-alert",
    fields=(
        "kind",
        "product",
        "quantity",
        "source_label",
        Field("source_entity", label=_("Source document"), hidden=True),
        Field("source_id", label=_("Source key"), hidden=True),
        "due_on",
        "needed_on",
    ),
    list=("kind", "product", "quantity", "source_label", "due_on", "needed_on"),
    search=("product.code", "product.name", "source_label"),
    default_order=("needed_on", "id"),
    title_field="source_label",
    subtitle_field="product",
    state_field="kind",
    states=(
        State("release", pgettext_lazy("production", "Release"), "prog"),
        State("expedite", _("Expedite"), "warn"),
        State("defer", _("Defer"), "open"),
        State("cancel", _("Cancel"), "hold"),
        State("past_due", _("Past due"), "late"),
    ),
    views=(
        View("release", pgettext_lazy("production", "Release"), {"kind": "release"}),
        View("expedite", _("Expedite"), {"kind": "expedite"}),
        View("past_due", _("Past due"), {"kind": "past_due"}),
        View("cancel", _("Cancel"), {"kind": "cancel"}),
        View("all", _("All")),
    ),
    **READ_ONLY,
)
RUN = Entity(
    key="production.planning_run",
    model="production.PlanningRun",
    path="planning-runs",
    icon="history",
    fields=(
        "planned_on", "state", "started_at", "finished_at", "replanned_at", "items", "proposals", "messages",
        Field("started_by", label=_("Started by")),
    ),
    list=("planned_on", "state", "started_at", "finished_at", "replanned_at", "items", "proposals", "messages"),
    search=(),
    default_order=("-id",),
    title_field="planned_on",
    state_field="state",
    states=(
        State("running", _("Running"), "prog"), State("done", _("Done"), "done"), State("failed", _("Failed"), "late"),
    ),
    **READ_ONLY,
)  # fmt: skip
ALL = (PLANNED, MESSAGE, RUN)
