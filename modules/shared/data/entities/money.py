"""Currencies, exchange rates, taxes, payment terms, prices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Entity, Field, Section, View

SUPPLIERS = {"is_supplier": True}
CURRENCY = Entity(
    key="shared.currency",
    model="data.Currency",
    path="currencies",
    icon="coins",
    fields=("code", "name", "decimals", "is_active"),
    list=("code", "name", "decimals", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    title_field="code",
    subtitle_field="name",
    key_fields=("code",),
    form=(Section(_("Currency"), ("code", "name", "decimals", "is_active")),),
)
EXCHANGE_RATE = Entity(
    key="shared.exchange_rate",
    model="data.ExchangeRate",
    path="exchange-rates",
    icon="trending-up",
    fields=(
        "currency",
        "day",
        Field("rate", label=_("Exchange rate"), help=_("What one unit of the currency is worth in the company's own.")),
    ),
    list=("currency", "day", "rate"),
    search=("currency.code",),
    default_order=("-day", "id"),
    title_field="currency",
    subtitle_field="day",
    form=(Section(_("Exchange rate"), ("currency", "day", "rate")),),
    comments=False,
    attachments=False,
)
TAX = Entity(
    key="shared.tax",
    model="data.Tax",
    path="taxes",
    label=_("Tax"),
    label_plural=_("Taxes"),
    icon="percent",
    fields=("code", "name", "rate", "included", "is_active"),
    list=("code", "name", "rate", "included", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    title_field="name",
    subtitle_field="code",
    key_fields=("code",),
    form=(Section(_("Tax"), ("code", "name", "rate", "included", "is_active")),),
)
PAYMENT_TERM = Entity(
    key="shared.payment_term",
    model="data.PaymentTerm",
    path="payment-terms",
    icon="calendar-clock",
    fields=("code", "name", "days", "lines", "is_active"),
    list=("code", "name", "days", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    title_field="name",
    subtitle_field="code",
    key_fields=("code",),
    form=(Section(_("Payment term"), ("code", "name", "days", "is_active")),),
    create="modules.shared.data.services.payment_terms.payment_term_create",
    update="modules.shared.data.services.payment_terms.payment_term_update",
)
PRICE_LIST = Entity(
    key="shared.price_list",
    model="data.PriceList",
    path="price-lists",
    icon="tags",
    fields=("code", "name", "currency", "is_active"),
    list=("code", "name", "currency", "is_active"),
    search=("code", "name"),
    default_order=("code",),
    title_field="name",
    subtitle_field="code",
    key_fields=("code",),
    form=(Section(_("Price list"), ("code", "name", "currency", "is_active")),),
    views=(View("active", _("Active"), {"is_active": "true"}), View("all", _("All"))),
    lines="shared.price",
    lines_field="prices",
)
PRICE = Entity(
    key="shared.price",
    model="data.Price",
    path="prices",
    icon="tag",
    permission="shared.price_list",
    parent_field="price_list",
    fields=("price_list", "product", "min_quantity", "price", "valid_from", "valid_until"),
    list=("product", "min_quantity", "price", "valid_from", "valid_until"),
    search=("product.code", "product.name"),
    default_order=("product", "min_quantity"),
    title_field="product",
    form=(Section(_("Price"), ("price_list", "product", "min_quantity", "price", "valid_from", "valid_until")),),
    comments=False,
    attachments=False,
)
SUPPLIER_PRICE = Entity(
    key="shared.supplier_price",
    model="data.SupplierPrice",
    path="supplier-prices",
    icon="hand-coins",
    fields=(
        Field("supplier", ref_filter=SUPPLIERS),
        "product",
        Field("price", sensitive=True),
        Field("currency", required=False),
        Field("unit", required=False),
        "min_quantity",
        "max_quantity",
        "lead_time_days",
        "is_preferred",
    ),
    list=("supplier", "product", "price", "currency", "unit", "min_quantity", "lead_time_days", "is_preferred"),
    search=("supplier.name", "product.code", "product.name"),
    default_order=("product", "supplier", "id"),
    title_field="product",
    subtitle_field="supplier",
    key_fields=("supplier", "product"),
    form=(
        Section(_("Who and what"), ("supplier", "product", "is_preferred")),
        Section(_("Price"), ("price", "currency", "unit", "min_quantity", "max_quantity", "lead_time_days")),
    ),
    views=(View("preferred", _("Preferred"), {"is_preferred": "true"}), View("all", _("All"))),
    create="modules.shared.data.services.supplier_prices.supplier_price_create",
    update="modules.shared.data.services.supplier_prices.supplier_price_update",
)
ALL = (CURRENCY, EXCHANGE_RATE, TAX, PAYMENT_TERM, PRICE_LIST, PRICE, SUPPLIER_PRICE)
