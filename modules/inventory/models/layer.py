"""What each receipt brought, what has gone out of it, and what was learned about its value later."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.move import StockMove
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import LedgerRow


class StockLayer(models.Model):
    """What one receipt brought of a product and lot, and how much of it is left (存货批层): the order of FIFO, and the
    age of stock under every cost method. `worth` is the value of what is left, where the product is valued by FIFO.
    Goods that left before they came are a layer of negative quantity, until a receipt covers it. It follows from the
    uses, which are the truth; who holds the product's cost row may change it."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="stock_layers", verbose_name=_("product"))
    lot = models.CharField(_("lot"), max_length=60, blank=True, default="")
    move = models.ForeignKey(
        StockMove, models.PROTECT, null=True, blank=True, related_name="layers", verbose_name=_("stock move")
    )
    received_at = models.DateTimeField(_("received at"))
    quantity = QuantityField(_("received"))
    value = MoneyField(_("cost"))
    remaining = QuantityField(_("left"))
    worth = MoneyField(_("worth"))

    class Meta:
        verbose_name = _("stock layer")
        verbose_name_plural = _("stock layers")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, remaining__gte=0, remaining__lte=models.F("quantity"))
                | Q(quantity__lt=0, remaining__lte=0, remaining__gte=models.F("quantity")),
                name="inventory_layer_remaining",
            )
        ]
        indexes = [
            models.Index(
                fields=["product", "lot", "received_at", "id"], name="inventory_layer_open", condition=~Q(remaining=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.quantity}"


class LayerUse(LedgerRow):
    """A move took a quantity out of a layer; negative: it was put back, `by` the move that brought it back. A shortage
    is taken from by the receipt that covers it."""

    layer = models.ForeignKey(StockLayer, models.PROTECT, related_name="uses", verbose_name=_("stock layer"))
    move = models.ForeignKey(StockMove, models.PROTECT, related_name="uses", verbose_name=_("stock move"))
    by = models.ForeignKey(
        StockMove,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put back by"),
        db_index=False,
    )
    quantity = QuantityField(_("quantity"))
    value = MoneyField(_("value"))

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("use of a layer")
        verbose_name_plural = _("uses of layers")
        constraints = [models.CheckConstraint(condition=~Q(quantity=0), name="inventory_layer_use_some")]

    def __str__(self) -> str:
        return f"{self.layer} {self.quantity}"


class StockValueChange(LedgerRow):
    """A change of the value of stock without a movement (存货价值调整): what was learned after goods were valued, or
    a new standard cost. `amount` is what stock gains, on the day it counts from. Of a layer, `before` and `after` are
    what it cost; with a `move`, what that move cost: goods that have gone bear their share where they went."""

    class Kind(models.TextChoices):
        LANDED_COST = "landed_cost", _("Landed cost")
        PRICE_DIFFERENCE = "price_difference", _("Price difference of the invoice")
        COVER = "cover", _("Issued before it came")
        BACKDATED = "backdated", _("Entered later")
        VARIANCE = "variance", _("Difference to the standard cost")
        REVALUATION = "revaluation", _("New standard cost")

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    changed_at = models.DateTimeField(_("counts from"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    layer = models.ForeignKey(
        StockLayer, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("stock layer")
    )
    move = models.ForeignKey(
        StockMove, models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("stock move")
    )
    amount = MoneyField(_("amount"))
    before = MoneyField(_("value before"))
    after = MoneyField(_("value after"))
    source_entity = models.CharField(_("source"), max_length=60, blank=True, default="")
    source_id = models.BigIntegerField(null=True, blank=True)
    source_label = models.CharField(_("document"), max_length=60, blank=True, default="")

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("stock value change")
        verbose_name_plural = _("stock value changes")
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="inventory_value_change_some")]
        indexes = [
            models.Index(fields=["product", "changed_at"], name="inventory_value_change_product"),
            models.Index(fields=["source_entity", "source_id"], name="inventory_value_change_source"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.amount}"
