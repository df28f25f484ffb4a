"""What the shop floor reported."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.production.models.floor import LossReason
from modules.production.models.operation import ProductionOrderOperation
from modules.production.models.order import ProductionOrder
from modules.production.models.routing import Operation, WorkCentre
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import LedgerRow


class ProductionReport(LedgerRow):
    """A report (报工): good, scrap and rework pieces of an operation (or of a whole order that has none), minutes of
    people and machines at a work centre, and what that cost. Never changed."""

    order = models.ForeignKey(
        ProductionOrder, models.PROTECT, related_name="reports", verbose_name=_("production order")
    )
    reported_on = models.DateField(_("date"))
    good = QuantityField(_("good"), default=0)
    scrap = QuantityField(_("scrap"), default=0)
    rework = QuantityField(_("rework"), default=0)
    reason = models.ForeignKey(
        LossReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    minutes = QuantityField(_("minutes"), default=0)
    machine_minutes = QuantityField(_("machine minutes"), default=0)
    order_operation = models.ForeignKey(
        ProductionOrderOperation, models.PROTECT, null=True, blank=True, related_name="reports",
        verbose_name=_("operation of the order"),
    )  # fmt: skip
    worker = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("worker")
    )
    operation = models.ForeignKey(
        Operation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )  # fmt: skip
    work_centre = models.ForeignKey(
        WorkCentre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("work centre")
    )
    pay_rate = models.ForeignKey(
        "production.PayRate", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pay rate")
    )
    labour_cost = MoneyField(_("labour"), default=0)
    overhead_cost = MoneyField(_("overhead"), default=0)
    outside_cost = MoneyField(_("outside work"), default=0, db_default=0)
    received_value = MoneyField(_("value received"), default=0)
    note = models.CharField(_("note"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("production report")
        verbose_name_plural = _("production reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(good__gte=0, scrap__gte=0, rework__gte=0, minutes__gte=0, machine_minutes__gte=0),
                name="production_report_positive",
            )
        ]
        indexes = [models.Index(fields=["work_centre", "posted_at"], name="production_report_centre")]

    def __str__(self) -> str:
        return f"{self.order} · {self.good}"
