"""Blanket orders and their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, State, View

BUYING = ("inventory.purchasing",)
SERVICES = "modules.inventory.services.blankets"

BLANKET_ORDER = Entity(
    key="inventory.blanket_order",
    model="inventory.BlanketOrder",
    path="blanket-orders",
    icon="calendar-range",
    features=BUYING,
    fields=(
        Field("number", read_only=True),
        Field("supplier", ref_filter={"is_supplier": True}),
        "reference",
        Field("status", read_only=True),
        Field("currency", required=False, help=_("Left empty, the supplier's.")),
        Field("valid_from", required=False, help=_("Left empty, today.")),
        "valid_until",
        Field("amount", currency_field="currency", help=_("All call-offs together, net.")),
        "payment_term",
        Field(
            "call_ahead_days",
            help=_("What is scheduled becomes a draft order so many days before. Left empty, by hand."),
        ),
        "note",
        "owner",
        "department",
    ),
    list=("number", "supplier", "status", "valid_from", "valid_until", "amount", "currency", "owner"),
    search=("number", "supplier.name", "reference"),
    default_order=("-id",),
    form=(
        Section(_("Agreement"), ("supplier", "reference", "valid_from", "valid_until")),
        Section(_("Terms"), ("currency", "amount", "payment_term", "call_ahead_days")),
        Section(_("Responsible"), ("owner", "department", "note")),
    ),
    title_field="number",
    subtitle_field="supplier",
    key_fields=("number",),
    state_field="status",
    states=(
        State("draft", _("Draft"), "draft"), State("active", _("In force"), "open"),
        State("closed", _("Closed"), "done"), State("cancelled", _("Cancelled"), "off"),
    ),
    update_states=("draft",),
    delete_states=("draft",),
    lines="inventory.blanket_line",
    owner_field="owner",
    department_field="department",
    create=f"{SERVICES}.blanket_order_create",
    update=f"{SERVICES}.blanket_order_update",
    delete=f"{SERVICES}.blanket_order_delete",
    importable=False,
    actions=(
        Action(
            "activate", _("Put in force"), f"{SERVICES}.blanket_order_activate", "inventory.blanket_order.update",
            argument="blanket", states=("draft",), primary=True, icon="check",
        ),
        Action(
            "close", _("Close"), f"{SERVICES}.blanket_order_close", "inventory.blanket_order.update",
            argument="blanket", states=("draft", "active"), icon="archive",
        ),
    ),
    views=(
        View("active", _("In force"), {"status": "active"}, ("valid_until", "id")),
        View("all", _("All")),
    ),
)  # fmt: skip
BLANKET_LINE = Entity(
    key="inventory.blanket_line",
    model="inventory.BlanketLine",
    path="blanket-lines",
    icon="list",
    features=BUYING,
    permission="inventory.blanket_order",
    parent_field="blanket",
    fields=(
        Field("blanket", read_only=True),
        "position",
        Field("product", ref_filter={"is_active": True, "is_purchasable": True}),
        Field("unit", required=False),
        "quantity",
        Field("base_quantity", read_only=True),
        Field("unit_price", required=False, sensitive=True, help=_("Left empty, what the supplier asks.")),
        Field("second_unit", source="product__second_unit", label=_("Second unit"), read_only=True),
        Field("priced_by_second", read_only=True),
    ),
    list=("product", "quantity", "unit", "unit_price", "priced_by_second"),
    search=("blanket.number", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("position", "id"),
    title_field="product",
    owner_field="blanket__owner",
    department_field="blanket__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)
BLANKET_DELIVERY = Entity(
    key="inventory.blanket_delivery",
    model="inventory.BlanketDelivery",
    path="blanket-deliveries",
    icon="calendar-days",
    features=BUYING,
    permission="inventory.blanket_order",
    fields=(
        Field("blanket", type="ref", ref="inventory.blanket_order", source="line__blanket", label=_("Blanket order"),
              read_only=True),
        Field("supplier", source="line__blanket__supplier", label=_("Supplier"), read_only=True),
        Field("product", source="line__product", label=_("Product"), read_only=True),
        "due_on", "quantity",
        Field("unit", source="line__unit", label=_("Unit"), read_only=True),
        "base_quantity",
        "order_line",
        Field("order", source="order_line__order", label=_("Purchase order"), read_only=True),
    ),
    list=("due_on", "product", "quantity", "unit", "supplier", "blanket", "order"),
    search=("line__blanket.number", "line__product.code"),
    default_order=("due_on", "id"),
    title_field="blanket",
    subtitle_field="product",
    views=(
        View("open", _("To call off"), {"order_line__isnull": "true"}, ("due_on", "id")),
        View("all", _("All")),
    ),
    owner_field="line__blanket__owner",
    department_field="line__blanket__department",
    writable=False,
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip
ALL = (BLANKET_ORDER, BLANKET_LINE, BLANKET_DELIVERY)
