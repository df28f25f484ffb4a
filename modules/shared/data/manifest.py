"""What the platform needs to know of the shared data layer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.shared.contracts.customers import CustomerHistory
from modules.shared.contracts.events import (
    PartiesMerged,
    PartyMergeUndone,
    PlanningBasisChanged,
    PurchaseOrderConfirmed,
    SalesOrderCancelled,
    SalesOrderChanged,
    SalesOrderConfirmed,
    SupplyMoved,
)
from modules.shared.contracts.stock import OpenDemand, OpenSupply
from modules.shared.data import entities, menus, permissions
from tenon.registry.types import Handler, ModuleManifest, Schedule

MANIFEST = ModuleManifest(
    key="shared",
    title=_("Shared data"),
    icon="database",
    description=_("Customers, suppliers, products, prices, sales and purchase orders."),
    always_on=True,
    permissions=permissions.ALL,
    menus=menus.TREE,
    entities=entities.ALL,
    provides_many=(
        (CustomerHistory, "modules.shared.data.providers.SalesHistory"),
        (OpenDemand, "modules.shared.data.providers.SalesOrderDemand"),
        (OpenSupply, "modules.shared.data.providers.PurchaseOrderSupply"),
    ),
    publishes=(
        PartiesMerged,
        PartyMergeUndone,
        SalesOrderConfirmed,
        SalesOrderCancelled,
        SalesOrderChanged,
        PurchaseOrderConfirmed,
        SupplyMoved,
        PlanningBasisChanged,
    ),
    handles=(
        Handler(SupplyMoved, "modules.shared.data.handlers.supply_moved", "shared.promises_review"),
        Handler(PartiesMerged, "modules.shared.data.handlers.parties_merged", "shared.merges_follow"),
    ),
    schedules=(
        Schedule(
            "shared.merges",
            "modules.shared.data.handlers.merges_nightly",
            "20 1 * * *",
            "",
            _("What still points at a merged customer or supplier follows it"),
        ),
    ),
)
