"""What the shop floor reported."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.production.models.order import ProductionOrder
from modules.production.models.routing import Operation, WorkCentre
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import LedgerRow


class ProductionReport(LedgerRow):
    """A report (报工): good and scrap pieces, minutes at a work centre, and what that cost. Never changed: a mistake is
    reported back with the opposite sign by a new row that names it."""

    order = models.ForeignKey(
        ProductionOrder, models.PROTECT, related_name="reports", verbose_name=_("production order")
    )
    reported_on = models.DateField(_("date"))
    good = QuantityField(_("good"), default=0)
    scrap = QuantityField(_("scrap"), default=0)
    minutes = QuantityField(_("minutes"), default=0)
    operation = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )  # fmt: skip
    work_centre = models.ForeignKey(
        WorkCentre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("work centre")
    )
    labour_cost = MoneyField(_("labour"), default=0)
    overhead_cost = MoneyField(_("overhead"), default=0)
    received_value = MoneyField(_("value received"), default=0)
    note = models.CharField(_("note"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("production report")
        verbose_name_plural = _("production reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(good__gte=0, scrap__gte=0, minutes__gte=0), name="production_report_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.good}"
