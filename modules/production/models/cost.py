"""Standard costs as they were rolled up on a day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Product
from tenon.money.fields import UnitCostField
from tenon.records.base import Record


class CostRollUp(Record):
    """What every made product costs by its bill and routing on a day (标准成本卷积版本). Its figures stay as they were,
    to be compared; applied, they are the products' standard costs."""

    class Status(models.TextChoices):
        FROZEN = "frozen", _("Frozen")
        APPLIED = "applied", pgettext_lazy("production", "Applied")

    title = models.CharField(pgettext_lazy("production", "title"), max_length=120)
    rolled_on = models.DateField(_("as of"), editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.FROZEN, editable=False)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("cost roll-up")
        verbose_name_plural = _("cost roll-ups")

    def __str__(self) -> str:
        return self.title


class CostRollUpLine(Record):
    """One product of a roll-up, per stock unit in base currency; `standard_before` was its standard cost that day."""

    roll_up = models.ForeignKey(CostRollUp, models.CASCADE, related_name="costs", verbose_name=_("cost roll-up"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    material = UnitCostField(_("material"), default=0)
    labour = UnitCostField(_("labour"), default=0)
    overhead = UnitCostField(_("overhead"), default=0)
    outside = UnitCostField(_("outside work"), default=0, db_default=0)
    total = UnitCostField(pgettext_lazy("production", "total"), default=0)
    standard_before = UnitCostField(_("standard cost then"), null=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("rolled-up cost")
        verbose_name_plural = _("rolled-up costs")
        constraints = [models.UniqueConstraint(fields=["roll_up", "product"], name="production_roll_up_once")]

    def __str__(self) -> str:
        return str(self.product)
