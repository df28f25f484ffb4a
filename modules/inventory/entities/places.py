"""Warehouses and places."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Entity, Field, View

STOCK = ("inventory.stock",)

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
        Field("parent", ref_filter={"kind": "stock"}),
        "pick_order",
        "allows_negative",
        "is_active",
    ),
    list=("code", "name", "kind", "warehouse", "pick_order", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    key_fields=("code",),
    title_field="code",
    subtitle_field="warehouse",
    create="modules.inventory.services.place.location_create",
    update="modules.inventory.services.place.location_update",
    views=(
        View("stock", _("Stock places"), {"kind": "stock"}),
        View("outside", _("Outside"), {"kind__in": "supplier,customer,production,scrap,inventory,subcontractor"}),
    ),
)

ENTITIES = (WAREHOUSE, LOCATION)
