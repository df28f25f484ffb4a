"""Menu pages of inventory."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import MenuNode

TREE: tuple[MenuNode, ...] = (
    MenuNode("stock", _("Stock"), icon="warehouse", order=40),
    MenuNode("stock.stock", _("Stock"), "stock", order=10),
    MenuNode(
        "stock.stock.balances", _("Stock on hand"), "stock.stock", icon="boxes", entity="inventory.stock", order=10
    ),
    MenuNode(
        "stock.stock.reservations",
        _("Reservations"),
        "stock.stock",
        icon="lock",
        entity="inventory.reservation",
        order=20,
    ),
    MenuNode(
        "stock.stock.moves",
        _("Stock moves"),
        "stock.stock",
        icon="arrow-right-left",
        entity="inventory.stock_move",
        order=30,
    ),
    MenuNode(
        "stock.stock.adjustments",
        _("Adjustments"),
        "stock.stock",
        icon="scale",
        entity="inventory.adjustment",
        order=40,
    ),
    MenuNode(
        "stock.stock.values", _("Stock values"), "stock.stock", icon="coins", entity="inventory.stock_value", order=50
    ),
    MenuNode(
        "stock.stock.layers", _("Stock by age"), "stock.stock", icon="layers", entity="inventory.stock_layer", order=60
    ),
    MenuNode(
        "stock.stock.value_changes",
        _("Value changes"),
        "stock.stock",
        icon="trending-up",
        entity="inventory.stock_value_change",
        order=70,
    ),
    MenuNode("stock.counting", _("Counting"), "stock", order=15),
    MenuNode(
        "stock.counting.sheets",
        _("Count sheets"),
        "stock.counting",
        icon="clipboard-check",
        entity="inventory.count_sheet",
        order=10,
    ),
    MenuNode(
        "stock.counting.differences",
        _("Count differences"),
        "stock.counting",
        icon="scale",
        entity="inventory.count_line",
        order=20,
    ),
    MenuNode(
        "stock.counting.plans",
        _("Count plans"),
        "stock.counting",
        icon="calendar-check",
        entity="inventory.count_plan",
        order=30,
    ),
    MenuNode(
        "stock.counting.accuracy",
        _("Count accuracy"),
        "stock.counting",
        icon="target",
        route="/inventory/count-accuracy",
        permission="inventory.count_sheet.view",
        features=("inventory.counting",),
        order=40,
    ),
    MenuNode("stock.purchasing", _("Purchasing"), "stock", order=20),
    MenuNode(
        "stock.purchasing.receipts",
        _("Receipts"),
        "stock.purchasing",
        icon="package-plus",
        entity="inventory.receipt",
        order=20,
    ),
    MenuNode(
        "stock.purchasing.landed_costs",
        _("Landed costs"),
        "stock.purchasing",
        icon="ship",
        entity="inventory.landed_cost",
        order=30,
    ),
    MenuNode(
        "stock.purchasing.workbench",
        _("Purchase workbench"),
        "stock.purchasing",
        icon="list-checks",
        route="/inventory/purchase-workbench",
        permission="inventory.purchase_need.view",
        features=("inventory.purchasing",),
        order=5,
    ),
    MenuNode(
        "stock.purchasing.requisitions",
        _("Requisitions"),
        "stock.purchasing",
        icon="clipboard-list",
        entity="inventory.requisition",
        order=8,
    ),
    MenuNode(
        "stock.purchasing.supplier_scores",
        _("Supplier scorecard"),
        "stock.purchasing",
        icon="gauge",
        route="/inventory/supplier-scorecard",
        permission="inventory.supplier_score.view",
        features=("inventory.purchasing",),
        order=40,
    ),
    MenuNode(
        "stock.purchasing.supplier_documents",
        _("Supplier documents"),
        "stock.purchasing",
        icon="badge-check",
        entity="inventory.supplier_document",
        order=45,
    ),
    MenuNode("stock.warehouse", _("Warehouse"), "stock", order=30),
    MenuNode(
        "stock.warehouse.warehouses",
        _("Warehouses"),
        "stock.warehouse",
        icon="warehouse",
        entity="inventory.warehouse",
        order=10,
    ),
    MenuNode(
        "stock.warehouse.places", _("Places"), "stock.warehouse", icon="map-pin", entity="inventory.location", order=20
    ),
    MenuNode(
        "stock.warehouse.opening",
        _("Opening stock"),
        "stock.warehouse",
        icon="package-open",
        entity="inventory.opening_stock",
        order=30,
    ),
    MenuNode("sales", _("Sales"), icon="shopping-cart", order=30),
    MenuNode("sales.fulfilment", _("Fulfilment"), "sales", order=30),
    MenuNode(
        "sales.fulfilment.deliveries",
        _("Deliveries"),
        "sales.fulfilment",
        icon="truck",
        entity="inventory.delivery",
        order=10,
    ),
)
