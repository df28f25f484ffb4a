"""Opening stock, counts and scrap."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

STOCK = ("inventory.stock",)
PLACE = {"kind": "stock"}
NEW = _("Made when it is not there yet.")
SECOND = Field("second_quantity", unit_field="second_unit")
SECOND_UNIT = Field("second_unit", source="product.second_unit", label=_("Second unit"), read_only=True)

# What an importer fills: one row is one posted line of the day's opening adjustment.
OPENING = Entity(
    key="inventory.opening_stock",
    model="inventory.StockAdjustmentLine",
    path="opening-stock",
    label=_("Opening stock"),
    label_plural=_("Opening stock"),
    icon="package-open",
    features=STOCK,
    fields=(
        Field("product", required=True),
        Field("place", type="text", label=_("Place"), read_only=False, source="",
              help=_("Name or code of the place; empty: the warehouse's own.")),
        Field("shelf", type="text", label=_("Shelf"), read_only=False, source="", help=NEW),
        Field("bin", type="text", label=_("Bin"), read_only=False, source="", help=NEW),
        Field("location", read_only=True),
        "lot",
        Field("expires_on", type="date", label=_("Expires on"), read_only=False, source=""),
        "quantity",
        SECOND,
        Field("unit_cost", sensitive=True),
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        SECOND_UNIT,
        Field("value", read_only=True, sensitive=True),
        Field("adjustment", read_only=True),
    ),
    list=("product", "location", "lot", "quantity", "unit", "second_quantity", "unit_cost", "value", "adjustment"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "location.code"),
    default_order=("-id",),
    totals=("value",),
    title_field="product",
    subtitle_field="location",
    selector="modules.inventory.selectors.stock.opening_stock_list",
    create="modules.inventory.services.opening.opening_stock_create",
    update="modules.inventory.services.opening.opening_stock_update",
    deletable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip

LINE = Entity(
    key="inventory.adjustment_line",
    model="inventory.StockAdjustmentLine",
    path="adjustment-lines",
    icon="scale",
    features=STOCK,
    permission="inventory.adjustment",
    fields=(
        Field("adjustment", read_only=True),
        "product",
        Field("location", ref_filter=PLACE),
        "lot",
        "quantity",
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        SECOND,
        SECOND_UNIT,
        Field("book_quantity", read_only=True),
        Field("second_book", read_only=True, unit_field="second_unit"),
        Field("unit_cost", sensitive=True),
        Field("difference", read_only=True),
        Field("second_difference", read_only=True, unit_field="second_unit"),
        Field("value", read_only=True, sensitive=True),
    ),
    list=("product", "location", "lot", "quantity", "unit", "second_quantity", "book_quantity", "second_book",
          "difference", "second_difference", "unit_cost", "value"),
    default_order=("id",),
    parent_field="adjustment",
    title_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
)  # fmt: skip

ADJUSTMENT = Entity(
    key="inventory.adjustment",
    model="inventory.StockAdjustment",
    path="adjustments",
    icon="scale",
    features=STOCK,
    fields=(
        Field("number", read_only=True),
        Field("kind", write_once=True),
        Field("adjusted_on", required=False),
        "reason",
        Field("status", read_only=True),
    ),
    list=("number", "kind", "adjusted_on", "reason", "status"),
    search=("number", "reason"),
    default_order=("-number",),
    form=(Section(_("Adjustment"), ("kind", "adjusted_on", "reason")),),
    title_field="number",
    subtitle_field="kind",
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("posted", _("Posted"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    lines="inventory.adjustment_line",
    create="modules.inventory.services.adjustment.adjustment_create",
    update="modules.inventory.services.adjustment.adjustment_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "post", _("Post adjustment"), "modules.inventory.services.adjustment.adjustment_post",
            "inventory.adjustment.post", argument="adjustment", states=("draft",), bulk=True, primary=True,
            icon="check",
        ),
        Action(
            "cancel", _("Cancel"), "modules.inventory.services.adjustment.adjustment_cancel",
            "inventory.adjustment.cancel", argument="adjustment", states=("draft",), danger=True, icon="x",
        ),
    ),
    views=(
        View("draft", _("To post"), {"status": "draft"}),
        View("posted", _("Posted"), {"status": "posted"}),
        View("all", _("All")),
    ),
)  # fmt: skip

# The last entity of a model is the one its references point at.
ENTITIES = (OPENING, ADJUSTMENT, LINE)
