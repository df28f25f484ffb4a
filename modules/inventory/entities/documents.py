"""Receipts and deliveries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

STOCK = ("inventory.stock",)
BUYING = ("inventory.purchasing",)
PLACE = {"kind": "stock"}
# Of goods in two quantities; elsewhere the column stays away.
SECOND = Field("second_quantity", unit_field="second_unit")
SECOND_UNIT = Field("second_unit", source="product.second_unit", label=_("Second unit"), read_only=True)
SECONDS = Field(
    "seconds", type="json", label=_("Second quantities"),
    help=_("Line id → second quantity; may be left out where all comes or goes back."),
)  # fmt: skip

RECEIPT_LINE = Entity(
    key="inventory.receipt_line",
    model="inventory.ReceiptLine",
    path="receipt-lines",
    icon="package-plus",
    features=BUYING,
    permission="inventory.receipt",
    fields=(
        Field("receipt", read_only=True),
        Field("order_line", type="ref", ref="shared.purchase_order_line", required=True),
        Field("product", read_only=True),
        "quantity",
        "rejected",
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        SECOND,
        SECOND_UNIT,
        Field("location", ref_filter=PLACE),
        "lots",
        "expires_on",
        "supplier_lot",
        "made_on",
        Field("value", read_only=True, sensitive=True),
    ),
    list=(
        "product",
        "quantity",
        "rejected",
        "unit",
        "second_quantity",
        "location",
        "lots",
        "expires_on",
        "supplier_lot",
        "value",
    ),
    default_order=("id",),
    parent_field="receipt",
    title_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
)

RECEIPT = Entity(
    key="inventory.receipt",
    model="inventory.Receipt",
    path="receipts",
    icon="package-plus",
    features=BUYING,
    fields=(
        Field("number", read_only=True),
        Field("kind", read_only=True),
        Field("order", ref="shared.purchase_order", write_once=True,
              ref_filter={"status__in": "confirmed,part_received", "is_migrated": False}),
        Field("supplier", read_only=True),
        Field("location", ref_filter=PLACE, required=False, help=_("Empty: the warehouse's place for receipts.")),
        Field("from_place", read_only=True),
        Field("received_on", required=False),
        "supplier_reference",
        Field("status", read_only=True),
        Field("original", read_only=True),
        "note",
    ),
    list=("number", "order", "supplier", "received_on", "location", "kind", "status"),
    search=("number", "supplier.name", "supplier_reference", "order.number"),
    default_order=("-number",),
    form=(
        Section(_("Receipt"), ("order", "received_on", "location", "supplier_reference", "note")),
    ),
    title_field="number",
    subtitle_field="supplier",
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("posted", _("Posted"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    lines="inventory.receipt_line",
    owner_field="order__owner",
    department_field="order__department",
    create="modules.inventory.services.receipt.receipt_create",
    update="modules.inventory.services.receipt.receipt_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "post", _("Post receipt"), "modules.inventory.services.receipt.receipt_post", "inventory.receipt.post",
            argument="receipt", states=("draft",), bulk=True, primary=True, icon="check",
        ),
        Action(
            "return", _("Return to supplier"), "modules.inventory.services.receipt_return.receipt_return",
            "inventory.receipt.return", argument="receipt", states=("posted",), icon="undo-2",
            when={"kind": ("receipt",)},
            params=(
                Field("lines", type="json", label=_("Lines"), help=_("Receipt line id → quantity; empty: everything.")),
                Field("lots", type="json", label=_("Lots"), help=_("Line id → lots or serial numbers.")),
                SECONDS,
                Field("on", type="date", label=_("Date")),
            ),
        ),
        Action(
            "cancel", _("Cancel"), "modules.inventory.services.receipt.receipt_cancel", "inventory.receipt.cancel",
            argument="receipt", states=("draft",), danger=True, icon="x",
        ),
    ),
    views=(
        View("draft", _("To post"), {"status": "draft"}),
        View("posted", _("Posted"), {"status": "posted"}),
        View("all", _("All")),
    ),
)  # fmt: skip

DELIVERY_LINE = Entity(
    key="inventory.delivery_line",
    model="inventory.DeliveryLine",
    path="delivery-lines",
    icon="package-minus",
    features=STOCK,
    permission="inventory.delivery",
    fields=(
        Field("delivery", read_only=True),
        Field("order_line", type="ref", ref="shared.sales_order_line", required=True),
        Field("product", read_only=True),
        Field("barcode", source="product.barcode", label=_("Barcode"), read_only=True, hidden=True),
        "quantity",
        Field("unit", source="product.unit", label=_("Unit"), read_only=True),
        SECOND,
        SECOND_UNIT,
        "lots",
        "lot_reason",
        Field("value", label=_("Cost"), read_only=True, sensitive=True),
    ),
    list=("product", "quantity", "unit", "second_quantity", "lots", "lot_reason", "value"),
    default_order=("id",),
    parent_field="delivery",
    title_field="product",
    writable=False,
    importable=False,
    custom_fields=False,
    actions=(
        Action(
            "weigh", _("Weigh"), "modules.inventory.services.delivery_weighing.delivery_line_weigh",
            "inventory.delivery.update", argument="line", icon="scale",
            params=(
                Field("second_quantity", type="quantity", required=True, label=_("Second quantity"),
                      unit_field="second_unit"),
            ),
        ),
    ),
)  # fmt: skip

DELIVERY = Entity(
    key="inventory.delivery",
    model="inventory.Delivery",
    path="deliveries",
    icon="truck",
    features=STOCK,
    fields=(
        Field("number", read_only=True),
        Field("kind", read_only=True),
        Field("order", ref="shared.sales_order", write_once=True,
              ref_filter={"status__in": "confirmed,part_delivered", "is_migrated": False}),
        Field("customer", read_only=True),
        "warehouse",
        Field("consigned_place", ref_filter={"kind": "consigned"}),
        Field("location", read_only=True),
        Field("shipped_on", required=False),
        Field("carrier", ref_filter={"is_carrier": True}),
        "tracking_number",
        Field("work", read_only=True),
        Field("status", read_only=True),
        Field("original", read_only=True),
        "note",
    ),
    list=("number", "order", "customer", "shipped_on", "carrier", "kind", "work", "status"),
    search=("number", "customer.name", "tracking_number", "order.number"),
    default_order=("-number",),
    form=(
        Section(
            _("Delivery"),
            ("order", "shipped_on", "warehouse", "consigned_place", "carrier", "tracking_number", "note"),
        ),
    ),
    title_field="number",
    subtitle_field="customer",
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("posted", _("Shipped"), "done"),
        State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    lines="inventory.delivery_line",
    owner_field="order__owner",
    department_field="order__department",
    create="modules.inventory.services.delivery.delivery_create",
    update="modules.inventory.services.delivery.delivery_update",
    deletable=False,
    importable=False,
    actions=(
        Action(
            "post", _("Ship"), "modules.inventory.services.delivery.delivery_post", "inventory.delivery.post",
            argument="delivery", states=("draft",), bulk=True, primary=True, icon="truck",
        ),
        Action(
            "return", _("Take back"), "modules.inventory.services.delivery_return.delivery_return",
            "inventory.delivery.return", argument="delivery", states=("posted",), icon="undo-2",
            when={"kind": ("delivery",)},
            params=(
                Field("lines", type="json", label=_("Lines"),
                      help=_("Delivery line id → quantity; empty: everything.")),
                Field("lots", type="json", label=_("Lots"), help=_("Line id → lots or serial numbers.")),
                SECONDS,
                Field("location", type="ref", ref="inventory.location", ref_filter=PLACE, label=_("Place")),
                Field("on", type="date", label=_("Date")),
            ),
        ),
        Action(
            "cancel", _("Cancel"), "modules.inventory.services.delivery.delivery_cancel", "inventory.delivery.cancel",
            argument="delivery", states=("draft",), danger=True, icon="x",
        ),
    ),
    views=(
        View("draft", _("To ship"), {"status": "draft"}),
        View("posted", _("Shipped"), {"status": "posted"}),
        View("all", _("All")),
    ),
)  # fmt: skip

ENTITIES = (RECEIPT, RECEIPT_LINE, DELIVERY, DELIVERY_LINE)
