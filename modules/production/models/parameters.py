"""How products are planned, and what people expect to sell of them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Calendar, Product
from tenon.money.fields import MoneyField, PercentField, QuantityField
from tenon.records.base import Record

ZERO = Decimal(0)


class PlanningRule(Record):
    """How a product is planned (计划参数); without a product: all those that have no rule of their own. Lot sizes come
    on top of the product's minimum, multiple and maximum. `stock_first`: what is ordered for one need may take free
    stock before anything is made. Fences are working days from today: inside the frozen one nothing new is due, inside
    the demand fence only orders count. `master`: planned by hand as well, in the master plan (主生产计划).
    `locks_material`: its orders are given their share of material, in stock and on its way, for good when they are
    released (下达时锁料)."""

    class LotRule(models.TextChoices):
        EXACT = "exact", _("Exactly what is needed")
        FIXED = "fixed", _("Fixed lot")
        ECONOMIC = "economic", _("Economic lot (EOQ)")
        PERIOD = "period", _("Needs of some days together")
        TO_ORDER = "to_order", _("To order: one for each need")

    class Forecast(models.TextChoices):
        NONE = "none", _("Orders only")
        ENTERED = "entered", _("Forecasts entered by hand")
        COMPUTED = "computed", _("Entered forecasts, else the computed ones")

    product = models.OneToOneField(
        Product, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("product"),
        help_text=_("None: all products without a rule of their own."),
    )  # fmt: skip
    lot_rule = models.CharField(_("lot rule"), max_length=8, choices=LotRule.choices, default=LotRule.EXACT)
    lot_size = QuantityField(_("fixed lot"), default=ZERO)
    order_cost = MoneyField(_("cost of an order"), default=ZERO)
    holding_percent = PercentField(_("cost of keeping, % of value a year"), default=ZERO)
    period_days = models.PositiveIntegerField(_("days together"), default=0)
    stock_first = models.BooleanField(_("free stock first"), default=True)
    daily_rate = QuantityField(
        _("made per day"), default=ZERO, help_text=_("Adds working days to the lead time: quantity ÷ this. None: 0.")
    )
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar"),
        help_text=_("Of the supplier or workshop: lead times count its working days."),
    )  # fmt: skip
    master = models.BooleanField(_("in the master plan"), default=False)
    frozen_days = models.PositiveIntegerField(_("frozen fence (working days)"), default=0)
    demand_days = models.PositiveIntegerField(_("demand fence (working days)"), default=0)
    forecast = models.CharField(_("forecast"), max_length=8, choices=Forecast.choices, default=Forecast.ENTERED)
    locks_material = models.BooleanField(
        _("lock material at release"), default=True, db_default=True,
        help_text=_("What is not there yet is locked as it arrives. Otherwise somebody has to press “Lock material”."),
    )  # fmt: skip
    backward_days = models.PositiveIntegerField(_("orders consume forecast of days before"), default=7)
    forward_days = models.PositiveIntegerField(_("orders consume forecast of days after"), default=7)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("planning rule")
        verbose_name_plural = _("planning rules")
        constraints = [
            models.UniqueConstraint(fields=["product"], nulls_distinct=False, name="production_planning_rule_once"),
            models.CheckConstraint(
                condition=Q(lot_size__gte=0, order_cost__gte=0, holding_percent__gte=0, daily_rate__gte=0),
                name="production_planning_rule_sizes",
            ),
            models.CheckConstraint(
                condition=Q(master=False) | Q(product__isnull=False), name="production_planning_rule_master"
            ),
            models.CheckConstraint(
                condition=~Q(lot_rule="fixed") | Q(lot_size__gt=0), name="production_planning_rule_fixed"
            ),
            models.CheckConstraint(
                condition=~Q(lot_rule="economic") | Q(order_cost__gt=0, holding_percent__gt=0),
                name="production_planning_rule_economic",
            ),
            models.CheckConstraint(
                condition=~Q(lot_rule="period") | Q(period_days__gt=0), name="production_planning_rule_period"
            ),
        ]

    def __str__(self) -> str:
        return str(self.product or _("All others"))


class ForecastEntry(Record):
    """What somebody expects to be ordered of a product between two days (需求预测录入), orders that are there already
    included: they consume it. It is spread over the period's working days, and drops as they pass."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    starts_on = models.DateField(pgettext_lazy("production", "from"))
    ends_on = models.DateField(pgettext_lazy("production", "until"))
    quantity = QuantityField(_("quantity"))
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("forecast for planning")
        verbose_name_plural = _("forecasts for planning")
        constraints = [
            models.UniqueConstraint(fields=["product", "starts_on"], name="production_forecast_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0, ends_on__gte=F("starts_on")), name="production_forecast_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.starts_on}"


class MasterPlanEntry(Record):
    """A quantity that somebody has decided shall come by a day (主生产计划): planning takes it as firm, until an order
    is made of it. `reason`: why it was changed inside the frozen fence."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    due_on = models.DateField(pgettext_lazy("production", "due"))
    quantity = QuantityField(_("quantity"))
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("entry of the master plan")
        verbose_name_plural = _("entries of the master plan")
        constraints = [
            models.UniqueConstraint(fields=["product", "due_on"], name="production_master_plan_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="production_master_plan_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.due_on}"


class PlanningChange(models.Model):
    """A product whose demand, supply, stock or bill has changed since it was planned last (待重算)."""

    product = models.OneToOneField(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.product_id)
