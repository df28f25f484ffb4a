"""Where goods belong."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Product, ProductCategory
from tenon.records.base import Record


class PutAwayRule(Record):
    """The place for a product, for a category and all below it, or for anything (上架规则). The most particular rule
    wins, then the lowest priority; a full place passes on to the next."""

    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product category")
    )
    place = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("place"))
    priority = models.PositiveIntegerField(_("priority"), default=10, help_text=_("Lower numbers come first."))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("put-away rule")
        verbose_name_plural = _("put-away rules")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "category", "place"], nulls_distinct=False, name="inventory_putawayrule_once"
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=True) | Q(category__isnull=True),
                name="inventory_putawayrule_one",
                violation_error_message=_("Name a product or a category, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product or self.category or '*'} → {self.place}"
