"""Fetching what deliveries need from its bins."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.delivery import Delivery, DeliveryLine
from modules.inventory.models.place import Location, Warehouse
from modules.shared.data.models import Party, Product
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class Wave(Record):
    """Several deliveries of one warehouse that are picked on one walk (波次). What it gathered stands in its picks;
    carrier, day and zone are the rule by which it gathered."""

    class Status(models.TextChoices):
        OPEN = "open", _("Picking")
        DONE = "done", _("Picked")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    carrier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carrier")
    )
    until = models.DateField(_("to ship by"), null=True, blank=True)
    zone = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone"))
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("picking wave")
        verbose_name_plural = _("picking waves")
        indexes = [models.Index(fields=["status", "-id"], name="inventory_wave_status")]

    def __str__(self) -> str:
        return self.number


class Pick(Record):
    """So much of a delivery line to be fetched from one place and lot (拣货任务). What is picked lies at `staging`,
    locked for the order as it was before; `short` was not found; `added` of it was locked by the wave itself, and is
    let go when the pick is given up. `position` is the order of walking."""

    class Status(models.TextChoices):
        OPEN = "open", _("To pick")
        DONE = "done", _("Picked")
        CANCELLED = "cancelled", _("Cancelled")

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="picks", verbose_name=_("wave"))
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="picks", verbose_name=_("delivery"))
    delivery_line = models.ForeignKey(
        DeliveryLine, models.SET_NULL, null=True, related_name="picks", verbose_name=_("delivery line")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("from place"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    staging = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("to place"))
    quantity = QuantityField(_("to pick"))
    picked = QuantityField(_("picked"), default=0)
    short = QuantityField(_("not found"), default=0)
    added = QuantityField(default=0, editable=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.OPEN)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("pick")
        verbose_name_plural = _("picks")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, picked__gte=0, short__gte=0, added__gte=0)
                & Q(quantity__gte=F("picked") + F("short")),
                name="inventory_pick_quantity",
            ),
        ]
        indexes = [models.Index(fields=["delivery", "status"], name="inventory_pick_delivery")]

    def __str__(self) -> str:
        return f"{self.delivery} · {self.product}"

    @property
    def left(self):  # type: ignore[no-untyped-def]
        """Still to be fetched."""
        return self.quantity - self.picked - self.short
