"""Production orders, their material, and what was reported."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Action, Entity, Field, Section, State, View

SERVICES = "modules.production.services"
FLOOR = ("production.shop_floor",)
STATES = (
    State("draft", _("Draft"), "draft"),
    State("released", pgettext_lazy("production", "Released"), "open"),
    State("in_progress", _("In progress"), "prog"),
    State("done", pgettext_lazy("production", "Done"), "done"),
    State("closed", _("Closed"), "done"),
    State("cancelled", _("Cancelled"), "off"),
)
COST: dict[str, Any] = {"read_only": True, "sensitive": True}
ORDER = Entity(
    key="production.order",
    model="production.ProductionOrder",
    path="orders",
    icon="clipboard-list",
    features=FLOOR,
    fields=(
        Field("number", required=False, write_once=True, help=_("Left empty, the next number is taken.")),
        Field("product", ref_filter={"source": "make"}, write_once=True),
        Field("product_name", source="product__name", type="text", label=_("Product name"), read_only=True),
        Field("bom", required=False),
        Field("status", read_only=True, required=False),
        "quantity",
        Field("started", read_only=True),
        Field("completed", read_only=True),
        Field("scrapped", read_only=True),
        Field("start_on", required=False, help=_("Left empty, the lead time before it is due.")),
        Field("due_on", required=False, help=_("Left empty, the lead time from today.")),
        Field("demand_label", read_only=True),
        Field("material_cost", **COST),
        Field("labour_cost", **COST),
        Field("overhead_cost", **COST),
        Field("received_value", **COST),
        Field("variance", **COST),
        "note",
    ),
    list=("number", "product", "product_name", "status", "quantity", "completed", "start_on", "due_on", "demand_label"),
    search=("number", "product.code", "product.name", "demand_label"),
    default_order=("-id",),
    totals=("quantity", "completed"),
    title_field="number",
    subtitle_field="product",
    key_fields=("number",),
    form=(
        Section(pgettext_lazy("production", "Order"), ("product", "quantity", "bom", "start_on", "due_on")),
        Section(pgettext_lazy("production", "Note"), ("note",)),
    ),
    state_field="status",
    states=STATES,
    update_states=("draft", "released", "in_progress"),
    delete_states=("draft",),
    actions=(
        Action(
            "release", pgettext_lazy("production", "Release"), f"{SERVICES}.production_order_release",
            "production.order.release",
            argument="order", states=("draft",), bulk=True, primary=True, icon="play",
        ),
        Action(
            "report", _("Report work"), f"{SERVICES}.production_order_report", "production.order.report",
            argument="order", states=("released", "in_progress"), primary=True, icon="clipboard-check",
            params=(
                Field("good", type="quantity", label=_("Good")),
                Field("scrap", type="quantity", label=_("Scrap")),
                Field("minutes", type="decimal", label=_("Minutes")),
                Field("work_centre", type="ref", ref="production.work_centre", label=_("Work centre")),
                Field("reported_on", type="date", label=_("Date"), help=_("Left empty, today.")),
                Field("note", type="text", label=pgettext_lazy("production", "Note")),
            ),
        ),
        Action(
            "issue", _("Issue material"), f"{SERVICES}.production_order_issue", "production.order.issue",
            argument="order", states=("released", "in_progress"), bulk=True, icon="package-minus",
        ),
        Action(
            "close", pgettext_lazy("production", "Close order"), f"{SERVICES}.production_order_close",
            "production.order.close",
            argument="order", states=("released", "in_progress", "done"), bulk=True, icon="archive",
        ),
        Action(
            "cancel", pgettext_lazy("production", "Cancel order"), f"{SERVICES}.production_order_cancel",
            "production.order.cancel",
            argument="order", states=("draft", "released"), params=(Field("reason", type="text", label=_("Reason")),),
            danger=True, icon="ban",
        ),
    ),
    views=(
        View("open", pgettext_lazy("production", "Open"), {"status__in": "draft,released,in_progress"}, ("due_on",)),
        View("late", _("Late"), {"status__in": "draft,released,in_progress", "due_on__lt": "today"}, ("due_on",)),
        View("done", pgettext_lazy("production", "Done"), {"status__in": "done,closed"}),
        View("all", _("All")),
    ),
    create=f"{SERVICES}.production_order_create",
    update=f"{SERVICES}.production_order_update",
    delete=f"{SERVICES}.production_order_delete",
)  # fmt: skip
COMPONENT = Entity(
    key="production.order_component",
    model="production.ProductionOrderComponent",
    path="order-components",
    icon="list",
    features=FLOOR,
    permission="production.order",
    fields=(
        "order",
        "position",
        "product",
        Field("product_name", source="product__name", type="text", label=_("Product name"), read_only=True),
        "required",
        "issued",
        Field("issued_value", **COST),
    ),
    list=("order", "product", "product_name", "required", "issued", "issued_value"),
    search=("order.number", "product.code", "product.name"),
    default_order=("order", "position"),
    title_field="product",
    writable=False,
    importable=False,
    comments=False,
    attachments=False,
)
OPERATION = Entity(
    key="production.order_operation",
    model="production.ProductionOrderOperation",
    path="order-operations",
    icon="list-ordered",
    features=FLOOR,
    permission="production.order",
    fields=(
        "order",
        "position",
        "name",
        "work_centre",
        "supplier",
        "status",
        "quantity",
        "good",
        "scrap",
        "rework",
        "setup_minutes",
        "run_minutes",
        "queue_minutes",
        "move_minutes",
        "transfer_batch",
        Field("minutes", label=_("Minutes spent")),
        "planned_start",
        "planned_end",
        "rework_of",
    ),
    list=(
        "order", "position", "name", "work_centre", "status", "quantity", "good", "scrap", "rework", "minutes",
        "planned_start",
    ),
    search=("order.number", "name", "work_centre.name"),
    default_order=("-order", "position", "id"),
    title_field="name",
    subtitle_field="order",
    state_field="status",
    states=(
        State("waiting", pgettext_lazy("operation", "Waiting"), "open"),
        State("running", pgettext_lazy("operation", "Running"), "prog"),
        State("paused", pgettext_lazy("operation", "Paused"), "hold"),
        State("done", pgettext_lazy("operation", "Done"), "done"),
    ),
    views=(
        View("open", pgettext_lazy("operation", "Open"), {"status__in": "waiting,running,paused"}),
        View("all", _("All")),
    ),
    writable=False,
    importable=False,
    comments=False,
    attachments=False,
)  # fmt: skip
REPORT = Entity(
    key="production.report",
    model="production.ProductionReport",
    path="reports",
    icon="clipboard-check",
    features=FLOOR,
    permission="production.order",
    fields=(
        "order", "reported_on", "good", "scrap", "minutes", "operation", "work_centre", Field("labour_cost", **COST),
        Field("overhead_cost", **COST), Field("received_value", **COST), "posted_at", "posted_by", "note",
    ),
    list=("order", "reported_on", "good", "scrap", "minutes", "work_centre", "posted_at"),
    search=("order.number",),
    default_order=("-id",),
    totals=("good", "scrap", "minutes"),
    title_field="order",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip
ALL = (ORDER, COMPONENT, OPERATION, REPORT)
