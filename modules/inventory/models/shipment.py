"""Goods on their way to customers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.delivery import Delivery
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import LedgerRow, Record


class CarrierService(Record):
    """How a carrier takes parcels (承运服务). `tracking_link` shows a parcel: `{number}` stands for its number."""

    carrier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("carrier"))
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    days = models.PositiveIntegerField(_("days on the way"), default=0)
    tracking_link = models.CharField(
        _("tracking link"), max_length=300, blank=True, default="",
        help_text=_("{number} stands for the tracking number."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("carrier service")
        verbose_name_plural = _("carrier services")
        constraints = [
            models.CheckConstraint(
                condition=Q(tracking_link="") | Q(tracking_link__startswith="https://"),
                name="inventory_carrierservice_link",
                violation_error_message=_("A tracking link begins with https://"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Shipment(Record):
    """A delivery in a carrier's hands (运单), from hand-over to proof of delivery. `status` is what the latest of its
    tracking events says, whenever they came in."""

    class Status(models.TextChoices):
        READY = "ready", _("Ready")
        COLLECTED = "collected", _("Collected")
        TRANSIT = "transit", _("On the way")
        OUT = "out", _("Out for delivery")
        DELIVERED = "delivered", _("Arrived")
        FAILED = "failed", _("Could not be delivered")
        RETURNED = "returned", _("Sent back")

    number = models.CharField(_("number"), max_length=40, unique=True)
    delivery = models.OneToOneField(Delivery, models.PROTECT, related_name="shipment", verbose_name=_("delivery"))
    carrier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("carrier"))
    service = models.ForeignKey(
        CarrierService, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.READY)
    promised_on = models.DateField(_("due on"), null=True, blank=True)
    status_at = models.DateTimeField(_("stands so since"), null=True, blank=True, editable=False)
    received_by = models.CharField(_("received by"), max_length=120, blank=True, default="", editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True, editable=False)
    freight_cost = MoneyField(_("freight cost"), default=0, editable=False)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            models.CheckConstraint(condition=Q(freight_cost__gte=0), name="inventory_shipment_freight"),
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"], condition=~Q(tracking_number=""),
                name="inventory_shipment_tracking",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["status", "promised_on"], name="inventory_shipment_due")]

    def __str__(self) -> str:
        return self.number


class TrackingEvent(LedgerRow):
    """What happened to a shipment, when and where (物流轨迹). A carrier's own event id comes in once, however often it
    is sent."""

    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="events", verbose_name=_("shipment"))
    event_id = models.CharField(_("carrier's event"), max_length=120, blank=True, default="")
    status = models.CharField(_("status"), max_length=9, choices=Shipment.Status.choices)
    happened_at = models.DateTimeField(_("happened at"))
    place = models.CharField(_("where"), max_length=120, blank=True, default="")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "event_id"], condition=~Q(event_id=""), name="inventory_trackingevent_once"
            )
        ]
        indexes = [models.Index(fields=["shipment", "-happened_at"], name="inventory_tracking_when")]

    def __str__(self) -> str:
        return f"{self.shipment} · {self.get_status_display()}"
