"""Opening stock, counts and scrap."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField, UnitCostField
from tenon.records.base import Record


class StockAdjustment(Record):
    """A correction of stock with its reason (库存调整): what was there at the start (期初), what a count found (盘点),
    what was thrown away (报废)."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening stock")
        COUNT = "count", _("Count")
        SCRAP = "scrap", _("Scrap")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        POSTED = "posted", _("Posted")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    adjusted_on = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("stock adjustment")
        verbose_name_plural = _("stock adjustments")

    def __str__(self) -> str:
        return self.number


class StockAdjustmentLine(Record):
    """`quantity`: of opening stock what is there, of a count what was counted, of scrap what goes. A count compares
    with `book_quantity`, taken when the line was written, so that moves after the count survive it. `difference` and
    `value` (signed) say what was posted. Of goods in two quantities the second ones stand beside, and `unit_cost` is
    per second unit."""

    adjustment = models.ForeignKey(
        StockAdjustment, models.CASCADE, related_name="lines", verbose_name=_("stock adjustment")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("place"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    book_quantity = QuantityField(_("book quantity"), null=True, blank=True, editable=False)
    second_book = QuantityField(_("book, second unit"), null=True, blank=True, editable=False)
    unit_cost = UnitCostField(
        _("unit cost"), null=True, blank=True, help_text=_("Empty: the current cost, else the standard cost.")
    )
    difference = QuantityField(_("difference"), null=True, blank=True, editable=False)
    second_difference = QuantityField(_("difference, second unit"), null=True, blank=True, editable=False)
    value = MoneyField(_("value"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("adjustment line")
        verbose_name_plural = _("adjustment lines")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["adjustment", "product", "location", "lot"], name="inventory_adjustment_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & (Q(unit_cost__isnull=True) | Q(unit_cost__gte=0)),
                name="inventory_adjustment_line_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adjustment} · {self.position}"
