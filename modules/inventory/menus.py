"""Menu pages of inventory: groups by who works there, pages by how often they are opened. Ids are for ever: a page that
moved to another group keeps the id it was born with, so that the menus of companies still name it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import MenuNode

TREE: tuple[MenuNode, ...] = (
    MenuNode("stock", _("Stock"), icon="warehouse", order=40),
    MenuNode("stock.stock", _("Stock"), "stock", order=10),
    MenuNode(
        "stock.stock.balances", _("Stock on hand"), "stock.stock", icon="boxes", entity="inventory.stock",
        order=10,
    ),
    MenuNode(
        "stock.stock.places", _("Stock by place"), "stock.stock", icon="map-pin", route="/inventory/stock-by-place",
        permission="inventory.stock.view", features=("inventory.stock",), order=15,
    ),
    MenuNode(
        "stock.stock.board", _("Reservation board"), "stock.stock", icon="lock",
        route="/inventory/reservation-board", permission="inventory.reservation.view",
        features=("inventory.stock",), order=20,
    ),
    MenuNode(
        "stock.lots.lots", _("Lots"), "stock.stock", icon="tags", entity="inventory.lot", order=30,
        formerly="stock.lots",
    ),
    MenuNode(
        "stock.lots.expiry", _("What expires"), "stock.stock", icon="hourglass", route="/inventory/expiry",
        permission="inventory.lot.view", features=("inventory.lots",), order=40, formerly="stock.lots",
    ),
    MenuNode(
        "stock.lots.trace", _("Trace and recall"), "stock.stock", icon="route", route="/inventory/trace",
        permission="inventory.lot.trace", features=("inventory.lots",), order=50, formerly="stock.lots",
    ),
    MenuNode(
        "stock.stock.moves", _("Stock moves"), "stock.stock", icon="arrow-right-left",
        entity="inventory.stock_move", order=60,
    ),
    MenuNode(
        "stock.stock.reservations", _("Reservations"), "stock.stock", icon="lock",
        entity="inventory.reservation", order=70,
    ),
    MenuNode(
        "stock.stock.adjustments", _("Adjustments"), "stock.stock", icon="scale", entity="inventory.adjustment",
        order=80,
    ),
    MenuNode("stock.lots", _("Lots and serial numbers"), "stock", order=14, retired=True),
    MenuNode("stock.logistics", _("Logistics"), "stock", order=27, retired=True),
    MenuNode("stock.work", _("Warehouse work"), "stock", order=20),
    MenuNode(
        "stock.work.scan", _("Scanner"), "stock.work", icon="scan-line", route="/inventory/scan",
        permission="inventory.pick.pick", features=("inventory.wms",), order=10,
    ),
    MenuNode(
        "stock.work.receiving", _("Receiving desk"), "stock.work", icon="package-plus",
        route="/inventory/receiving", permission="inventory.receipt.view", features=("inventory.purchasing",),
        order=20,
    ),
    MenuNode(
        "stock.work.shipping", _("Shipping desk"), "stock.work", icon="truck", route="/inventory/shipping",
        permission="inventory.delivery.view", features=("inventory.stock",), order=30,
    ),
    MenuNode(
        "stock.purchasing.receipts", _("Receipts"), "stock.work", icon="package-plus",
        entity="inventory.receipt", order=40,
    ),
    MenuNode("stock.work.waves", _("Picking waves"), "stock.work", icon="route", entity="inventory.wave", order=50),
    MenuNode("stock.work.parcels", _("Parcels"), "stock.work", icon="package", entity="inventory.parcel", order=60),
    MenuNode(
        "stock.logistics.shipments", _("Shipments"), "stock.work", icon="truck", entity="inventory.shipment",
        order=70, formerly="stock.logistics",
    ),
    MenuNode(
        "stock.work.transfers", _("Transfers"), "stock.work", icon="arrow-right-left",
        entity="inventory.transfer", order=80,
    ),
    MenuNode(
        "stock.work.repacks", _("Repacking"), "stock.work", icon="package-open", entity="inventory.repack",
        order=90,
    ),
    MenuNode("stock.purchasing", _("Purchasing"), "stock", order=30),
    MenuNode(
        "stock.purchasing.workbench", _("Purchase workbench"), "stock.purchasing", icon="list-checks",
        route="/inventory/purchase-workbench", permission="inventory.purchase_need.view",
        features=("inventory.purchasing",), order=5,
    ),
    MenuNode(
        "stock.purchasing.requisitions", _("Requisitions"), "stock.purchasing", icon="clipboard-list",
        entity="inventory.requisition", order=10,
    ),
    MenuNode(
        "stock.purchasing.inquiries", _("Inquiries"), "stock.purchasing", icon="messages-square",
        entity="inventory.inquiry", order=20,
    ),
    MenuNode(
        "stock.purchasing.blanket_orders", _("Blanket orders"), "stock.purchasing", icon="calendar-range",
        entity="inventory.blanket_order", order=40,
    ),
    MenuNode(
        "stock.purchasing.blanket_deliveries", _("Delivery schedules"), "stock.purchasing", icon="calendar-days",
        entity="inventory.blanket_delivery", order=55,
    ),
    MenuNode(
        "stock.purchasing.supplier_proposals", _("Suppliers' proposals"), "stock.purchasing",
        icon="message-square-reply", entity="inventory.supplier_proposal", order=50,
    ),
    MenuNode(
        "stock.purchasing.landed_costs", _("Landed costs"), "stock.purchasing", icon="ship",
        entity="inventory.landed_cost", order=70,
    ),
    MenuNode("stock.suppliers", _("Suppliers"), "stock", order=40),
    MenuNode(
        "stock.purchasing.supplier_scores", _("Supplier scorecard"), "stock.suppliers", icon="gauge",
        route="/inventory/supplier-scorecard", permission="inventory.supplier_score.view",
        features=("inventory.purchasing",), order=10,
    ),
    MenuNode(
        "stock.purchasing.costs", _("Purchase costs"), "stock.suppliers", icon="chart-column",
        route="/inventory/purchase-costs", permission="inventory.purchase_cost.view",
        features=("inventory.purchasing",), order=15,
    ),
    MenuNode(
        "stock.purchasing.supplier_documents", _("Supplier documents"), "stock.suppliers", icon="badge-check",
        entity="inventory.supplier_document", order=30,
    ),
    MenuNode(
        "stock.purchasing.supplier_links", _("Supplier links"), "stock.suppliers", icon="link",
        entity="inventory.supplier_link", order=40,
    ),
    MenuNode("stock.replenishment", _("Replenishment"), "stock", order=50),
    MenuNode(
        "stock.replenishment.board", _("Replenishment board"), "stock.replenishment", icon="target",
        route="/inventory/replenishment", permission="inventory.replenishment_policy.view",
        features=("inventory.replenishment",), order=10,
    ),
    MenuNode(
        "stock.replenishment.alerts", _("Replenishment alerts"), "stock.replenishment", icon="bell-ring",
        entity="inventory.replenishment_alert", order=20,
    ),
    MenuNode(
        "stock.replenishment.policies", _("Replenishment policies"), "stock.replenishment",
        icon="sliders-horizontal", entity="inventory.replenishment_policy", order=30,
    ),
    MenuNode(
        "stock.replenishment.forecasts", _("Forecasts"), "stock.replenishment", icon="chart-line",
        entity="inventory.forecast", order=40,
    ),
    MenuNode(
        "stock.replenishment.overrides", _("Forecasts by hand"), "stock.replenishment", icon="pencil",
        entity="inventory.forecast_override", order=50,
    ),
    MenuNode(
        "stock.replenishment.past_demand", _("Past demand"), "stock.replenishment", icon="history",
        entity="inventory.past_demand", order=60,
    ),
    MenuNode("stock.counting", _("Counting"), "stock", order=60),
    MenuNode(
        "stock.counting.sheets", _("Count sheets"), "stock.counting", icon="clipboard-check",
        entity="inventory.count_sheet", order=10,
    ),
    MenuNode(
        "stock.counting.differences", _("Count differences"), "stock.counting", icon="scale",
        entity="inventory.count_line", order=20,
    ),
    MenuNode(
        "stock.counting.plans", _("Count plans"), "stock.counting", icon="calendar-check",
        entity="inventory.count_plan", order=30,
    ),
    MenuNode(
        "stock.counting.accuracy", _("Count accuracy"), "stock.counting", icon="target",
        route="/inventory/count-accuracy", permission="inventory.count_sheet.view",
        features=("inventory.counting",), order=40,
    ),
    MenuNode("stock.analysis", _("Value and analysis"), "stock", order=70),
    MenuNode(
        "stock.stock.values", _("Stock values"), "stock.analysis", icon="coins", entity="inventory.stock_value",
        order=10,
    ),
    MenuNode(
        "stock.stock.layers", _("Stock by age"), "stock.analysis", icon="layers",
        entity="inventory.stock_layer", order=20,
    ),
    MenuNode(
        "stock.stock.value_changes", _("Value changes"), "stock.analysis", icon="trending-up",
        entity="inventory.stock_value_change", order=30,
    ),
    MenuNode(
        "stock.replenishment.turnover", _("Stock turnover"), "stock.analysis", icon="repeat",
        route="/inventory/stock-turnover", permission="inventory.slow_stock.view",
        features=("inventory.replenishment",), order=40,
    ),
    MenuNode(
        "stock.replenishment.slow", _("Slow stock"), "stock.analysis", icon="hourglass",
        route="/inventory/slow-stock", permission="inventory.slow_stock.view",
        features=("inventory.replenishment",), order=50,
    ),
    MenuNode(
        "stock.replenishment.actions", _("Actions on slow stock"), "stock.analysis", icon="list-checks",
        entity="inventory.slow_stock_action", order=60,
    ),
    MenuNode("stock.warehouse", _("Places and rules"), "stock", order=80),
    MenuNode(
        "stock.warehouse.warehouses", _("Warehouses"), "stock.warehouse", icon="warehouse",
        entity="inventory.warehouse", order=10,
    ),
    MenuNode(
        "stock.warehouse.places", _("Places"), "stock.warehouse", icon="map-pin", entity="inventory.location",
        order=20,
    ),
    MenuNode(
        "stock.warehouse.put_away_rules", _("Put-away rules"), "stock.warehouse", icon="map-pin",
        entity="inventory.put_away_rule", order=30,
    ),
    MenuNode(
        "stock.lots.lives", _("Remaining lives"), "stock.warehouse", icon="calendar-clock",
        entity="inventory.remaining_life", order=40, formerly="stock.lots",
    ),
    MenuNode(
        "stock.logistics.services", _("Carrier services"), "stock.warehouse", icon="ship",
        entity="inventory.carrier_service", order=50, formerly="stock.logistics",
    ),
    MenuNode(
        "stock.replenishment.bands", _("Provisions by age"), "stock.warehouse", icon="percent",
        entity="inventory.provision_band", order=60,
    ),
    MenuNode(
        "stock.warehouse.opening", _("Opening stock"), "stock.warehouse", icon="package-open",
        entity="inventory.opening_stock", order=90,
    ),
    MenuNode("sales", _("Sales"), icon="shopping-cart", order=30),
    MenuNode("sales.fulfilment", _("Fulfilment"), "sales", order=30),
    MenuNode(
        "sales.fulfilment.deliveries", _("Deliveries"), "sales.fulfilment", icon="truck",
        entity="inventory.delivery", order=10,
    ),
    MenuNode(
        "sales.fulfilment.ship_from", _("Ship-from warehouses"), "sales.fulfilment", icon="warehouse",
        entity="inventory.ship_from", order=40,
    ),
)  # fmt: skip
