"""What was thought of open deals, and when: models of the win probability, their predictions, weekly forecasts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from modules.crm.models.opportunity import ForecastCategory, Opportunity, Stage
from tenon.money.fields import MoneyField
from tenon.records.base import LedgerRow


class WinModel(LedgerRow):
    """One fit over the company's closed deals (rules.win_model); the latest is used. `used` false: too few deals, or no
    better on held-out deals than the base rate of the stage, so that the base rates speak."""

    internal = True

    fitted_on = models.DateField()
    deals = models.PositiveIntegerField()
    won = models.PositiveIntegerField()
    used = models.BooleanField()
    bases = models.JSONField()  # stage id → {"won", "deals", "rate"}
    weights = models.JSONField(null=True)  # rules.win_model.Weights; none with too few deals
    report = models.JSONField(null=True)  # rules.win_model.Report on the held-out deals

    class Meta:
        indexes = [models.Index(fields=["-id"], name="crm_win_model_latest")]


class WinPrediction(LedgerRow):
    """What one night thought of one open deal; never rewritten. `base` is the stage's base rate at that time; `model`
    empty or not used: `probability` is the base rate."""

    internal = True
    part_of: ClassVar[str] = "opportunity"

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="predictions")
    model = models.ForeignKey(WinModel, models.PROTECT, null=True, related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    predicted_on = models.DateField()
    probability = models.DecimalField(max_digits=6, decimal_places=5)  # 0–1
    base = models.DecimalField(max_digits=6, decimal_places=5)
    reasons = models.JSONField(default=list)  # [{"feature", "value", "points"}], the strongest first

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1), name="crm_win_prediction_range"
            ),
        ]
        indexes = [models.Index(fields=["opportunity", "-id"], name="crm_win_prediction_latest")]


class ForecastSnapshot(LedgerRow):
    """An open deal on the day of the week's forecast. `amount` in the company's currency at that day's rate, none when
    the deal had none; `probability` 0–1 as last predicted by then."""

    internal = True
    part_of: ClassVar[str] = "opportunity"

    taken_on = models.DateField(_("day"))
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+")
    owner = models.ForeignKey("access.Member", models.PROTECT, null=True, related_name="+")
    category = models.CharField(max_length=8, choices=ForecastCategory.choices)
    amount = MoneyField(null=True)
    probability = models.DecimalField(max_digits=6, decimal_places=5)
    expected_close = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["taken_on", "opportunity"], name="crm_forecast_snapshot_once"),
        ]
        indexes = [models.Index(fields=["expected_close", "taken_on"], name="crm_forecast_period")]
