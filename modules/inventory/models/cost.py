"""What the stock of a product is worth."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField, UnitCostField


class ProductCost(models.Model):
    """Quantity and value of a product over all places of the company (移动加权平均): one locked row a product, in base
    currency. The unit cost is value ÷ quantity; `last_unit_cost` remembers it when nothing is left. `sequence` is the
    number of the product's last move."""

    product = models.OneToOneField(Product, models.PROTECT, related_name="stock_cost", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"), default=0)
    value = MoneyField(_("value"), default=0)
    last_unit_cost = UnitCostField(_("last unit cost"), default=0)
    sequence = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("stock value")
        verbose_name_plural = _("stock values")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0, value__gte=0) & (Q(quantity__gt=0) | Q(value=0)),
                name="inventory_cost_no_value_without_quantity",
            )
        ]

    def __str__(self) -> str:
        return str(self.product)
