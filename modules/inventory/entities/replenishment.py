"""Replenishment policies and alerts, past demand, forecasts, and what is done about slow stock."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

ON = ("inventory.replenishment",)
SERVICES = "modules.inventory.services"
GOODS = {"kind": "goods", "is_active": True}
BARE: dict[str, Any] = {"custom_fields": False, "comments": False, "attachments": False}
COMPUTED = (
    "daily_demand", "daily_deviation", "lead_days", "lead_deviation", "lead_receipts", "computed_safety",
    "computed_point",
)  # fmt: skip

POLICY = Entity(
    key="inventory.replenishment_policy",
    model="inventory.ReplenishmentPolicy",
    path="replenishment-policies",
    icon="target",
    features=ON,
    fields=(
        Field("product", ref_filter=GOODS, write_once=True), Field("warehouse", write_once=True),
        "service_level", "minimum", "maximum", "cover_days", "order_min", "order_multiple", "order_max", "is_active",
        *(Field(name, read_only=True) for name in COMPUTED),
    ),
    list=(
        "product", "warehouse", "minimum", "computed_point", "maximum", "service_level", "daily_demand", "lead_days",
        "is_active",
    ),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "warehouse.name"),
    default_order=("product", "id"),
    form=(
        Section(_("For what"), ("product", "warehouse", "service_level", "is_active")),
        Section(_("Entered by hand"), ("minimum", "maximum", "cover_days", "order_min", "order_multiple", "order_max")),
        Section(_("Computed"), COMPUTED),
    ),
    title_field="product",
    subtitle_field="warehouse",
    create=f"{SERVICES}.replenishment.policy_create",
    update=f"{SERVICES}.replenishment.policy_update",
)  # fmt: skip

ALERT = Entity(
    key="inventory.replenishment_alert",
    model="inventory.ReplenishmentAlert",
    path="replenishment-alerts",
    icon="bell-ring",
    features=ON,
    permission="inventory.replenishment_policy",
    fields=(
        Field("policy", read_only=True),
        Field("product", type="ref", ref="shared.product", source="policy.product", label=_("Product"), read_only=True),
        Field("raised_at", read_only=True), Field("projected", read_only=True), Field("point", read_only=True),
        Field("resolved_at", read_only=True),
    ),
    list=("product", "raised_at", "projected", "point", "resolved_at"),
    search=("policy.product.code", "policy.product.name"),
    default_order=("-raised_at", "-id"),
    title_field="policy",
    views=(View("open", _("Open"), {"resolved_at__isnull": "true"}), View("all", _("All"))),
    writable=False,
    importable=False,
    **BARE,
)  # fmt: skip

PAST = Entity(
    key="inventory.past_demand",
    model="inventory.PastDemand",
    path="past-demand",
    icon="history",
    features=ON,
    fields=(Field("product", ref_filter=GOODS), "month", "quantity"),
    list=("product", "month", "quantity"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("product", "month", "id"),
    form=(Section(_("Past demand"), ("product", "month", "quantity")),),
    title_field="product",
    subtitle_field="month",
    create=f"{SERVICES}.forecasts.past_demand_create",
    update=f"{SERVICES}.forecasts.past_demand_update",
    **BARE,
)  # fmt: skip

OVERRIDE = Entity(
    key="inventory.forecast_override",
    model="inventory.ForecastOverride",
    path="forecast-overrides",
    icon="pencil",
    features=ON,
    permission="inventory.forecast",
    fields=(
        Field("product", ref_filter=GOODS, write_once=True), Field("month", write_once=True), "quantity",
        Field("reason", required=True),
    ),
    list=("product", "month", "quantity", "reason", "changed_by"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "reason"),
    default_order=("product", "month", "id"),
    form=(Section(_("Forecast by hand"), ("product", "month", "quantity", "reason")),),
    title_field="product",
    subtitle_field="month",
    create=f"{SERVICES}.forecasts.forecast_override_create",
    update=f"{SERVICES}.forecasts.forecast_override_update",
    **BARE,
)  # fmt: skip

FORECAST = Entity(
    key="inventory.forecast",
    model="inventory.Forecast",
    path="forecasts",
    icon="chart-line",
    features=ON,
    fields=(
        Field("product", read_only=True), Field("method", read_only=True), Field("months", read_only=True),
        Field("next_quantity", read_only=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("mase", label=_("Scaled error (MASE)"), read_only=True),
        Field("wape", label=_("Weighted error (WAPE)"), read_only=True),
        Field("computed_at", read_only=True),
    ),
    list=("product", "next_quantity", "unit", "method", "months", "mase", "wape"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("product", "id"),
    title_field="product",
    writable=False,
    importable=False,
    history=False,
    **BARE,
)  # fmt: skip

BAND = Entity(
    key="inventory.provision_band",
    model="inventory.ProvisionBand",
    path="provision-bands",
    icon="percent",
    features=ON,
    fields=("from_days", "percent"),
    list=("from_days", "percent"),
    default_order=("from_days", "id"),
    form=(Section(_("Provision by age"), ("from_days", "percent")),),
    title_field="from_days",
    key_fields=("from_days",),
    **BARE,
)  # fmt: skip

ACTION = Entity(
    key="inventory.slow_stock_action",
    model="inventory.SlowStockAction",
    path="slow-stock-actions",
    icon="list-checks",
    handover_field="owner",
    features=ON,
    fields=(Field("product", ref_filter=GOODS, write_once=True), "kind", "reason", "owner", "until",
            Field("status", read_only=True)),
    list=("product", "kind", "reason", "owner", "until", "status"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "reason"),
    default_order=("until", "id"),
    form=(Section(_("Slow stock"), ("product", "kind", "reason", "owner", "until")),),
    title_field="product",
    subtitle_field="kind",
    state_field="status",
    states=(State("open", _("Open"), "open"), State("done", _("Done"), "done")),
    update_states=("open",),
    actions=(
        Action(
            "finish", _("Done"), f"{SERVICES}.slow_stock.slow_stock_action_finish",
            "inventory.slow_stock_action.update", states=("open",), bulk=True, primary=True, icon="check",
        ),
    ),
    views=(View("open", _("Open"), {"status": "open"}), View("all", _("All"))),
    importable=False,
    custom_fields=False,
)  # fmt: skip
ALL = (POLICY, ALERT, PAST, OVERRIDE, FORECAST, BAND, ACTION)
