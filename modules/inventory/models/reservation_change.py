"""What people and rules did to reservations and claims."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product
from tenon.money.fields import QuantityField
from tenon.records.base import LedgerRow


class ReservationChange(LedgerRow):
    """One dated line of a reservation's history: who did what to how much, from whom to whom, and why. What shipping
    does is told by its documents."""

    class Kind(models.TextChoices):
        LOCKED = "locked", _("Locked by hand")
        CLAIMED = "claimed", _("Claimed")
        ARRIVED = "arrived", _("Came in and was locked")
        REASSIGNED = "reassigned", _("Re-assigned")
        TAKEN_OVER = "taken_over", _("Taken over")
        RELEASED = "released", _("Released")
        REDUCED = "reduced", _("Reduced with the order")
        RUN_OUT = "run_out", _("Hold ran out")
        LOST = "lost", _("Supply shrank")

    kind = models.CharField(_("what happened"), max_length=12, choices=Kind.choices)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"))
    from_entity = models.CharField(max_length=60, blank=True, default="")
    from_id = models.BigIntegerField(null=True, blank=True)
    from_label = models.CharField(_("taken from"), max_length=60, blank=True, default="")
    to_entity = models.CharField(max_length=60, blank=True, default="")
    to_id = models.BigIntegerField(null=True, blank=True)
    to_label = models.CharField(_("given to"), max_length=60, blank=True, default="")
    supply_label = models.CharField(_("supply"), max_length=60, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("change of a reservation")
        verbose_name_plural = _("changes of reservations")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_reservation_change_quantity"),
            models.CheckConstraint(
                condition=~Q(kind__in=("reassigned", "taken_over")) | ~Q(reason=""),
                name="inventory_reservation_change_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "-id"], name="inventory_reservation_change"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity}"
