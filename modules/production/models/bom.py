"""What a product is made of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product, Unit
from tenon.money.fields import PercentField, QuantityField
from tenon.records.base import Record


class BillOfMaterials(Record):
    """A version of a product's bill of materials (物料清单): what `output_quantity` of it takes. One version
    of a product is active; validity by date is the lines'. Cycles are refused when it is saved. A phantom (虚拟件) is
    put together on the way into its parents: they take from its stock what there is, else its components.

    `cost_split`: what is made besides takes the share of the cost that its output says, or shares it with the product
    by what both sell for (list price × quantity)."""

    class CostSplit(models.TextChoices):
        FIXED = "fixed", _("Fixed shares")
        VALUE = "value", _("By list price")

    product = models.ForeignKey(Product, models.PROTECT, related_name="boms", verbose_name=_("product"))
    revision = models.CharField(_("version"), max_length=20, default="1")
    is_active = models.BooleanField(_("active"), default=True)
    output_quantity = QuantityField(_("makes"), default=1)
    is_phantom = models.BooleanField(_("phantom"), default=False)
    cost_split = models.CharField(
        _("cost of by-products"), max_length=5, choices=CostSplit.choices, default=CostSplit.FIXED,
        db_default=CostSplit.FIXED,
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bill of materials")
        verbose_name_plural = _("bills of materials")
        constraints = [
            models.UniqueConstraint(fields=["product", "revision"], name="production_bom_revision"),
            models.UniqueConstraint(fields=["product"], condition=Q(is_active=True), name="production_bom_one_active"),
            models.CheckConstraint(condition=Q(output_quantity__gt=0), name="production_bom_output"),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.revision}"


class BomLine(Record):
    """A component (子件): `quantity` in `unit` per `output_quantity` of the parent, `scrap` percent lost on the way,
    and `fixed_quantity` once per order, however much it makes (固定损耗). `designators` (位号) say where pieces sit.
    What has a `successor` (接替件) is used up: from stock and open orders until it is gone or its last day has passed,
    then `successor_ratio` of the other one for each (stock units)."""

    bom = models.ForeignKey(BillOfMaterials, models.CASCADE, related_name="lines", verbose_name=_("bill of materials"))
    position = models.PositiveIntegerField(_("position"), default=0)
    component = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("component"))
    quantity = QuantityField(_("quantity"), default=0)
    fixed_quantity = QuantityField(_("fixed quantity per order"), default=0)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    base_quantity = QuantityField(_("quantity in stock unit"), editable=False)
    base_fixed = QuantityField(default=0, editable=False)
    scrap = PercentField(_("scrap %"), default=0)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    successor = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("followed by")
    )
    successor_ratio = QuantityField(_("of the follower for each"), default=1)
    designators = models.CharField(_("designators"), max_length=400, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("component")
        verbose_name_plural = _("components")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0, base_quantity__gte=0, fixed_quantity__gte=0, base_fixed__gte=0)
                & (Q(base_quantity__gt=0) | Q(base_fixed__gt=0)),
                name="production_bom_line_takes",
            ),
            models.CheckConstraint(condition=Q(successor_ratio__gt=0), name="production_bom_line_ratio"),
            models.CheckConstraint(condition=Q(scrap__gte=0, scrap__lt=100), name="production_bom_line_scrap"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="production_bom_line_validity",
            ),
        ]

    def __str__(self) -> str:
        return str(self.component)


class BomOutput(Record):
    """What is made besides the product (副产品、联产品): `quantity`, in its stock unit, per `output_quantity` of it.
    It comes into stock with `cost_share` percent of what the order costs; waste has none. The shares of a bill never
    exceed 100."""

    bom = models.ForeignKey(
        BillOfMaterials, models.CASCADE, related_name="outputs", verbose_name=_("bill of materials")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("by-product"))
    quantity = QuantityField(_("quantity"))
    cost_share = PercentField(_("cost share %"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("by-product")
        verbose_name_plural = _("by-products")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bom", "product"], name="production_bom_output_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="production_bom_output_quantity"),
            models.CheckConstraint(
                condition=Q(cost_share__gte=0, cost_share__lte=100), name="production_bom_output_share"
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)
