"""How much is where, now."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Product
from tenon.money.fields import QuantityField


class StockBalance(models.Model):
    """On hand and reserved of a product at a place and lot (库存余额): the row that everybody who takes or reserves
    stock locks, in key order. It follows from moves and reservations, which are the truth and carry the audit; the
    database refuses reserved > on hand, and a deferred trigger compares `reserved` with the reservations (migration
    0002). It refuses less than nothing unless the place allows it, which the row remembers; and a serial number that
    would be in stock twice (migration 0008).

    Of goods in two quantities `second_on_hand` is the other one: there is some of it exactly where there are pieces.
    Reservations count pieces."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_balances", verbose_name=_("product"))
    location = models.ForeignKey(Location, models.PROTECT, related_name="balances", verbose_name=_("place"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    on_hand = QuantityField(_("on hand"), default=0)
    reserved = QuantityField(_("reserved"), default=0)
    second_on_hand = QuantityField(_("on hand, second unit"), null=True, blank=True)
    serial = models.BooleanField(default=False, db_default=False, editable=False)
    may_be_negative = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint(fields=["product", "location", "lot"], name="inventory_balance_once"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0)
                & (Q(reserved__lte=F("on_hand")) | Q(reserved=0, on_hand__lt=0, may_be_negative=True)),
                name="inventory_balance_reserved",
                violation_error_message=_("More would be reserved or taken than is there."),
            ),
            models.CheckConstraint(condition=Q(serial=False) | Q(on_hand__in=(0, 1)), name="inventory_balance_serial"),
            models.CheckConstraint(
                condition=Q(second_on_hand__isnull=True)
                | Q(on_hand=0, second_on_hand=0)
                | Q(on_hand__gt=0, second_on_hand__gt=0),
                name="inventory_balance_second",
                violation_error_message=_("Where there are pieces there is weight, and only there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} @ {self.location}"
