"""Permissions of the shared data layer, and the shipped roles that hold them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.crud import crud
from tenon.registry.types import Permission

EVERYBODY = ("sales", "sales_manager", "buyer", "warehouse", "planner", "shop_floor", "accountant", "viewer")
CATALOGUE = ("planner", "buyer", "sales_manager")
OFFICE = ("sales", "sales_manager", "buyer", "warehouse", "planner", "accountant", "viewer")

ALL: tuple[Permission, ...] = (
    *crud("shared.unit", _("Units"), view=EVERYBODY, edit=("planner",)),
    *crud("shared.unit_conversion", _("Unit conversions"), view=EVERYBODY, edit=("planner",)),
    *crud("shared.currency", _("Currencies"), view=EVERYBODY, edit=("accountant",)),
    *crud("shared.exchange_rate", _("Exchange rates"), view=OFFICE, edit=("accountant",)),
    *crud("shared.calendar", _("Calendars"), view=EVERYBODY, edit=("planner",)),
    *crud("shared.calendar_day", _("Calendar days"), view=EVERYBODY, edit=("planner",)),
    *crud("shared.tax", _("Taxes"), view=OFFICE, edit=("accountant",)),
    *crud("shared.payment_term", _("Payment terms"), view=OFFICE, edit=("accountant",)),
    *crud("shared.product_category", _("Product categories"), view=EVERYBODY, edit=CATALOGUE),
    *crud("shared.product", _("Products"), view=EVERYBODY, edit=CATALOGUE),
    *crud("shared.party", _("Customers and suppliers"), view=OFFICE, edit=("sales", "sales_manager", "buyer")),
    Permission("shared.party.merge", _("Merge customers and suppliers"), (), ("sales_manager",)),
    *crud("shared.contact", _("Contacts"), view=OFFICE, edit=("sales", "sales_manager", "buyer")),
    *crud("shared.price_list", _("Price lists"), view=OFFICE, edit=("sales_manager",)),
    *crud("shared.supplier_price", _("Supplier prices"), view=("planner", "accountant"), edit=("buyer",)),
    *crud(
        "shared.sales_order", _("Sales orders"),
        view=("warehouse", "planner", "accountant", "viewer"), edit=("sales", "sales_manager"),
    ),
    Permission("shared.sales_order.confirm", _("Confirm sales orders"), (), ("sales", "sales_manager")),
    Permission("shared.sales_order.change", _("Change confirmed sales orders"), (), ("sales", "sales_manager")),
    Permission("shared.sales_order.approve_change", _("Approve changes of sales orders"), (), ("sales_manager",)),
    Permission("shared.sales_order.cancel", _("Cancel sales orders"), (), ("sales_manager",)),
    Permission("shared.sales_order.close", _("Close sales orders"), (), ("sales_manager",)),
    Permission("shared.sales_order.reopen", _("Open closed sales orders again"), (), ("sales_manager",)),
    Permission("shared.sales_order.migrate", _("Bring sales orders over as history"), (), ()),
    *crud(
        "shared.purchase_order", _("Purchase orders"),
        view=("warehouse", "planner", "accountant", "viewer"), edit=("buyer",),
    ),
    Permission("shared.purchase_order.confirm", _("Confirm purchase orders"), (), ("buyer",)),
    Permission("shared.purchase_order.change", _("Change confirmed purchase orders"), (), ("buyer",)),
    Permission("shared.purchase_order.approve", _("Approve purchase orders"), (), ("purchasing_manager",)),
    Permission("shared.purchase_order.cancel", _("Cancel purchase orders"), (), ("buyer",)),
    Permission("shared.purchase_order.close", _("Close purchase orders"), (), ("buyer",)),
    Permission("shared.purchase_order.migrate", _("Bring purchase orders over as history"), (), ()),
    *crud(
        "shared.cancellation_terms", _("Cancellation terms"), view=("sales", "accountant"), edit=("sales_manager",),
    ),
    Permission(
        "shared.cancellation_charge.view", _("Cancellation charges"), (),
        ("sales", "sales_manager", "buyer", "accountant", "viewer"),
    ),
    Permission("shared.cancellation_charge.waive", _("Waive cancellation charges"), (), ("sales_manager",)),
    *crud("shared.sales_change_limit", _("Order change limits"), view=("sales", "sales_manager", "accountant")),
    *crud("shared.purchase_limit", _("Purchase limits"), view=("buyer", "accountant")),
    *crud("shared.purchase_tolerance", _("Purchase tolerances"), view=("buyer", "warehouse"), edit=("accountant",)),
)  # fmt: skip
