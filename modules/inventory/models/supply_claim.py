"""What demands have a claim to of goods that are still to come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class SupplyClaim(Record):
    """A quantity of a dated supply (purchase order line, production order) that is set aside for one demand line
    (预占在途). `quantity` is still to come, `fulfilled` has come and was locked in stock for the demand. Supply and
    demand are named, not keyed: they may live in other modules. All active claims on a supply together are no more than
    what is still to come of it: a deferred trigger sees to it for purchase orders (migration 0010), the lock on the
    supply for all."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Claimed")
        FULFILLED = "fulfilled", _("Has come")
        RELEASED = "released", _("Released")

    supply_entity = models.CharField(_("supply"), max_length=60)
    supply_id = models.BigIntegerField()
    supply_label = models.CharField(_("supply"), max_length=60, blank=True, default="")
    demand_entity = models.CharField(_("demand"), max_length=60)
    demand_id = models.BigIntegerField()
    head_entity = models.CharField(max_length=60, blank=True, default="")
    head_id = models.BigIntegerField(null=True, blank=True)
    head_label = models.CharField(_("claimed for"), max_length=60, blank=True, default="")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("claimed"), default=0)
    fulfilled = QuantityField(_("has come"), default=0)
    is_hard = models.BooleanField(_("locked where it arrives"), default=False)
    needed_on = models.DateField(_("needed on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RELEASED)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("claim on supply")
        verbose_name_plural = _("claims on supply")
        constraints = [
            models.UniqueConstraint(
                fields=["supply_entity", "supply_id", "demand_entity", "demand_id"],
                condition=Q(state="active"),
                name="inventory_claim_once",
            ),
            models.CheckConstraint(
                condition=(Q(state="active", quantity__gt=0) | (~Q(state="active") & Q(quantity=0)))
                & Q(fulfilled__gte=0),
                name="inventory_claim_quantity",
            ),
        ]
        indexes = [
            models.Index(fields=["product"], condition=Q(state="active"), name="inventory_claim_product"),
            models.Index(fields=["demand_entity", "demand_id"], name="inventory_claim_demand"),
        ]

    def __str__(self) -> str:
        return f"{self.head_label} · {self.supply_label}"
