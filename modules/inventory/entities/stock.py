"""Stock on hand, moves, values and reservations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, State, View

STOCK = ("inventory.stock",)
REASON = Field("reason", type="text", label=_("Reason"))
SECOND_UNIT = Field("second_unit", source="product.second_unit", label=_("Second unit"), read_only=True)
# Asked for of goods in two quantities only.
SECOND = Field(
    "second_quantity", type="quantity", label=_("Second quantity"), unit_field="second_unit",
    help=_("May be left out where all of it goes."),
)  # fmt: skip
SECOND_COUNTED = Field("second_quantity", type="quantity", label=_("Counted, second unit"), unit_field="second_unit")

BALANCE = Entity(
    key="inventory.stock",
    model="inventory.StockBalance",
    path="stock",
    label=_("Stock on hand"),
    label_plural=_("Stock on hand"),
    icon="boxes",
    features=STOCK,
    fields=(
        Field("product", read_only=True),
        Field("location", read_only=True),
        Field("warehouse", source="location.warehouse", label=_("Warehouse"), read_only=True),
        Field("location_kind", source="location.kind", label=_("Kind of place"), read_only=True),
        Field("owner", source="location.party", label=_("Partner"), read_only=True),
        Field("lot", read_only=True),
        Field("on_hand", read_only=True),
        Field("reserved", read_only=True),
        Field("available", type="quantity", label=_("Available"), read_only=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("second_on_hand", label=_("2nd unit"), read_only=True, unit_field="second_unit"),
        SECOND_UNIT,
    ),
    list=("product", "warehouse", "location", "lot", "on_hand", "second_on_hand", "reserved", "available", "unit"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "location.code"),
    default_order=("product", "id"),
    totals=("on_hand", "reserved", "available"),
    title_field="product",
    subtitle_field="location",
    selector="modules.inventory.selectors.stock.stock_list",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
    actions=(
        Action(
            "transfer", _("Move"), "modules.inventory.services.transfer.stock_transfer", "inventory.stock.transfer",
            argument="stock", icon="move", primary=True,
            params=(
                Field("to_location", type="ref", ref="inventory.location", required=True, label=_("To place"),
                      ref_filter={"kind__in": "stock,quarantine,consigned"}),
                Field("quantity", type="quantity", required=True, label=_("Quantity")),
                SECOND,
                REASON,
            ),
        ),
        Action(
            "put_away", _("Put away"), "modules.inventory.services.put_away.stock_put_away", "inventory.stock.transfer",
            argument="stock", icon="package-check",
            params=(
                Field("to_location", type="ref", ref="inventory.location", ref_filter={"kind": "stock"}, required=True,
                      label=_("To place")),
                Field("quantity", type="quantity", required=True, label=_("Quantity")),
                SECOND,
            ),
        ),
        Action(
            "take-over", _("Take over"), "modules.inventory.services.consignment.custody_consume",
            "inventory.custody.consume", argument="stock", icon="package-plus", when={"location_kind": ("custody",)},
            params=(
                Field("quantity", type="quantity", required=True, label=_("Quantity")),
                Field("to_location", type="ref", ref="inventory.location", ref_filter={"kind": "stock"},
                      label=_("To place")),
            ),
        ),
        Action(
            "give-back", _("Give back to the owner"), "modules.inventory.services.consignment.custody_give_back",
            "inventory.custody.receive", argument="stock", icon="undo-2", when={"location_kind": ("custody",)},
            params=(Field("quantity", type="quantity", required=True, label=_("Quantity")), REASON),
        ),
        Action(
            "count", _("Count"), "modules.inventory.services.transfer.stock_count", "inventory.adjustment.post",
            argument="stock", icon="clipboard-check",
            params=(
                Field("quantity", type="quantity", required=True, label=_("Counted quantity")), SECOND_COUNTED, REASON,
            ),
        ),
        Action(
            "scrap", _("Scrap"), "modules.inventory.services.transfer.stock_scrap", "inventory.adjustment.post",
            argument="stock", icon="trash-2", danger=True,
            params=(Field("quantity", type="quantity", required=True, label=_("Quantity")), SECOND, REASON),
        ),
    ),
    views=(
        View("present", _("In stock"), {"on_hand__gt": "0"}),
        View("available", _("Available"), {"available__gt": "0"}),
        View("reserved", _("Locked"), {"reserved__gt": "0"}),
        View("owners", _("Consigned"), {"location_kind__in": "consigned,custody", "on_hand__gt": "0"}),
        View("subcontractors", _("At subcontractors"), {"location_kind": "subcontractor", "on_hand__gt": "0"}),
    ),
)  # fmt: skip

MOVE = Entity(
    key="inventory.stock_move",
    model="inventory.StockMove",
    path="stock-moves",
    icon="arrow-right-left",
    features=STOCK,
    fields=(
        Field("moved_at", read_only=True), Field("product", read_only=True), Field("kind", read_only=True),
        Field("from_location", read_only=True), Field("to_location", read_only=True), Field("lot", read_only=True),
        Field("quantity", read_only=True), Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("second_quantity", read_only=True, unit_field="second_unit"), SECOND_UNIT,
        Field("value", read_only=True, sensitive=True),
        Field("source_label", read_only=True), Field("source_entity", read_only=True, hidden=True),
        Field("source_id", label=_("Source record"), read_only=True, hidden=True), Field("reason", read_only=True),
        Field("sequence", read_only=True),
        Field("posted_at", read_only=True),
    ),
    list=(
        "moved_at", "product", "lot", "kind", "from_location", "to_location", "quantity", "unit", "second_quantity",
        "value", "source_label",
    ),
    search=("source_label", "lot", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("-moved_at", "-id"),
    totals=("value",),
    title_field="source_label",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

VALUE = Entity(
    key="inventory.stock_value",
    model="inventory.ProductCost",
    path="stock-values",
    label=_("Stock value"),
    label_plural=_("Stock values"),
    icon="coins",
    features=STOCK,
    fields=(
        Field("product", read_only=True), Field("quantity", read_only=True),
        Field("unit", type="text", label=_("Unit"), read_only=True, help=_("Of goods in two: the second.")),
        Field("unit_cost", type="decimal", label=_("Unit cost"), decimals=8, read_only=True, sensitive=True),
        Field("value", read_only=True, sensitive=True), Field("method", read_only=True),
    ),
    list=("product", "quantity", "unit", "unit_cost", "value", "method"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("-value", "id"),
    totals=("value",),
    title_field="product",
    selector="modules.inventory.selectors.stock.stock_values",
    views=(View("present", _("In stock"), {"quantity__gt": "0"}), View("all", _("All"))),
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

RESERVATION = Entity(
    key="inventory.reservation",
    model="inventory.Reservation",
    path="reservations",
    icon="lock",
    features=STOCK,
    fields=(
        Field("product", read_only=True), Field("location", read_only=True), Field("lot", read_only=True),
        Field("quantity", read_only=True), Field("fulfilled", read_only=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("is_hard", read_only=True), Field("until", read_only=True),
        Field("head_label", read_only=True),
        Field("head_entity", label=_("Document kind"), read_only=True, hidden=True),
        Field("head_id", label=_("Document record"), read_only=True, hidden=True),
        Field("needed_on", read_only=True), Field("state", read_only=True),
    ),
    list=("head_label", "product", "location", "quantity", "unit", "is_hard", "until", "needed_on", "state"),
    search=("head_label", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("-id",),
    title_field="head_label",
    subtitle_field="product",
    state_field="state",
    states=(
        State("active", _("Locked"), "open"),
        State("fulfilled", _("Fulfilled"), "done"),
        State("released", _("Released"), "off"),
    ),
    writable=False,
    importable=False,
    custom_fields=False,
    actions=(
        Action(
            "release", _("Release"), "modules.inventory.services.hand_locks.reservation_release",
            "inventory.reservation.release", argument="reservation", states=("active",), bulk=True, icon="lock-open",
            params=(REASON,),
        ),
    ),
    views=(
        View("active", _("Locked"), {"state": "active"}),
        View("holds", _("Holds with an end"), {"state": "active", "until__isnull": "false"}, ("until",)),
        View("all", _("All")),
    ),
)  # fmt: skip

CLAIM = Entity(
    key="inventory.supply_claim",
    model="inventory.SupplyClaim",
    path="supply-claims",
    icon="calendar-check",
    features=STOCK,
    fields=(
        Field("head_label", read_only=True), Field("product", read_only=True),
        Field("supply_label", read_only=True), Field("supply_entity", read_only=True, hidden=True),
        Field("supply_id", label=_("Supply record"), read_only=True, hidden=True),
        Field("quantity", read_only=True), Field("fulfilled", read_only=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("is_hard", read_only=True), Field("needed_on", read_only=True), Field("state", read_only=True),
    ),
    list=("head_label", "product", "supply_label", "quantity", "unit", "fulfilled", "needed_on", "state"),
    search=("head_label", "supply_label", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("-id",),
    title_field="head_label",
    subtitle_field="product",
    state_field="state",
    states=(
        State("active", _("Claimed"), "open"),
        State("fulfilled", _("Has come"), "done"),
        State("released", _("Released"), "off"),
    ),
    writable=False,
    importable=False,
    custom_fields=False,
    actions=(
        Action(
            "release", _("Release"), "modules.inventory.services.supply_claims.claim_release",
            "inventory.reservation.release", argument="claim", states=("active",), bulk=True, icon="lock-open",
            params=(REASON,),
        ),
    ),
    views=(
        View("active", _("Claimed"), {"state": "active"}),
        View("all", _("All")),
    ),
)  # fmt: skip

RESERVATION_CHANGE = Entity(
    key="inventory.reservation_change",
    model="inventory.ReservationChange",
    path="reservation-changes",
    icon="history",
    features=STOCK,
    fields=(
        Field("posted_at", read_only=True), Field("posted_by", read_only=True), Field("kind", read_only=True),
        Field("product", read_only=True), Field("quantity", read_only=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        Field("from_label", read_only=True), Field("to_label", read_only=True),
        Field("supply_label", read_only=True), Field("reason", read_only=True),
    ),
    list=("posted_at", "posted_by", "kind", "product", "quantity", "from_label", "to_label", "supply_label", "reason"),
    search=("from_label", "to_label", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("-id",),
    title_field="kind",
    subtitle_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

ENTITIES = (BALANCE, MOVE, VALUE, RESERVATION, CLAIM, RESERVATION_CHANGE)
