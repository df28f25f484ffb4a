"""Put-away rules, picking waves, parcels."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

WMS = ("inventory.wms",)
SERVICES = "modules.inventory.services"
QUANTITY = Field("quantity", type="quantity", label=_("Quantity"))
SECOND = Field(
    "second_quantity", type="quantity", label=_("Second quantity"), unit_field="second_unit",
    help=_("May be left out where all of it goes."),
)  # fmt: skip
UNIT = Field("unit", source="product.unit", label=_("Unit"), read_only=True)

PUT_AWAY_RULE = Entity(
    key="inventory.put_away_rule",
    model="inventory.PutAwayRule",
    path="put-away-rules",
    icon="map-pin",
    features=WMS,
    fields=("product", "category", Field("place", ref_filter={"kind": "stock"}), "priority", "is_active"),
    list=("product", "category", "place", "priority", "is_active"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "place.code"),
    default_order=("priority", "id"),
    title_field="place",
    create=f"{SERVICES}.put_away.put_away_rule_create",
    update=f"{SERVICES}.put_away.put_away_rule_update",
)

WAVE = Entity(
    key="inventory.wave",
    model="inventory.Wave",
    path="waves",
    icon="route",
    features=WMS,
    fields=(
        Field("number", read_only=True),
        Field("warehouse", write_once=True),
        Field("carrier", write_once=True, ref_filter={"is_carrier": True}),
        Field("until", write_once=True),
        Field("zone", write_once=True, ref_filter={"kind": "stock"}),
        Field("chosen", type="json", label=_("Only these deliveries"), read_only=False, source=""),
        Field("deliveries", type="integer", label=_("Deliveries"), read_only=True),
        Field("stops", type="integer", label=_("Picks"), read_only=True),
        Field("stops_left", type="integer", label=_("To pick"), read_only=True),
        Field("status", read_only=True),
    ),
    list=("number", "warehouse", "carrier", "until", "deliveries", "stops", "stops_left", "status"),
    search=("number",),
    default_order=("-id",),
    form=(Section(_("Picking wave"), ("warehouse", "until", "carrier", "zone")),),
    title_field="number",
    subtitle_field="warehouse",
    state_field="status",
    states=(
        State("open", _("Picking"), "prog"), State("done", _("Picked"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    selector="modules.inventory.selectors.picking.wave_list",
    create=f"{SERVICES}.wave.wave_create",
    update=f"{SERVICES}.wave.wave_update",
    update_states=("none",),
    lines="inventory.pick",
    lines_field="picks",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "cancel", _("Give up"), f"{SERVICES}.wave.wave_cancel", "inventory.wave.cancel", argument="wave",
            states=("open", "done"), danger=True, icon="x",
        ),
    ),
    views=(View("open", _("Picking"), {"status": "open"}), View("all", _("All"))),
)  # fmt: skip

PICK = Entity(
    key="inventory.pick",
    model="inventory.Pick",
    path="picks",
    icon="list-checks",
    features=WMS,
    fields=(
        Field("wave", read_only=True), Field("delivery", read_only=True), Field("position", read_only=True),
        Field("location", read_only=True), Field("product", read_only=True), Field("lot", read_only=True),
        Field("quantity", read_only=True), Field("picked", read_only=True), Field("short", read_only=True),
        Field("left_over", type="quantity", label=_("Left"), read_only=True), UNIT,
        Field("second_unit", source="product.second_unit", label=_("Second unit"), read_only=True, hidden=True),
        Field("barcode", source="product.barcode", label=_("Barcode"), read_only=True, hidden=True),
        Field("staging", read_only=True), Field("status", read_only=True),
    ),
    list=("position", "location", "product", "lot", "quantity", "picked", "short", "unit", "delivery", "status"),
    search=("delivery.number", "product.code", "location.code"),
    default_order=("position", "id"),
    parent_field="wave",
    title_field="product",
    subtitle_field="delivery",
    state_field="status",
    states=(
        State("open", _("To pick"), "open"), State("done", _("Picked"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    selector="modules.inventory.selectors.picking.pick_list",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    actions=(
        Action(
            "pick", _("Picked"), f"{SERVICES}.picking.pick_take", "inventory.pick.pick", argument="pick",
            states=("open",), primary=True, icon="check", params=(QUANTITY, SECOND),
        ),
        Action(
            "undo", _("Put back"), f"{SERVICES}.picking.pick_undo", "inventory.pick.pick", argument="pick",
            states=("open", "done"), icon="undo-2", params=(QUANTITY,),
        ),
        Action(
            "short", _("Not there"), f"{SERVICES}.picking.pick_short", "inventory.pick.pick", argument="pick",
            states=("open",), icon="circle-x",
            params=(
                Field("then", type="choice", label=_("Then"), required=True, choices=(
                    ("back_order", _("Leave without it, the order waits")), ("elsewhere", _("Fetch it elsewhere")),
                )),
            ),
        ),
    ),
    views=(View("open", _("To pick"), {"status": "open"}), View("all", _("All"))),
)  # fmt: skip

PARCEL_LINE = Entity(
    key="inventory.parcel_line",
    model="inventory.ParcelLine",
    path="parcel-lines",
    icon="package",
    features=WMS,
    permission="inventory.parcel",
    fields=(
        Field("parcel", read_only=True),
        Field("delivery_line", required=True),
        Field("product", source="delivery_line.product", label=_("Product"), read_only=True),
        "quantity",
    ),
    list=("product", "quantity"),
    default_order=("id",),
    parent_field="parcel",
    title_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
)

PARCEL = Entity(
    key="inventory.parcel",
    model="inventory.Parcel",
    path="parcels",
    icon="package",
    features=WMS,
    fields=(
        Field("number", read_only=True),
        Field("delivery", write_once=True, ref_filter={"status": "draft", "kind": "delivery"}),
        Field("customer", source="delivery.customer", label=_("Customer"), read_only=True),
        "weight", "length", "width", "height", "tracking_number",
    ),
    list=("number", "delivery", "customer", "weight", "tracking_number"),
    search=("number", "tracking_number", "delivery.number"),
    default_order=("-id",),
    form=(
        Section(_("Parcel"), ("delivery", "weight", "length", "width", "height", "tracking_number")),
    ),
    title_field="number",
    subtitle_field="delivery",
    lines="inventory.parcel_line",
    owner_field="delivery__order__owner",
    department_field="delivery__order__department",
    create=f"{SERVICES}.packing.parcel_create",
    update=f"{SERVICES}.packing.parcel_update",
    delete=f"{SERVICES}.packing.parcel_delete",
    importable=False,
)  # fmt: skip

ENTITIES = (PUT_AWAY_RULE, WAVE, PICK, PARCEL, PARCEL_LINE)
