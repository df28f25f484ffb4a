"""What was packed into which box."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.delivery import Delivery, DeliveryLine
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class Parcel(Record):
    """A box, pallet or envelope of a delivery (包裹): weight in kilograms, sizes in centimetres."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="parcels", verbose_name=_("delivery"))
    weight = QuantityField(_("weight (kg)"), null=True, blank=True)
    length = QuantityField(_("length (cm)"), null=True, blank=True)
    width = QuantityField(_("width (cm)"), null=True, blank=True)
    height = QuantityField(_("height (cm)"), null=True, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        constraints = [
            models.CheckConstraint(
                condition=(Q(weight__isnull=True) | Q(weight__gt=0))
                & (Q(length__isnull=True) | Q(length__gt=0))
                & (Q(width__isnull=True) | Q(width__gt=0))
                & (Q(height__isnull=True) | Q(height__gt=0)),
                name="inventory_parcel_sizes",
                violation_error_message=_("Weight and sizes are greater than zero."),
            )
        ]
        indexes = [
            models.Index(fields=["tracking_number"], condition=~Q(tracking_number=""), name="inventory_parcel_tracking")
        ]

    def __str__(self) -> str:
        return self.number


class ParcelLine(Record):
    """So much of a delivery line in this parcel; a line may lie in several."""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="lines", verbose_name=_("parcel"))
    delivery_line = models.ForeignKey(
        DeliveryLine, models.PROTECT, related_name="packed", verbose_name=_("delivery line")
    )
    quantity = QuantityField(_("quantity"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("parcel line")
        verbose_name_plural = _("parcel lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "delivery_line"], name="inventory_parcelline_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_parcelline_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.parcel} · {self.delivery_line.product}"
