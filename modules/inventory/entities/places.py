"""Warehouses and places."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, View

STOCK = ("inventory.stock",)
PURPOSES = (
    ("receiving", _("Receiving dock")), ("storage", _("Storage area")), ("picking", _("Picking face")),
    ("packing", _("Packing")), ("shipping", _("Shipping dock")),
)  # fmt: skip

WAREHOUSE = Entity(
    key="inventory.warehouse",
    model="inventory.Warehouse",
    path="warehouses",
    icon="warehouse",
    features=STOCK,
    fields=("code", "name", "name_zh", "address", Field("stock_place", ref_filter={"kind": "stock"}), "is_active"),
    list=("code", "name", "stock_place", "is_active"),
    search=("code", "name", "name_zh"),
    default_order=("code",),
    key_fields=("code",),
    title_field="name",
    create="modules.inventory.services.place.warehouse_create",
    update="modules.inventory.services.place.warehouse_update",
)

LOCATION = Entity(
    key="inventory.location",
    model="inventory.Location",
    path="locations",
    icon="map-pin",
    features=STOCK,
    fields=(
        Field("code", required=False, help=_("Empty: made from the names.")),
        "name",
        Field("kind", write_once=True),
        Field("warehouse", required=False),
        "party",
        Field("parent", ref_filter={"kind": "stock"}),
        "purpose",
        "capacity",
        "pick_order",
        "allows_negative",
        "is_active",
    ),
    list=("code", "name", "kind", "purpose", "warehouse", "party", "pick_order", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    key_fields=("code",),
    title_field="code",
    subtitle_field="warehouse",
    create="modules.inventory.services.place.location_create",
    update="modules.inventory.services.place.location_update",
    actions=(
        Action(
            "add_bins",
            _("Add many places"),
            "modules.inventory.services.bins.bins_create",
            "inventory.location.create",
            argument="location",
            icon="layout-grid",
            params=(
                Field(
                    "pattern",
                    type="text",
                    required=True,
                    label=_("Pattern"),
                    help=_("A-{01..20}-{1..5} makes A-01-1 to A-20-5."),
                ),
                Field("purpose", type="choice", label=_("Used for"), choices=PURPOSES),
                Field("capacity", type="quantity", label=_("Capacity")),
                Field("preview", type="boolean", label=_("Only show what would be made")),
            ),
        ),
        Action(
            "custody-receive",
            _("Take in for the owner"),
            "modules.inventory.services.consignment.custody_receive",
            "inventory.custody.receive",
            argument="place",
            when={"kind": ("custody",)},
            icon="package-plus",
            params=(
                Field("product", type="ref", ref="shared.product", required=True, label=_("Product")),
                Field("quantity", type="quantity", required=True, label=_("Quantity")),
                Field("lot", type="text", label=_("Lots or serial numbers")),
                Field("expires_on", type="date", label=_("Expires on")),
                Field("reason", type="text", label=_("Delivery note")),
            ),
        ),
    ),
    views=(
        View("stock", _("Stock places"), {"kind": "stock"}),
        View("owners", _("Consigned"), {"kind__in": "consigned,custody"}),
        View("outside", _("Outside"), {"kind__in": "supplier,customer,production,scrap,inventory,subcontractor"}),
    ),
)

SHIP_FROM = Entity(
    key="inventory.ship_from",
    model="inventory.ShipFrom",
    path="ship-from",
    icon="truck",
    features=STOCK,
    fields=(
        Field("order", write_once=True, help=_("Of one order, before what is said of its customer.")),
        Field("customer", write_once=True, ref_filter={"is_customer": True}, help=_("Of all orders of a customer.")),
        Field("warehouse", ref_filter={"is_active": True}),
    ),
    list=("customer", "order", "warehouse"),
    search=("customer.name", "order.number", "warehouse.name"),
    default_order=("-id",),
    title_field="warehouse",
    comments=False,
    attachments=False,
)

ENTITIES = (WAREHOUSE, LOCATION, SHIP_FROM)
