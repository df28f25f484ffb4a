"""Demand: what was sold or used before Tenon, what is forecast, and where somebody knows better."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Product
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class PastDemand(Record):
    """What was sold or used of a product in a month before it was kept here (历史需求): brought along from a former
    system, so that a forecast need not wait for years. It moves no stock."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    month = models.DateField(_("month"), help_text=_("Any day of the month; its first is kept."))
    quantity = QuantityField(_("quantity"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("past demand")
        verbose_name_plural = _("past demand")
        constraints = [
            models.UniqueConstraint(fields=["product", "month"], name="inventory_past_demand_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="inventory_past_demand_quantity"),
            models.CheckConstraint(condition=Q(month__day=1), name="inventory_past_demand_month"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.month:%Y-%m}"


class Forecast(models.Model):
    """What is expected of a product, month by month (需求预测): `quantities` from `first_month` on, with an interval
    that holds four months of five. It follows from the history, and is written anew only when that has changed
    (`fingerprint`). The errors are those of the method chosen, when it had to foretell months that are known."""

    class Method(models.TextChoices):
        AVERAGE = "average", _("Moving average of demand")
        SMOOTHING = "ses", _("Exponential smoothing")
        SEASONAL = "holt_winters", _("Holt-Winters, seasonal")
        INTERMITTENT = "sba", _("Croston (SBA), intermittent")

    product = models.OneToOneField(Product, models.CASCADE, related_name="forecast", verbose_name=_("product"))
    method = models.CharField(_("forecast method"), max_length=12, choices=Method.choices)
    months = models.PositiveIntegerField(_("months of history"))
    mase = models.DecimalField("MASE", max_digits=14, decimal_places=4, null=True)
    wape = models.DecimalField("WAPE", max_digits=14, decimal_places=4, null=True)
    first_month = models.DateField(_("first month"))
    quantities = models.JSONField(_("quantities"))
    lows = models.JSONField(_("at least"))
    highs = models.JSONField(_("at most"))
    next_quantity = QuantityField(_("next month"))
    fingerprint = models.CharField(max_length=64, editable=False)
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")

    def __str__(self) -> str:
        return str(self.product)


class ForecastOverride(Record):
    """A month's forecast as somebody says it will be, with the reason (人工修正). It wins over the computed one."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    month = models.DateField(_("month"), help_text=_("Any day of the month; its first is kept."))
    quantity = QuantityField(_("quantity"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("forecast by hand")
        verbose_name_plural = _("forecasts by hand")
        constraints = [
            models.UniqueConstraint(fields=["product", "month"], name="inventory_forecast_override_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="inventory_forecast_override_quantity"),
            models.CheckConstraint(condition=Q(month__day=1), name="inventory_forecast_override_month"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.month:%Y-%m}"
