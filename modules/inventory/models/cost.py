"""What the stock of a product is worth."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField, UnitCostField


class ProductCost(models.Model):
    """Quantity and value of a product over all places of the company: one locked row a product, in base currency. Of
    goods in two quantities (`has_second`) it is the second one, in which they are valued; layers likewise. The
    unit cost is value ÷ quantity; `last_unit_cost` remembers it when nothing is left. `method` and `standard_cost` are
    those in force, to which the product's own are brought by a revaluation (`services/cost_method.py`). `sequence` is
    the number of the product's last move, `last_moved_at` the latest day of any, `method_since` when the method or the
    standard was last changed. Less than nothing is there only where a place allows it."""

    product = models.OneToOneField(Product, models.PROTECT, related_name="stock_cost", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"), default=0)
    value = MoneyField(_("value"), default=0)
    last_unit_cost = UnitCostField(_("last unit cost"), default=0)
    method = models.CharField(
        _("cost method"), max_length=8, choices=Product.CostMethod.choices, default=Product.CostMethod.AVERAGE,
        db_default=Product.CostMethod.AVERAGE,
    )  # fmt: skip
    standard_cost = UnitCostField(_("standard cost"), default=0, db_default=0)
    method_since = models.DateTimeField(null=True, blank=True, editable=False)
    last_moved_at = models.DateTimeField(null=True, blank=True, editable=False)
    sequence = models.BigIntegerField(default=0, editable=False)
    has_second = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("stock value")
        verbose_name_plural = _("stock values")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, value__gte=0) | Q(quantity=0, value=0) | Q(quantity__lt=0, value__lte=0),
                name="inventory_cost_no_value_without_quantity",
            )
        ]

    def __str__(self) -> str:
        return str(self.product)
