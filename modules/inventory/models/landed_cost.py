"""Costs that come after the goods."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.receipt import Receipt, ReceiptLine
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class LandedCost(Record):
    """Freight, duty, insurance or the fee of a subcontractor for goods that were received (采购费用分摊): spread over
    the lines of receipts, then between what is on hand and what has gone."""

    class Kind(models.TextChoices):
        FREIGHT = "freight", _("Freight")
        DUTY = "duty", _("Customs duty")
        INSURANCE = "insurance", _("Insurance")
        SUBCONTRACT = "subcontract", _("Subcontract fee")
        OTHER = "other", _("Other purchase cost")

    class Method(models.TextChoices):
        VALUE = "value", _("By value")
        QUANTITY = "quantity", _("By quantity")
        WEIGHT = "weight", _("By weight")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        POSTED = "posted", _("Posted")
        REVERSED = "reversed", _("Taken back")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.FREIGHT)
    method = models.CharField(_("spread"), max_length=8, choices=Method.choices, default=Method.VALUE)
    amount = MoneyField(_("amount"))
    costed_on = models.DateField(_("date"))
    receipt = models.ForeignKey(
        Receipt, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("receipt"),
        help_text=_("Its lines are taken when none are named."),
    )  # fmt: skip
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("charged by")
    )
    reference = models.CharField(_("reference"), max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("landed cost")
        verbose_name_plural = _("landed costs")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="inventory_landed_cost_amount")]
        indexes = [models.Index(fields=["status", "-costed_on"], name="inventory_landed_cost_status")]

    def __str__(self) -> str:
        return self.number


class LandedCostLine(Record):
    """The share of one receipt line: all of it, what of it stays in stock, and what the goods that have gone bear."""

    landed_cost = models.ForeignKey(LandedCost, models.CASCADE, related_name="lines", verbose_name=_("landed cost"))
    position = models.PositiveIntegerField(_("position"), default=0)
    receipt_line = models.ForeignKey(ReceiptLine, models.PROTECT, related_name="+", verbose_name=_("receipt line"))
    amount = MoneyField(_("share"), null=True, blank=True, editable=False)
    in_stock = MoneyField(_("to stock"), null=True, blank=True, editable=False)
    gone = MoneyField(_("to goods gone"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("landed cost line")
        verbose_name_plural = _("landed cost lines")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["landed_cost", "receipt_line"], name="inventory_landed_cost_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.landed_cost} · {self.position}"
