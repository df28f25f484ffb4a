"""What the platform needs to know of production."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from modules.production import entities, menus, permissions
from modules.shared.contracts.customers import CustomerHistory
from modules.shared.contracts.events import (
    GoodsReceived,
    GoodsShipped,
    PlanningBasisChanged,
    ProductionReported,
    PurchaseOrderConfirmed,
    SalesOrderCancelled,
    SalesOrderChanged,
    SalesOrderConfirmed,
    SupplyMoved,
)
from modules.shared.contracts.holding import PromiseHolds
from modules.shared.contracts.overhead import OverheadDrivers
from modules.shared.contracts.posting import OrderCostEstimate, ProductionCosts
from modules.shared.contracts.purchasing import OutsideWork, PurchaseProposals
from modules.shared.contracts.quality import QualityGate
from modules.shared.contracts.stock import OpenDemand, OpenSupply, PromiseDates
from modules.shared.contracts.valuation import WorkInProgress
from tenon.registry.types import Duty, Feature, Handler, Impact, ModuleManifest, Schedule

MANIFEST = ModuleManifest(
    key="production",
    title=_("Production"),
    icon="factory",
    description=_("Bills of materials, planning, production orders and what they really cost."),
    enhances=("inventory", "finance", "crm"),
    features=(
        Feature("production.bom", _("Bills of materials"), core=True),
        Feature("production.mrp", _("Planning"), requires=("production.bom",)),
        Feature("production.shop_floor", _("Production orders"), requires=("production.bom",)),
        Feature("production.quality", _("Quality"), requires=("production.bom",)),
        Feature("production.esop", _("Work instructions"), requires=("production.shop_floor",)),
        Feature("production.piecework", _("Piece work and wage slips"), requires=("production.shop_floor",)),
        Feature("production.subcontracting", _("Subcontracting"), requires=("production.shop_floor",)),
        Feature("production.scheduling", _("Finite scheduling"), requires=("production.shop_floor",)),
        Feature("production.promise", _("Promise dates by capacity"), requires=("production.scheduling",)),
    ),
    permissions=permissions.ALL,
    menus=menus.TREE,
    entities=entities.ALL,
    provides=(
        (PromiseDates, "modules.production.providers.ThroughTheBom"),
        (PromiseHolds, "modules.production.providers.HeldPromises"),
        (OrderCostEstimate, "modules.production.providers.RolledUpCost"),
        (PurchaseProposals, "modules.production.providers.ProposalsToBuy"),
        (OutsideWork, "modules.production.providers.WorkOutside"),
        (QualityGate, "modules.production.providers.InspectionGate"),
        (WorkInProgress, "modules.production.providers.OpenOrderCost"),
        (OverheadDrivers, "modules.production.providers.UseOfOverhead"),
        (ProductionCosts, "modules.production.providers.CostOfOrders"),
    ),
    provides_many=(
        (CustomerHistory, "modules.production.providers.Made"),
        (OpenSupply, "modules.production.providers.ProductionSupply"),
        (OpenDemand, "modules.production.providers.ProductionDemand"),
    ),
    duties=(
        Duty(
            "production.change_and_approve",
            ("production.change.update",),
            ("production.change.approve",),
            _("Asks for engineering changes and approves them"),
            _("A product could be changed without a second pair of eyes."),
        ),
    ),
    publishes=(ProductionReported,),
    handles=(
        *(
            Handler(event, f"modules.production.handlers.{function}", f"production.planning_{event.__name__}")
            for event, function in (
                (SalesOrderConfirmed, "order_confirmed"),
                (SalesOrderChanged, "order_changed"),
                (SalesOrderCancelled, "order_cancelled"),
                (PurchaseOrderConfirmed, "purchase_confirmed"),
                (SupplyMoved, "supply_moved"),
                (PlanningBasisChanged, "basis_changed"),
                (GoodsReceived, "goods_received"),
                (GoodsShipped, "goods_shipped"),
                (ProductionReported, "work_reported"),
            )
        ),
        Handler(ProductionReported, "modules.production.handlers.rework_reported", "production.rework_cost"),
    ),
    schedules=(
        Schedule(
            "production.changes",
            "modules.production.services.changes.engineering_changes_take_effect",
            "5 0 * * *",
            "production.bom",
            _("Approved engineering changes take effect"),
        ),
        Schedule(
            "production.holds",
            "modules.production.services.promise_holds.holds_run_out",
            "*/10 * * * *",
            "production.promise",
            _("Held promises that have run out are let go"),
        ),
        Schedule(
            "production.quality",
            "modules.production.services.corrective_actions.quality_reminders",
            "0 7 * * *",
            "production.quality",
            _("Reminders of corrective actions and nonconformances"),
        ),
        Schedule(
            "production.planning",
            "modules.production.services.planning.planning_nightly",
            "30 4 * * *",
            "production.mrp",
            _("Planning of all demand and supply"),
        ),
    ),
    impacts=(
        Impact(
            ngettext_lazy("%(count)d open production order", "%(count)d open production orders", "count"),
            "production.order",
            {"status__in": ("draft", "released", "in_progress")},
        ),
    ),
)
