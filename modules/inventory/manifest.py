"""What the platform needs to know of inventory."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from modules.inventory import entities, menus, permissions
from modules.shared.contracts.budget import OpenRequests
from modules.shared.contracts.closing import PeriodReadiness
from modules.shared.contracts.customers import CustomerHistory
from modules.shared.contracts.events import GoodsReceived, GoodsShipped, SupplierMailDue
from modules.shared.contracts.forecast import DemandForecast
from modules.shared.contracts.posting import OrderCostEstimate
from modules.shared.contracts.quality import LotGenealogy, LotQuality, RefusedGoods
from modules.shared.contracts.stock import (
    OpenSupply,
    PromiseDates,
    ShippedDays,
    StockAvailability,
    StockIssue,
    StockReservation,
    StockTracking,
    SubcontractStock,
)
from modules.shared.contracts.valuation import CostMethods, LateCosts, StockValuation
from tenon.registry.types import Duty, Feature, Handler, Impact, Limit, ModuleManifest, Schedule

MANIFEST = ModuleManifest(
    key="inventory",
    title=_("Inventory"),
    icon="warehouse",
    description=_("Warehouses and places, stock locked for orders, receipts, deliveries, what stock is worth."),
    features=(
        Feature("inventory.stock", _("Stock"), core=True),
        Feature("inventory.lots", _("Lots and serial numbers"), requires=("inventory.stock",)),
        Feature("inventory.purchasing", _("Purchasing"), requires=("inventory.stock",)),
        Feature("inventory.counting", _("Counting"), requires=("inventory.stock",)),
        Feature("inventory.wms", _("Warehouse work"), requires=("inventory.stock",)),
        Feature("inventory.logistics", _("Logistics"), requires=("inventory.stock",)),
        Feature("inventory.replenishment", _("Replenishment and forecast"), requires=("inventory.stock",)),
        Feature("inventory.rfq", _("Inquiries and supplier portal"), requires=("inventory.purchasing",)),
    ),
    permissions=permissions.ALL,
    menus=menus.TREE,
    entities=entities.ALL,
    provides=(
        (StockReservation, "modules.inventory.providers.Reservations"),
        (StockAvailability, "modules.inventory.providers.Stock"),
        (StockIssue, "modules.inventory.providers.Issue"),
        (SubcontractStock, "modules.inventory.providers.AtSubcontractors"),
        (LotQuality, "modules.inventory.providers.LotVerdicts"),
        (RefusedGoods, "modules.inventory.providers.Refused"),
        (LotGenealogy, "modules.inventory.providers.Genealogy"),
        (StockTracking, "modules.inventory.providers.Tracking"),
        (ShippedDays, "modules.inventory.providers.Shipments"),
        (StockValuation, "modules.inventory.providers.Valuation"),
        (LateCosts, "modules.inventory.providers.Late"),
        (CostMethods, "modules.inventory.providers.Methods"),
        (DemandForecast, "modules.inventory.providers.ForecastDemand"),
        # Production answers these through the bill of materials; without it stock and lead times do.
        (PromiseDates, "modules.inventory.providers.Promises"),
        (OrderCostEstimate, "modules.inventory.providers.Costs"),
    ),
    provides_many=(
        (OpenSupply, "modules.inventory.providers.Scheduled"),
        (PeriodReadiness, "modules.inventory.providers.Unposted"),
        (CustomerHistory, "modules.inventory.providers.Shipped"),
        (OpenRequests, "modules.inventory.providers.Requests"),
    ),
    publishes=(GoodsReceived, GoodsShipped, SupplierMailDue),
    handles=(Handler(SupplierMailDue, "modules.inventory.handlers.supplier_mail_due", "inventory.supplier_mail"),),
    limits=(Limit("inventory.warehouses", _("Warehouses"), "modules.inventory.selectors.places.warehouses_open"),),
    duties=(
        Duty(
            "inventory.count_and_approve",
            ("inventory.count_sheet.count",),
            ("inventory.count_sheet.approve",),
            _("Counts stock and approves the differences"),
            _("Missing goods could be written off by whoever took them."),
        ),
        Duty(
            "inventory.order_and_receipt",
            ("shared.purchase_order.confirm",),
            ("inventory.receipt.post",),
            _("Orders goods and receives them"),
            _("Goods could be paid for that never came."),
        ),
    ),
    schedules=(
        Schedule(
            "inventory.holds_run_out",
            "modules.inventory.services.holds.holds_run_out",
            "*/10 * * * *",
            "inventory.stock",
            _("Holds that have run out are let go"),
        ),
        Schedule(
            "inventory.count_sheets",
            "modules.inventory.services.count_plans.count_plans_run",
            "20 4 * * *",
            "inventory.counting",
            _("Count sheets of the day"),
        ),
        Schedule(
            "inventory.forecast",
            "modules.inventory.services.forecasts.forecasts_nightly",
            "10 3 * * *",
            "inventory.replenishment",
            _("Forecast of demand"),
        ),
        Schedule(
            "inventory.blanket_deliveries",
            "modules.inventory.services.blanket_deliveries.blanket_deliveries_nightly",
            "50 4 * * *",
            "inventory.purchasing",
            _("Scheduled deliveries that are due are called off"),
        ),
        Schedule(
            "inventory.replenishment",
            "modules.inventory.services.replenishment.replenishment_nightly",
            "40 5 * * *",
            "inventory.replenishment",
            _("Reorder points and alerts"),
        ),
    ),
    impacts=(
        Impact(
            ngettext_lazy("%(count)d receipt that is not posted", "%(count)d receipts that are not posted", "count"),
            "inventory.receipt",
            {"status": "draft"},
        ),
        Impact(
            ngettext_lazy("%(count)d delivery that has not left", "%(count)d deliveries that have not left", "count"),
            "inventory.delivery",
            {"status": "draft"},
        ),
        Impact(
            ngettext_lazy(
                "%(count)d count sheet that is not posted", "%(count)d count sheets that are not posted", "count"
            ),
            "inventory.count_sheet",
            {"status__in": ("open", "review", "ready")},
        ),
        Impact(
            ngettext_lazy("%(count)d lock on stock for an order", "%(count)d locks on stock for orders", "count"),
            "inventory.reservation",
            {"state": "active"},
        ),
    ),
)
