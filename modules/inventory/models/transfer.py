"""Goods on their way from one place of ours to another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import Record


class Transfer(Record):
    """An order to move goods between places or warehouses (调拨单). In two steps they lie in transit between sending
    and receiving, still ours and worth the same; what does not arrive is booked as lost, openly."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("In transit")
        DONE = "done", _("Received")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    from_location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("from place"))
    to_location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("to place"))
    in_transit = models.BooleanField(
        _("in two steps"), default=True, help_text=_("Sent first, received when it arrives.")
    )
    sent_on = models.DateField(_("sent on"), null=True, blank=True, editable=False)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_location=F("to_location")),
                name="inventory_transfer_two_places",
                violation_error_message=_("It is there already."),
            )
        ]
        indexes = [models.Index(fields=["status", "-id"], name="inventory_transfer_status")]

    def __str__(self) -> str:
        return self.number


class TransferLine(Record):
    """How much of a product. `sent` left, `received` arrived, `lost` never did; the rest of what was sent is on its
    way. `second_quantity`, of goods in two quantities, is what was sent weighs; where all that lies somewhere goes, it
    need not be said."""

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="lines", verbose_name=_("transfer"))
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    sent = QuantityField(_("sent"), default=0, editable=False)
    received = QuantityField(_("received"), default=0, editable=False)
    lost = QuantityField(_("lost"), default=0, editable=False)
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    lost_value = MoneyField(_("value lost"), default=0, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("transfer line")
        verbose_name_plural = _("transfer lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, sent__gte=0, received__gte=0, lost__gte=0)
                & Q(sent__gte=F("received") + F("lost")),
                name="inventory_transferline_quantity",
                violation_error_message=_("No more can arrive than was sent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer} · {self.product}"
