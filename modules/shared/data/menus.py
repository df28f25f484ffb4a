"""Menu pages of the shared data layer: Sales, purchase orders, master data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import MenuNode

TREE: tuple[MenuNode, ...] = (
    MenuNode("sales", _("Sales"), icon="shopping-cart", order=20),
    MenuNode("sales.orders", _("Orders"), "sales", icon="file-text", order=10),
    MenuNode(
        "sales.orders.sales_orders", _("Sales orders"), "sales.orders", icon="shopping-cart",
        entity="shared.sales_order", order=10,
    ),
    MenuNode(
        "sales.orders.sales_order_lines", _("Order lines"), "sales.orders", icon="list",
        entity="shared.sales_order_line", order=20,
    ),
    MenuNode(
        "sales.orders.changes", _("Order changes"), "sales.orders", icon="history",
        entity="shared.sales_order_change", order=70,
    ),
    MenuNode(
        "sales.orders.cancellation_charges", _("Cancellation charges"), "sales.orders", icon="ban",
        entity="shared.cancellation_charge", order=80,
    ),
    MenuNode("sales.prices", _("Prices"), "sales", icon="tags", order=30),
    MenuNode(
        "sales.prices.price_lists", _("Price lists"), "sales.prices", icon="tags", entity="shared.price_list", order=10
    ),
    MenuNode(
        "sales.prices.cancellation_terms", _("Cancellation terms"), "sales.prices", icon="scale",
        entity="shared.cancellation_terms", order=50,
    ),
    MenuNode(
        "sales.prices.cancellation_steps", _("Steps of cancellation terms"), "sales.prices", icon="list-ordered",
        entity="shared.cancellation_step", order=60,
    ),
    MenuNode(
        "sales.prices.change_limits", _("Order change limits"), "sales.prices", icon="shield-check",
        entity="shared.sales_change_limit", order=70,
    ),
    MenuNode("stock", _("Stock"), icon="warehouse", order=30),
    MenuNode("stock.purchasing", _("Purchasing"), "stock", order=30),
    MenuNode(
        "stock.purchasing.purchase_orders", _("Purchase orders"), "stock.purchasing", icon="truck",
        entity="shared.purchase_order", order=30,
    ),
    MenuNode(
        "stock.purchasing.order_changes", _("Order changes"), "stock.purchasing", icon="history",
        entity="shared.purchase_order_change", order=60,
    ),
    MenuNode("stock.suppliers", _("Suppliers"), "stock", order=40),
    MenuNode(
        "stock.purchasing.supplier_prices", _("Supplier prices"), "stock.suppliers", icon="hand-coins",
        entity="shared.supplier_price", order=20,
    ),
    MenuNode("stock.warehouse", _("Places and rules"), "stock", order=80),
    MenuNode(
        "stock.purchasing.limits", _("Purchase limits"), "stock.warehouse", icon="shield-check",
        entity="shared.purchase_limit", order=52,
    ),
    MenuNode(
        "stock.purchasing.tolerances", _("Purchase tolerances"), "stock.warehouse", icon="ruler",
        entity="shared.purchase_tolerance", order=54,
    ),
    MenuNode("master", _("Master data"), icon="database", order=80),
    MenuNode("master.products", _("Products"), "master", icon="package", order=10),
    MenuNode(
        "master.products.products", _("Products"), "master.products", icon="package", entity="shared.product", order=10
    ),
    MenuNode(
        "master.products.categories", _("Categories"), "master.products", icon="folder-tree",
        entity="shared.product_category", order=20,
    ),
    MenuNode("master.products.units", _("Units"), "master.products", icon="ruler", entity="shared.unit", order=30),
    MenuNode(
        "master.products.conversions", _("Unit conversions"), "master.products", icon="arrow-left-right",
        entity="shared.unit_conversion", order=40,
    ),
    MenuNode("master.parties", _("Customers and suppliers"), "master", icon="building-2", order=20),
    MenuNode(
        "master.parties.customers", _("Customers"), "master.parties", icon="building-2", entity="shared.party",
        route="/shared/parties?view=customers", order=10,
    ),
    MenuNode(
        "master.parties.suppliers", _("Suppliers"), "master.parties", icon="factory", entity="shared.party",
        route="/shared/parties?view=suppliers", order=20,
    ),
    MenuNode(
        "master.parties.contacts", _("Contacts"), "master.parties", icon="contact", entity="shared.contact", order=30
    ),
    MenuNode(
        "master.parties.duplicates", _("Possible duplicates"), "master.parties", icon="merge",
        route="/shared/duplicates", permission="shared.party.merge", order=50,
    ),
    MenuNode(
        "master.parties.merges", _("Merges"), "master.parties", icon="history", entity="shared.party_merge", order=60,
    ),
    MenuNode(
        "master.parties.addresses", _("Addresses"), "master.parties", icon="map-pin", entity="shared.address", order=40
    ),
    MenuNode("master.money", _("Money and time"), "master", icon="coins", order=30),
    MenuNode(
        "master.money.currencies", _("Currencies"), "master.money", icon="coins", entity="shared.currency", order=10
    ),
    MenuNode(
        "master.money.rates", _("Exchange rates"), "master.money", icon="trending-up", entity="shared.exchange_rate",
        order=20,
    ),
    MenuNode("master.money.taxes", _("Taxes"), "master.money", icon="percent", entity="shared.tax", order=30),
    MenuNode(
        "master.money.terms", _("Payment terms"), "master.money", icon="calendar-clock", entity="shared.payment_term",
        order=40,
    ),
    MenuNode(
        "master.money.calendars", _("Calendars"), "master.money", icon="calendar-days", entity="shared.calendar",
        order=50,
    ),
)  # fmt: skip
