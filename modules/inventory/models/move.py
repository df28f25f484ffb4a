"""The ledger of stock."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import LedgerRow


class StockMove(LedgerRow):
    """A quantity of a product from one place to another (库存移动): double entry, append-only. `value` is what it was
    worth in base currency at that moment. Of goods in two quantities (变重商品) `second_quantity` is the other one, by
    which they are valued; what a count finds may be a difference of one of them alone. A product's moves are ordered by
    (moved_at, sequence), fixed at posting."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        RECEIPT_RETURN = "receipt_return", _("Return to supplier")
        DELIVERY = "delivery", _("Delivery")
        DELIVERY_RETURN = "delivery_return", _("Return from customer")
        PRODUCTION_ISSUE = "production_issue", _("Issue to production")
        PRODUCTION_RECEIPT = "production_receipt", _("Receipt from production")
        OPENING = "opening", _("Opening stock")
        COUNT = "count", _("Count difference")
        SCRAP = "scrap", _("Scrap")
        TRANSFER = "transfer", _("Transfer")
        REPACK_OUT = "repack_out", _("Repacked from")
        REPACK_IN = "repack_in", _("Repacked into")
        CUSTODY = "custody", _("Taken into custody")

    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_moves", verbose_name=_("product"))
    sequence = models.BigIntegerField(_("sequence"))
    moved_at = models.DateTimeField(_("moved at"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    from_location = models.ForeignKey(Location, models.PROTECT, related_name="moves_out", verbose_name=_("from place"))
    to_location = models.ForeignKey(Location, models.PROTECT, related_name="moves_in", verbose_name=_("to place"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    value = MoneyField(_("value"))
    source_entity = models.CharField(_("source"), max_length=60, blank=True, default="")
    source_id = models.BigIntegerField(null=True, blank=True)
    source_line_id = models.BigIntegerField(null=True, blank=True)
    source_label = models.CharField(_("document"), max_length=60, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("stock move")
        verbose_name_plural = _("stock moves")
        constraints = [
            models.UniqueConstraint(fields=["product", "sequence"], name="inventory_move_sequence"),
            models.CheckConstraint(
                condition=Q(value__gte=0)
                & (
                    Q(quantity__gt=0, second_quantity__isnull=True)
                    | Q(quantity__gt=0, second_quantity__gte=0)
                    | Q(quantity=0, second_quantity__gt=0)
                ),
                name="inventory_move_some",
            ),
            models.CheckConstraint(condition=~Q(from_location=F("to_location")), name="inventory_move_two_places"),
        ]
        indexes = [
            models.Index(fields=["source_entity", "source_id"], name="inventory_move_source"),
            models.Index(fields=["-moved_at", "-id"], name="inventory_move_when"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.quantity}"
