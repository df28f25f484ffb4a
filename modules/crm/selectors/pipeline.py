"""The pipeline as it stood: from the stage history."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from modules.crm.models import Opportunity, StageHistory
from modules.crm.rules.pipeline import Passing, StageFigure, funnel
from modules.shared.data.selectors.rates import exchange_rate
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.registry.registry import registry


def passings(*, actor: Actor) -> list[Passing]:
    """All passings of the opportunities that the actor may see, in the company's currency at the rate of that day."""
    seen = visible(actor, registry().entities["crm.opportunity"], Opportunity.objects.all())
    rows = StageHistory.objects.filter(opportunity__in=seen).order_by("at", "id")
    rates: dict[tuple[str, object], Decimal] = {}
    out = []
    for opportunity, stage, kind, at, amount, currency, probability in rows.values_list(
        "opportunity_id", "to_stage_id", "to_stage__kind", "at", "amount", "currency", "probability"
    ):
        key = (currency, at.date())
        if amount and key not in rates:
            rates[key] = exchange_rate(currency, at.date())
        value = (amount or Decimal(0)) * rates.get(key, Decimal(1))
        out.append(Passing(opportunity, stage, kind, at, value, probability))
    return out


def pipeline_at(*, actor: Actor, moment: datetime) -> list[StageFigure]:
    """Count, amount and weighted amount per stage, as things stood at that moment."""
    return funnel(passings(actor=actor), moment)
