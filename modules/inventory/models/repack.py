"""One product made into others without work: another pack, the parts of a set."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import Record


class Repack(Record):
    """Goods taken apart or packed anew at a place (改包装/拆装): what goes in is worth what comes out."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        POSTED = "posted", _("Posted")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("place"))
    repacked_on = models.DateField(_("repacked on"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("repacking")
        verbose_name_plural = _("repackings")
        indexes = [models.Index(fields=["status", "-id"], name="inventory_repack_status")]

    def __str__(self) -> str:
        return self.number


class RepackLine(Record):
    """A product that goes in or comes out. `share`: how much of the value this output takes, against the other
    outputs' shares; empty for all: by what they have cost so far, else by quantity."""

    class Direction(models.TextChoices):
        IN = "in", _("Goes in")
        OUT = "out", _("Comes out")

    repack = models.ForeignKey(Repack, models.CASCADE, related_name="lines", verbose_name=_("repacking"))
    position = models.PositiveIntegerField(_("position"), default=0)
    direction = models.CharField(_("in or out"), max_length=3, choices=Direction.choices)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    share = QuantityField(_("share of the value"), null=True, blank=True)
    value = MoneyField(_("value"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("repacking line")
        verbose_name_plural = _("repacking lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(share__isnull=True) | Q(share__gte=0, direction="out")),
                name="inventory_repackline_quantity",
            )
        ]

    def __str__(self) -> str:
        return f"{self.repack} · {self.product}"
