"""The pipeline as it stood: from the stage history."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from modules.crm.models import Opportunity, StageHistory
from modules.crm.rules.pipeline import Passing, StageFigure, funnel
from modules.shared.data.errors import MissingRate
from modules.shared.data.models import ExchangeRate
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.registry.registry import registry
from tenon.tenancy.context import current


class Rates:
    """What currencies were worth in the company's on any day: the last rate known by then. One query."""

    def __init__(self, currencies: Iterable[str]) -> None:
        self._days: dict[str, list[date]] = defaultdict(list)
        self._rates: dict[str, list[Decimal]] = defaultdict(list)
        self._own = current().currency
        foreign = {code for code in currencies if code != self._own}
        if not foreign:
            return
        rows = ExchangeRate.objects.filter(currency__code__in=foreign).order_by("day")
        for code, day, rate in rows.values_list("currency__code", "day", "rate"):
            self._days[code].append(day)
            self._rates[code].append(rate)

    def find(self, currency: str, on: date) -> Decimal | None:
        """None: no rate was known by then."""
        if currency == self._own:
            return Decimal(1)
        known = bisect_right(self._days.get(currency, ()), on)
        return self._rates[currency][known - 1] if known else None

    def on(self, currency: str, on: date) -> Decimal:
        """Raises MissingRate: no rate is never taken for 1."""
        rate = self.find(currency, on)
        if rate is None:
            raise MissingRate(currency=currency, day=on.isoformat())
        return rate


def passings(*, actor: Actor) -> list[Passing]:
    """All passings of the opportunities that the actor may see, in the company's currency at the rate of that day."""
    seen = visible(actor, registry().entities["crm.opportunity"], Opportunity.objects.all())
    rows = list(
        StageHistory.objects.filter(opportunity__in=seen)
        .order_by("at", "id")
        .values_list("opportunity_id", "to_stage_id", "to_stage__kind", "at", "amount", "currency", "probability")
    )
    rates, zone = Rates({row[5] for row in rows}), ZoneInfo(current().time_zone)
    return [
        Passing(
            opportunity, stage, kind, at,
            amount * rates.on(currency, at.astimezone(zone).date()) if amount else Decimal(0), probability,
        )
        for opportunity, stage, kind, at, amount, currency, probability in rows
    ]  # fmt: skip


def pipeline_at(*, actor: Actor, moment: datetime) -> list[StageFigure]:
    """Count, amount and weighted amount per stage, as things stood at that moment."""
    return funnel(passings(actor=actor), moment)
