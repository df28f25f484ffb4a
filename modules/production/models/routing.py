"""Where and how long a product is worked on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Calendar, Product
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import Record


class WorkCentre(Record):
    """A work centre (工作中心) with its rates per hour in base currency: labour, and overhead on top of it."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    cost_rate = MoneyField(_("labour rate per hour"), default=0)
    overhead_rate = MoneyField(_("overhead rate per hour"), default=0)
    hours_per_week = models.DecimalField(_("hours per week"), max_digits=6, decimal_places=2, default=40)
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("work centre")
        verbose_name_plural = _("work centres")
        constraints = [
            models.CheckConstraint(
                condition=Q(cost_rate__gte=0, overhead_rate__gte=0), name="production_work_centre_rate"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Operation(Record):
    """A step of a product's routing (工序): set-up minutes per order, run minutes per stock unit."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="operations", verbose_name=_("product"))
    position = models.PositiveIntegerField(_("position"), default=10)
    name = models.CharField(_("name"), max_length=160)
    work_centre = models.ForeignKey(
        WorkCentre, models.PROTECT, related_name="operations", verbose_name=_("work centre")
    )
    setup_minutes = QuantityField(_("set-up minutes"), default=0)
    run_minutes = QuantityField(_("run minutes per unit"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["product", "position"]
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="production_operation_position"),
            models.CheckConstraint(
                condition=Q(setup_minutes__gte=0, run_minutes__gte=0), name="production_operation_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.name
