"""Sales orders and their lines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.contracts.stock import StockReservation
from tenon.registry.types import Action, Entity, Field, Section, State, View

PRICES = (("list", _("From the price lists")), ("rate", _("By the exchange rate")), ("keep", _("The numbers stay")))
SERVICES = "modules.shared.data.services"
OPEN = "confirmed,part_delivered"
STATES = (
    State("draft", _("Draft"), "draft"),
    State("confirmed", _("Confirmed"), "open"),
    State("part_delivered", _("Partly delivered"), "prog"),
    State("delivered", _("Delivered"), "done"),
    State("closed", _("Closed"), "done"),
    State("cancelled", _("Cancelled"), "off"),
)
REASON = Field("reason", type="text", label=_("Reason"))
SALES_ORDER = Entity(
    key="shared.sales_order",
    model="data.SalesOrder",
    path="sales-orders",
    icon="shopping-cart",
    fields=(
        Field("number", required=False, write_once=True, help=_("Left empty, the next number is taken.")),
        Field("customer", ref_filter={"is_customer": True}),
        "contact",
        "customer_reference",
        Field("status", read_only=True, required=False),
        Field("invoice_status", read_only=True, required=False),
        Field("ordered_on", required=False, help=_("Left empty, today.")),
        "requested_on",
        Field("priority", required=False),
        "promised_on",
        Field("delivered_on", read_only=True),
        Field("delivered_before", type="date", label=_("Delivered on (history)"), write_once=True),
        Field("former_status", write_once=True),
        "is_migrated",
        Field("currency", required=False, help=_("Left empty, the customer's.")),
        Field("exchange_rate", required=False),
        Field(
            "prices", type="choice", choices=PRICES, required=False, label=_("Prices in another currency"),
            help=_("When the currency of a draft changes: what becomes of its prices."),
        ),
        "payment_term",
        "price_list",
        Field("cancellation_terms", ref_filter={"is_active": True}),
        "tax_rounding",
        Field("subtotal", read_only=True),
        Field("tax_amount", read_only=True),
        "freight",
        Field("total", read_only=True),
        Field("tax_lines", read_only=True, hidden=True),
        "note",
        "owner",
        "department",
        Field("quote_ref", read_only=True),
        Field("confirmed_at", read_only=True),
    ),
    list=("number", "customer", "status", "ordered_on", "requested_on", "promised_on", "total", "currency", "owner"),
    search=("number", "customer.name", "customer_reference"),
    default_order=("-ordered_on", "-id"),
    totals=("subtotal", "total"),
    title_field="number",
    subtitle_field="customer",
    key_fields=("number",),
    form=(
        Section(_("Order"), ("customer", "contact", "customer_reference", "ordered_on", "requested_on", "priority")),
        Section(
            _("Terms"),
            ("currency", "exchange_rate", "price_list", "payment_term", "tax_rounding", "freight",
             "cancellation_terms"),
        ),
        Section(_("Responsible"), ("owner", "department", "note")),
    ),
    state_field="status",
    states=STATES,
    update_states=("draft", "confirmed", "part_delivered", "delivered"),
    delete_states=("draft",),
    actions=(
        Action(
            "confirm", _("Confirm order"), f"{SERVICES}.sales_order_confirm", "shared.sales_order.confirm",
            argument="order", states=("draft",), bulk=True, primary=True, icon="check",
        ),
        Action(
            "confirm-in-full", _("Confirm if all is in stock"), f"{SERVICES}.sales_order_confirm_in_full",
            "shared.sales_order.confirm", argument="order", states=("draft",), bulk=True, icon="lock",
        ),
        Action(
            "reserve", _("Lock stock"), f"{SERVICES}.sales_order_reserve", "shared.sales_order.confirm",
            argument="order", states=("confirmed", "part_delivered"), needs=StockReservation, bulk=True, icon="lock",
        ),
        Action(
            "close", _("Close order"), f"{SERVICES}.sales_order_close", "shared.sales_order.close", argument="order",
            states=("confirmed", "part_delivered", "delivered"), bulk=True, icon="archive",
            params=(
                REASON,
                Field("charge_customer", "boolean", _("Charge the customer for what is not delivered, as agreed")),
            ),
        ),
        Action(
            "reopen", pgettext_lazy("sales order", "Open again"), f"{SERVICES}.sales_order_reopen",
            "shared.sales_order.reopen", argument="order", states=("closed",), params=(REASON,), icon="rotate-ccw",
        ),
        Action(
            "cancel", _("Cancel order"), f"{SERVICES}.sales_order_cancel", "shared.sales_order.cancel",
            argument="order", states=("draft", "confirmed"), danger=True, icon="ban",
            params=(REASON, Field("waive_reason", "text", _("Why the charge agreed is waived"))),
        ),
    ),
    views=(
        View("open", _("Open"), {"status__in": f"draft,{OPEN}"}),
        View("mine", _("Mine"), {"owner": "me", "status__in": f"draft,{OPEN}"}),
        View("late", _("Late"), {"status__in": OPEN, "promised_on__lt": "today"}, ("promised_on",)),
        View(
            "to_invoice", _("To invoice"),
            {"status__in": "part_delivered,delivered", "invoice_status__in": "none,part"},
        ),
        View("all", _("All")),
    ),
    lines="shared.sales_order_line",
    create=f"{SERVICES}.sales_order_create",
    update=f"{SERVICES}.sales_order_edit",
    delete=f"{SERVICES}.sales_order_delete",
    owner_field="owner",
    department_field="department",
)  # fmt: skip
SALES_ORDER_LINE = Entity(
    key="shared.sales_order_line",
    model="data.SalesOrderLine",
    path="sales-order-lines",
    icon="list",
    permission="shared.sales_order",
    parent_field="order",
    fields=(
        Field("order", write_once=True),
        "position",
        Field("product", ref_filter={"is_active": True, "is_saleable": True}),
        Field("product_kind", source="product__kind", label=_("Goods or service"), read_only=True, hidden=True),
        "description",
        "quantity",
        Field("unit", required=False),
        "base_quantity",
        Field("unit_price", required=False, help=_("Left empty, from the price list.")),
        "discount",
        Field(
            "discount_fraction", type="decimal", label=_("Discount as a fraction (0.1 = 10 %)"), write_once=True,
        ),
        Field("tax", label=_("Tax")),
        "tax_rate",
        "subtotal",
        "tax_amount",
        "total",
        "requested_on",
        "promised_on",
        Field("expected_on", read_only=True),
        "reserved",
        "delivered",
        "invoiced",
        "returned",
        "cancelled",
        Field("customer", source="order__customer", label=_("Customer"), read_only=True),
        Field("status", source="order__status", label=_("Status"), read_only=True),
    ),
    list=("product", "description", "quantity", "unit", "unit_price", "discount", "tax", "total", "requested_on",
          "promised_on", "reserved", "delivered"),
    search=("order.number", "product.code", "product.name", "product.name_zh", "product.barcode"),
    default_order=("position", "id"),
    totals=("subtotal", "total"),
    title_field="order",
    subtitle_field="product",
    form=(Section(_("Line"), ("order", "product", "description", "quantity", "unit", "unit_price", "discount", "tax",
                              "requested_on")),),
    create=f"{SERVICES}.sales_order_line_create",
    owner_field="order__owner",
    department_field="order__department",
    comments=False,
    attachments=False,
)  # fmt: skip
ALL = (SALES_ORDER, SALES_ORDER_LINE)
