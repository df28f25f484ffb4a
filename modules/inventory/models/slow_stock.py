"""Slow and dead stock: what age costs, and what is done about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product
from tenon.money.fields import PercentField
from tenon.records.base import Record


class ProvisionBand(Record):
    """Stock older than so many days loses this part of its value in the proposal for the provision (跌价准备)."""

    from_days = models.PositiveIntegerField(_("older than (days)"), unique=True)
    percent = PercentField(_("provision, %"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("provision by age")
        verbose_name_plural = _("provisions by age")
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="inventory_provision_percent")
        ]

    def __str__(self) -> str:
        return str(self.from_days)


class SlowStockAction(Record):
    """What is done about stock that does not move (呆滞处理), by whom and until when."""

    class Kind(models.TextChoices):
        SELL = "sell", _("Sell off")
        RETURN = "return", _("Return to the supplier")
        TRANSFER = "transfer", _("Move to another warehouse")
        SCRAP = "scrap", _("Scrap it")
        KEEP = "keep", _("Keep it")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    kind = models.CharField(_("what to do"), max_length=8, choices=Kind.choices)
    reason = models.CharField(_("reason"), max_length=300)
    owner = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("responsible"))
    until = models.DateField(_("until"))
    status = models.CharField(_("status"), max_length=4, choices=Status.choices, default=Status.OPEN)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("action on slow stock")
        verbose_name_plural = _("actions on slow stock")
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=Q(status="open"), name="inventory_slow_action_one_open",
                violation_error_message=_("Something is being done about this product already."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.product)
