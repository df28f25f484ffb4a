"""Lots and serial numbers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Party, Product
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex


class Lot(Record):
    """A lot, or a single piece with its serial number (批次 / 序列号): what came or was made together and is traced
    together. Balances, moves and layers name it by its number, which stays (docs/adr/0017). What is held or rejected,
    or has expired, can be neither reserved nor picked; the audit trail is the history of its quality."""

    class Quality(models.TextChoices):
        RELEASED = "released", pgettext_lazy("lot", "Released")
        HELD = "held", _("Held")
        REJECTED = "rejected", pgettext_lazy("lot", "Rejected")

    product = models.ForeignKey(Product, models.PROTECT, related_name="lots", verbose_name=_("product"))
    number = models.CharField(_("lot or serial number"), max_length=60)
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    supplier_lot = models.CharField(_("supplier's lot"), max_length=60, blank=True, default="")
    made_on = models.DateField(_("made on"), null=True, blank=True)
    best_before = models.DateField(_("best before"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True, help_text=_("The last day of use."))
    quality = models.CharField(_("quality"), max_length=8, choices=Quality.choices, default=Quality.RELEASED)
    quality_reason = models.CharField(_("reason of the quality"), max_length=200, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    search_text = SearchText(fields=["number", "supplier_lot"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="inventory_lot_number"),
            models.CheckConstraint(condition=~Q(number=""), name="inventory_lot_named"),
            models.CheckConstraint(
                condition=Q(made_on__isnull=True) | Q(expires_on__isnull=True) | Q(expires_on__gte=F("made_on")),
                name="inventory_lot_days",
                violation_error_message=_("A lot does not expire before it is made."),
            ),
            models.CheckConstraint(
                condition=Q(quality="released") | ~Q(quality_reason=""),
                name="inventory_lot_reason",
                violation_error_message=_("Say why the lot is held or rejected."),
            ),
        ]
        indexes = [
            models.Index(fields=["expires_on"], name="inventory_lot_expiry", condition=Q(expires_on__isnull=False)),
            models.Index(fields=["supplier_lot"], name="inventory_lot_supplier", condition=~Q(supplier_lot="")),
            TrigramIndex(fields=["search_text"], name="inventory_lot_text"),
        ]

    def __str__(self) -> str:
        return self.number


class RemainingLife(Record):
    """How many days goods must still be usable when this customer gets them (最短剩余效期), for one product or all."""

    customer = models.ForeignKey(Party, models.CASCADE, related_name="+", verbose_name=_("customer"))
    product = models.ForeignKey(
        Product, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("product"),
        help_text=_("Empty: all products."),
    )  # fmt: skip
    days = models.PositiveIntegerField(_("days to be usable"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("remaining life")
        verbose_name_plural = _("remaining lives")
        constraints = [
            models.UniqueConstraint(fields=["customer", "product"], nulls_distinct=False, name="inventory_life_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.days}"
