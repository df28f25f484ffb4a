"""What stock is worth and why: layers, value changes, landed costs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

STOCK = ("inventory.stock",)
BUYING = ("inventory.purchasing",)

LAYER = Entity(
    key="inventory.stock_layer",
    model="inventory.StockLayer",
    path="stock-layers",
    icon="layers",
    features=STOCK,
    fields=(
        Field("product", read_only=True), Field("lot", read_only=True), Field("received_at", read_only=True),
        Field("age", type="integer", label=_("Age (days)"), read_only=True),
        Field("quantity", read_only=True), Field("remaining", read_only=True),
        Field("unit", type="text", label=_("Unit"), read_only=True, help=_("Of goods in two: the second.")),
        Field("value", read_only=True, sensitive=True),
        Field("left_value", type="decimal", label=_("Worth now"), decimals=4, read_only=True, sensitive=True),
        Field("document", type="text", source="move.source_label", label=_("Document"), read_only=True),
    ),
    list=("product", "lot", "received_at", "age", "quantity", "remaining", "unit", "value", "left_value", "document"),
    search=("product.code", "product.name", "product.name_zh", "product.barcode", "lot"),
    default_order=("received_at", "id"),
    totals=("left_value",),
    title_field="product",
    subtitle_field="received_at",
    selector="modules.inventory.selectors.valuation.layer_list",
    views=(
        View("open", _("In stock"), {"remaining__gt": "0"}), View("short", _("Owed"), {"remaining__lt": "0"}),
        View("all", _("All")),
    ),
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

CHANGE = Entity(
    key="inventory.stock_value_change",
    model="inventory.StockValueChange",
    path="stock-value-changes",
    icon="trending-up",
    features=STOCK,
    fields=(
        Field("changed_at", read_only=True), Field("product", read_only=True), Field("kind", read_only=True),
        Field("amount", read_only=True, sensitive=True), Field("before", read_only=True, sensitive=True),
        Field("after", read_only=True, sensitive=True), Field("layer", read_only=True), Field("move", read_only=True),
        Field("source_label", read_only=True), Field("source_entity", read_only=True, hidden=True),
        Field("source_id", label=_("Source record"), read_only=True, hidden=True),
        Field("posted_at", read_only=True),
    ),
    list=("changed_at", "product", "kind", "amount", "before", "after", "source_label"),
    search=("source_label", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("-changed_at", "-id"),
    totals=("amount",),
    title_field="source_label",
    subtitle_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
    history=False,
)  # fmt: skip

LANDED_LINE = Entity(
    key="inventory.landed_cost_line",
    model="inventory.LandedCostLine",
    path="landed-cost-lines",
    icon="ship",
    features=BUYING,
    permission="inventory.landed_cost",
    fields=(
        Field("landed_cost", read_only=True),
        Field("receipt_line", type="ref", ref="inventory.receipt_line", required=True),
        Field("product", source="receipt_line.product", label=_("Product"), read_only=True),
        Field("quantity", source="receipt_line.quantity", label=_("Received"), read_only=True),
        Field("amount", read_only=True, sensitive=True), Field("in_stock", read_only=True, sensitive=True),
        Field("gone", read_only=True, sensitive=True),
    ),
    list=("receipt_line", "product", "quantity", "amount", "in_stock", "gone"),
    default_order=("id",),
    parent_field="landed_cost",
    title_field="receipt_line",
    writable=False,
    importable=False,
    custom_fields=False,
)  # fmt: skip

LANDED = Entity(
    key="inventory.landed_cost",
    model="inventory.LandedCost",
    path="landed-costs",
    icon="ship",
    features=BUYING,
    fields=(
        Field("number", read_only=True),
        "kind",
        "method",
        Field("amount", sensitive=True),
        Field("costed_on", required=False),
        Field("receipt", ref_filter={"status": "posted", "kind": "receipt"}),
        Field("supplier", ref_filter={"is_supplier": True}),
        "reference",
        Field("status", read_only=True),
        "note",
    ),
    list=("number", "kind", "amount", "costed_on", "receipt", "supplier", "reference", "status"),
    search=("number", "reference", "receipt.number", "supplier.name"),
    default_order=("-number",),
    form=(
        Section(
            _("Landed cost"), ("kind", "amount", "method", "receipt", "costed_on", "supplier", "reference", "note")
        ),
    ),
    title_field="number",
    subtitle_field="kind",
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("posted", _("Posted"), "done"),
        State("reversed", _("Taken back"), "off"), State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    lines="inventory.landed_cost_line",
    create="modules.inventory.services.landed_cost.landed_cost_create",
    update="modules.inventory.services.landed_cost.landed_cost_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "post", _("Spread and post"), "modules.inventory.services.landed_cost.landed_cost_post",
            "inventory.landed_cost.post", argument="landed", states=("draft",), primary=True, icon="check",
        ),
        Action(
            "reverse", _("Take back"), "modules.inventory.services.landed_cost.landed_cost_reverse",
            "inventory.landed_cost.reverse", argument="landed", states=("posted",), danger=True, icon="undo-2",
        ),
        Action(
            "cancel", _("Cancel"), "modules.inventory.services.landed_cost.landed_cost_cancel",
            "inventory.landed_cost.cancel", argument="landed", states=("draft",), danger=True, icon="x",
        ),
    ),
    views=(
        View("draft", _("To post"), {"status": "draft"}),
        View("posted", _("Posted"), {"status": "posted"}),
        View("all", _("All")),
    ),
)  # fmt: skip

ENTITIES = (LAYER, CHANGE, LANDED, LANDED_LINE)
