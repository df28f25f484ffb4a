"""How products are planned, and what is expected to be ordered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.registry.types import Entity, Field, Section

SERVICES = "modules.production.services.planning_parameters"
MRP = ("production.mrp",)
GOODS = {"kind": "goods", "is_active": True}

RULE = Entity(
    key="production.planning_rule",
    model="production.PlanningRule",
    path="planning-rules",
    icon="sliders-horizontal",
    features=MRP,
    fields=(
        Field("product", ref_filter=GOODS, write_once=True), "lot_rule", "lot_size", "order_cost", "holding_percent",
        "period_days", "stock_first", "daily_rate", "calendar", "master", "frozen_days", "demand_days", "forecast",
        "backward_days", "forward_days", "locks_material",
    ),
    list=("product", "lot_rule", "master", "frozen_days", "demand_days", "forecast", "calendar"),
    search=("product.code", "product.name", "product.name_zh"),
    default_order=("product", "id"),
    title_field="product",
    subtitle_field="lot_rule",
    key_fields=("product",),
    form=(
        Section(_("For what"), ("product",)),
        Section(
            pgettext_lazy("production", "Lots"),
            ("lot_rule", "lot_size", "order_cost", "holding_percent", "period_days", "stock_first"),
        ),
        Section(_("Time"), ("daily_rate", "calendar", "master", "frozen_days", "demand_days")),
        Section(_("Material"), ("locks_material",)),
        Section(_("Forecast"), ("forecast", "backward_days", "forward_days")),
    ),
    create=f"{SERVICES}.planning_rule_create",
    update=f"{SERVICES}.planning_rule_update",
    delete=f"{SERVICES}.planning_rule_delete",
)  # fmt: skip
FORECAST = Entity(
    key="production.forecast",
    model="production.ForecastEntry",
    path="planning-forecasts",
    icon="chart-line",
    features=MRP,
    fields=(Field("product", ref_filter=GOODS), "starts_on", "ends_on", "quantity", "note"),
    list=("product", "starts_on", "ends_on", "quantity", "note"),
    search=("product.code", "product.name", "product.name_zh"),
    default_order=("product", "starts_on"),
    title_field="product",
    subtitle_field="starts_on",
    key_fields=("product", "starts_on"),
    form=(Section(_("Forecast"), ("product", "starts_on", "ends_on", "quantity", "note")),),
    create=f"{SERVICES}.forecast_create",
    update=f"{SERVICES}.forecast_update",
    delete=f"{SERVICES}.forecast_delete",
)
MASTER_PLAN = Entity(
    key="production.master_plan",
    model="production.MasterPlanEntry",
    path="master-plan-entries",
    icon="calendar-check",
    features=MRP,
    fields=(Field("product", ref_filter=GOODS), "due_on", "quantity", "reason"),
    list=("product", "due_on", "quantity", "reason"),
    search=("product.code", "product.name", "product.name_zh"),
    default_order=("due_on", "product"),
    totals=("quantity",),
    title_field="product",
    subtitle_field="due_on",
    key_fields=("product", "due_on"),
    form=(Section(_("Master plan"), ("product", "due_on", "quantity", "reason")),),
    create="modules.production.services.master_plan.master_plan_create",
    update="modules.production.services.master_plan.master_plan_update",
    delete="modules.production.services.master_plan.master_plan_delete",
)
ALL = (RULE, FORECAST, MASTER_PLAN)
