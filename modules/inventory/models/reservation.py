"""Stock locked for a demand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Product
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class Reservation(Record):
    """A quantity at a place and lot locked for one demand line (锁库): the truth behind StockBalance.reserved.
    `quantity` is still locked, `fulfilled` has been shipped or issued out of it. The demand is named, not keyed: it may
    live in another module.

    A soft reservation is for the product: it lies somewhere, and makes room by moving to other free stock of the same
    warehouse when somebody needs just that place or lot. A hard one (`is_hard`) stays where a person put it. `until` is
    the last day of a hold that runs out by itself."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Locked")
        FULFILLED = "fulfilled", _("Fulfilled")
        RELEASED = "released", _("Released")

    demand_entity = models.CharField(_("demand"), max_length=60)
    demand_id = models.BigIntegerField()
    head_entity = models.CharField(max_length=60, blank=True, default="")
    head_id = models.BigIntegerField(null=True, blank=True)
    head_label = models.CharField(_("locked for"), max_length=60, blank=True, default="")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("place"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    quantity = QuantityField(_("locked"), default=0)
    fulfilled = QuantityField(_("fulfilled"), default=0)
    needed_on = models.DateField(_("needed on"), null=True, blank=True)
    is_hard = models.BooleanField(_("this place and lot"), default=False, db_default=False)
    until = models.DateField(_("held until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RELEASED)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            models.UniqueConstraint(
                fields=["demand_entity", "demand_id", "product", "location", "lot"],
                condition=Q(state="active"),
                name="inventory_reservation_once",
            ),
            models.CheckConstraint(
                condition=(Q(state="active", quantity__gt=0) | (~Q(state="active") & Q(quantity=0)))
                & Q(fulfilled__gte=0),
                name="inventory_reservation_quantity",
            ),
        ]
        indexes = [
            models.Index(
                fields=["product", "location", "lot"], condition=Q(state="active"), name="inventory_reservation_place"
            ),
            models.Index(fields=["head_entity", "head_id"], name="inventory_reservation_head"),
            models.Index(
                fields=["until"], condition=Q(state="active", until__isnull=False), name="inventory_reservation_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head_label} · {self.product}"
