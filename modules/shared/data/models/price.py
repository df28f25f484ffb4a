"""Price lists, and what suppliers ask."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models.party import Party
from modules.shared.data.models.product import Product
from modules.shared.data.models.unit import Unit
from tenon.money.fields import PercentField, QuantityField, UnitCostField
from tenon.records.base import Record


class PriceList(Record):
    """A price list in one currency (价目表)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    currency = models.CharField(_("currency"), max_length=3)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")

    def __str__(self) -> str:
        return self.name


class Price(Record):
    """The price of a product's stock unit from `min_quantity` on, while valid (价格)."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="prices", verbose_name=_("price list"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="prices", verbose_name=_("product"))
    min_quantity = QuantityField(_("from quantity"), default=0)
    price = UnitCostField(_("price"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "product", "min_quantity", "valid_from"],
                nulls_distinct=False,
                name="data_price_once",
            ),
            models.CheckConstraint(condition=Q(price__gte=0, min_quantity__gte=0), name="data_price_positive"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="data_price_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.price}"


class SupplierPrice(Record):
    """What a supplier asks for a product, per `unit`, from a quantity on, while valid (供应商报价). `quota`: the
    share of what we need that shall go to it (配额)."""

    supplier = models.ForeignKey(Party, models.PROTECT, related_name="supplier_prices", verbose_name=_("supplier"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="supplier_prices", verbose_name=_("product"))
    price = UnitCostField(_("price"))
    currency = models.CharField(_("currency"), max_length=3)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    min_quantity = QuantityField(_("minimum quantity"), default=0)
    max_quantity = QuantityField(_("maximum quantity"), null=True, blank=True)
    lead_time_days = models.PositiveIntegerField(_("lead time (days)"), default=0)
    is_preferred = models.BooleanField(_("preferred"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    quota = PercentField(_("quota %"), null=True, blank=True)
    order_multiple = QuantityField(_("order multiple"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("supplier price")
        verbose_name_plural = _("supplier prices")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "product", "unit", "min_quantity", "valid_from"],
                nulls_distinct=False,
                name="data_supplier_price_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="data_supplier_price_days",
            ),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(quota__gte=0, quota__lte=100), name="data_supplier_price_quota"
            ),
            models.CheckConstraint(
                condition=Q(order_multiple__isnull=True) | Q(order_multiple__gt=0),
                name="data_supplier_price_multiple",
            ),
            models.CheckConstraint(condition=Q(price__gte=0, min_quantity__gte=0), name="data_supplier_price_positive"),
            models.CheckConstraint(
                condition=Q(max_quantity__isnull=True) | Q(max_quantity__gte=F("min_quantity")),
                name="data_supplier_price_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier} · {self.product}"
