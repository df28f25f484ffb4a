"""Permissions of inventory, and the shipped roles that hold them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.crud import crud
from tenon.registry.types import Permission

STOCK = ("inventory.stock",)
BUYING = ("inventory.purchasing",)
COUNTING = ("inventory.counting",)
WMS = ("inventory.wms",)
LOGISTICS = ("inventory.logistics",)
REPLENISHING = ("inventory.replenishment",)
ASKING = ("inventory.rfq",)
LOTS = ("inventory.lots",)
KEEPERS = ("warehouse",)
SHIPPERS = ("sales", "sales_manager", "planner", "accountant", "viewer")
LOOKERS = ("sales", "sales_manager", "buyer", "planner", "shop_floor", "accountant", "viewer")

ALL: tuple[Permission, ...] = (
    *crud("inventory.warehouse", _("Warehouses"), view=LOOKERS, edit=KEEPERS, features=STOCK),
    *crud("inventory.location", _("Places"), view=LOOKERS, edit=KEEPERS, features=STOCK),
    *crud(
        "inventory.ship_from", _("Ship-from warehouses"), view=LOOKERS,
        edit=("warehouse", "sales", "sales_manager"), features=STOCK,
    ),
    Permission("inventory.stock.view", _("See stock"), STOCK, (*KEEPERS, *LOOKERS)),
    Permission("inventory.stock.transfer", _("Move stock between places"), STOCK, KEEPERS),
    *crud(
        "inventory.lot", _("Lots"), view=("sales", "sales_manager", "planner", "accountant", "viewer"),
        edit=("warehouse", "buyer", "shop_floor"), features=LOTS,
    ),
    Permission("inventory.lot.quality", _("Hold, reject and release lots"), LOTS, KEEPERS),
    Permission("inventory.lot.trace", _("Trace lots"), LOTS, (*KEEPERS, "buyer", "planner", "sales_manager")),
    Permission("inventory.lot.recall", _("Recall lots"), LOTS, KEEPERS),
    *crud(
        "inventory.remaining_life", _("Remaining lives"), view=("sales", *KEEPERS), edit=("sales_manager",),
        features=LOTS,
    ),
    Permission("inventory.custody.receive", _("Keep goods for their owner"), STOCK, KEEPERS),
    Permission("inventory.custody.consume", _("Take over goods kept for suppliers"), BUYING, ("warehouse", "buyer")),
    Permission("inventory.stock_move.view", _("See stock moves"), STOCK, (*KEEPERS, *LOOKERS)),
    Permission("inventory.stock_value.view", _("See what stock is worth"), STOCK, ("accountant", "buyer", "planner")),
    Permission("inventory.stock_layer.view", _("See stock by age"), STOCK, ("accountant", "buyer", "planner")),
    Permission("inventory.stock_value_change.view", _("See changes of stock value"), STOCK, ("accountant", "buyer")),
    *crud(
        "inventory.landed_cost", _("Landed costs"), view=("planner", "viewer"), edit=("buyer", "accountant"),
        features=BUYING,
    ),
    Permission("inventory.landed_cost.post", _("Post landed costs"), BUYING, ("accountant",)),
    Permission("inventory.landed_cost.reverse", _("Take landed costs back"), BUYING, ("accountant",)),
    Permission("inventory.landed_cost.cancel", _("Cancel draft landed costs"), BUYING, ("buyer", "accountant")),
    Permission("inventory.reservation.view", _("See reservations"), STOCK, (*KEEPERS, *LOOKERS)),
    Permission("inventory.reservation.release", _("Release reservations"), STOCK, ("warehouse", "sales_manager")),
    Permission(
        "inventory.reservation.lock", _("Lock stock and claim supply by hand"), STOCK,
        ("warehouse", "sales", "sales_manager", "planner"),
    ),
    Permission("inventory.reservation.reassign", _("Re-assign reservations"), STOCK, ("warehouse", "sales_manager")),
    Permission(
        "inventory.reservation.take_over", _("Take reservations over for more urgent orders"), STOCK,
        ("sales", "sales_manager"),
    ),
    Permission("inventory.supply_claim.view", _("See claims on supply"), STOCK, (*KEEPERS, *LOOKERS)),
    Permission("inventory.reservation_change.view", _("See the history of reservations"), STOCK, (*KEEPERS, *LOOKERS)),
    *crud(
        "inventory.receipt", _("Receipts"), view=("buyer", "planner", "accountant", "viewer"), edit=KEEPERS,
        features=BUYING,
    ),
    Permission("inventory.receipt.post", _("Post receipts"), BUYING, KEEPERS),
    Permission("inventory.receipt.cancel", _("Cancel draft receipts"), BUYING, KEEPERS),
    Permission("inventory.receipt.return", _("Return goods to suppliers"), BUYING, ("warehouse", "buyer")),
    *crud(
        "inventory.requisition", _("Requisitions"), view=("viewer", "accountant"),
        edit=("sales", "sales_manager", "buyer", "warehouse", "planner", "shop_floor"), features=BUYING,
    ),
    *crud(
        "inventory.supplier_document", _("Supplier documents"), view=("planner", "accountant", "viewer"),
        edit=("buyer",), features=BUYING,
    ),
    Permission(
        "inventory.supplier_score.view", _("See how suppliers perform"), BUYING, ("buyer", "planner", "accountant"),
    ),
    Permission("inventory.purchase_cost.view", _("See what purchases cost"), BUYING, ("buyer", "accountant")),
    Permission("inventory.requisition.approve", _("Approve requisitions"), BUYING, ("sales_manager", "buyer")),
    *crud(
        "inventory.inquiry", _("Inquiries"), view=("planner", "accountant", "viewer"), edit=("buyer",), features=ASKING,
    ),
    Permission("inventory.inquiry.open_early", _("Open answers before the time"), ASKING, ("purchasing_manager",)),
    Permission("inventory.inquiry.award", _("Award inquiries"), ASKING, ("buyer",)),
    Permission("inventory.supplier_link.view", _("See supplier links"), ASKING, ("buyer",)),
    Permission("inventory.supplier_link.create", _("Make supplier links"), ASKING, ("buyer",)),
    Permission("inventory.supplier_link.update", _("Revoke supplier links"), ASKING, ("buyer",)),
    Permission(
        "inventory.supplier_proposal.view", _("See what suppliers propose"), ASKING, ("buyer", "planner", "viewer"),
    ),
    *crud(
        "inventory.blanket_order", _("Blanket orders"), view=("planner", "accountant", "viewer"), edit=("buyer",),
        features=BUYING,
    ),
    Permission(
        "inventory.purchase_need.view", _("See what must be bought"), BUYING, ("buyer", "planner", "accountant"),
    ),
    Permission("inventory.purchase_need.order", _("Make purchase orders of needs"), BUYING, ("buyer",)),
    *crud(
        "inventory.delivery", _("Deliveries"),
        view=("sales", "sales_manager", "planner", "accountant", "viewer"), edit=KEEPERS, features=STOCK,
    ),
    Permission("inventory.delivery.post", _("Ship deliveries"), STOCK, KEEPERS),
    Permission("inventory.delivery.cancel", _("Cancel draft deliveries"), STOCK, KEEPERS),
    Permission("inventory.delivery.return", _("Take goods back from customers"), STOCK, ("warehouse", "sales_manager")),
    *crud("inventory.adjustment", _("Stock adjustments"), view=("accountant", "viewer"), edit=KEEPERS, features=STOCK),
    Permission("inventory.adjustment.post", _("Post stock adjustments"), STOCK, KEEPERS),
    Permission("inventory.adjustment.cancel", _("Cancel draft stock adjustments"), STOCK, KEEPERS),
    *crud(
        "inventory.count_plan", _("Count plans"), view=("accountant", "planner", "viewer"), edit=KEEPERS,
        features=COUNTING,
    ),
    Permission(
        "inventory.count_sheet.view", _("See count sheets"), COUNTING, (*KEEPERS, "accountant", "planner", "viewer"),
    ),
    Permission("inventory.count_sheet.create", _("Make count sheets"), COUNTING, KEEPERS),
    Permission("inventory.count_sheet.count", _("Count stock"), COUNTING, (*KEEPERS, "shop_floor")),
    Permission(
        "inventory.count_sheet.approve", _("Accept count differences up to the limit"), COUNTING, ("accountant",),
    ),
    Permission("inventory.count_sheet.approve_large", _("Accept count differences above the limit"), COUNTING),
    Permission("inventory.count_sheet.post", _("Post counts"), COUNTING, KEEPERS),
    *crud(
        "inventory.replenishment_policy", _("Replenishment policies"),
        view=("warehouse", "accountant", "viewer", "sales_manager"), edit=("buyer", "planner"), features=REPLENISHING,
    ),
    *crud(
        "inventory.past_demand", _("Past demand"), view=("viewer",), edit=("buyer", "planner"), features=REPLENISHING,
    ),
    *crud(
        "inventory.forecast", _("Forecasts, and saying otherwise by hand"), view=("sales", "viewer"),
        edit=("buyer", "planner", "sales_manager"), features=REPLENISHING,
    ),
    Permission("inventory.forecast.run", _("Work forecasts out anew"), REPLENISHING, ("buyer", "planner")),
    Permission(
        "inventory.slow_stock.view", _("See slow stock and turnover"), REPLENISHING, ("buyer", "planner", "accountant"),
    ),
    *crud(
        "inventory.slow_stock_action", _("Actions on slow stock"), view=("warehouse", "viewer"),
        edit=("buyer", "planner", "accountant"), features=REPLENISHING,
    ),
    *crud(
        "inventory.provision_band", _("Provisions by age"), view=("buyer", "planner"), edit=("accountant",),
        features=REPLENISHING,
    ),
    Permission("inventory.opening_stock.view", _("See opening stock"), STOCK, ("warehouse", "accountant")),
    Permission("inventory.opening_stock.create", _("Enter opening stock"), STOCK, ("warehouse", "accountant")),
    Permission("inventory.opening_stock.update", _("Enter opening stock"), STOCK, ()),
    *crud("inventory.put_away_rule", _("Put-away rules"), view=("planner", "viewer"), edit=KEEPERS, features=WMS),
    *crud("inventory.wave", _("Picking waves"), view=SHIPPERS, edit=KEEPERS, features=WMS),
    Permission("inventory.wave.cancel", _("Give picking waves up"), WMS, KEEPERS),
    Permission("inventory.pick.view", _("See picks"), WMS, (*KEEPERS, *SHIPPERS)),
    Permission("inventory.pick.pick", _("Pick goods"), WMS, KEEPERS),
    *crud("inventory.parcel", _("Parcels"), view=SHIPPERS, edit=KEEPERS, features=WMS),
    *crud("inventory.transfer", _("Transfers"), view=("planner", "accountant", "viewer"), edit=KEEPERS, features=STOCK),
    Permission("inventory.transfer.send", _("Send transfers"), STOCK, KEEPERS),
    Permission("inventory.transfer.receive", _("Receive transfers"), STOCK, KEEPERS),
    Permission("inventory.transfer.lose", _("Book goods as lost in transit"), STOCK, KEEPERS),
    Permission("inventory.transfer.cancel", _("Cancel draft transfers"), STOCK, KEEPERS),
    *crud("inventory.repack", _("Repacking"), view=("planner", "accountant", "viewer"), edit=KEEPERS, features=STOCK),
    Permission("inventory.repack.post", _("Post repacking"), STOCK, KEEPERS),
    Permission("inventory.repack.cancel", _("Cancel draft repacking"), STOCK, KEEPERS),
    *crud("inventory.carrier_service", _("Carrier services"), view=SHIPPERS, edit=KEEPERS, features=LOGISTICS),
    *crud("inventory.shipment", _("Shipments"), view=SHIPPERS, edit=KEEPERS, features=LOGISTICS),
    Permission("inventory.shipment.prove", _("Record proof of delivery"), LOGISTICS, KEEPERS),
    Permission("inventory.shipment.freight", _("Enter freight costs"), LOGISTICS, ("warehouse", "accountant")),
    Permission("inventory.tracking_event.view", _("See tracking events"), LOGISTICS, (*KEEPERS, *SHIPPERS)),
    Permission("inventory.tracking_event.create", _("Report tracking events"), LOGISTICS, KEEPERS),
)  # fmt: skip
