"""The forecast in force: computed, or as somebody says by hand; and demand over any days to come."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from modules.inventory.models import Forecast, ForecastOverride
from modules.inventory.selectors.demand import first_of

ZERO = Decimal(0)


@dataclass(frozen=True)
class Month:
    """`computed`, `low`, `high` are the method's; `quantity` is what counts."""

    month: date
    quantity: Decimal
    computed: Decimal
    low: Decimal
    high: Decimal
    override: ForecastOverride | None = None


def forecasts(product_ids: Collection[int] | None = None) -> dict[int, list[Month]]:
    """Of all products that have one. Two queries."""
    rows, by_hand = Forecast.objects.all(), ForecastOverride.objects.all()
    if product_ids is not None:
        rows, by_hand = rows.filter(product_id__in=product_ids), by_hand.filter(product_id__in=product_ids)
    said: dict[int, dict[date, ForecastOverride]] = defaultdict(dict)
    for override in by_hand:
        said[override.product_id][override.month] = override
    return {row.product_id: _months(row, said.get(row.product_id, {})) for row in rows}


def _months(row: Forecast, said: dict[date, ForecastOverride]) -> list[Month]:
    months = []
    for n, (quantity, low, high) in enumerate(zip(row.quantities, row.lows, row.highs, strict=True)):
        month = row.first_month + relativedelta(months=n)
        override = said.get(month)
        computed = Decimal(quantity)
        counts = override.quantity if override is not None else computed
        months.append(Month(month, counts, computed, Decimal(low), Decimal(high), override))
    return months


def expected(months: list[Month], since: date, until: date) -> Decimal:
    """Demand from one day up to, without, another: of a month in part its days' share. Beyond the last month forecast
    its level goes on."""
    known = {month.month: month.quantity for month in months}
    if not known or until <= since:
        return ZERO
    last = known[max(known)]
    total, day = ZERO, since
    while day < until:
        first = first_of(day)
        end = min(until, first + relativedelta(months=1))
        share = Decimal((end - day) // timedelta(days=1)) / monthrange(first.year, first.month)[1]
        total += known.get(first, last if first > max(known) else ZERO) * share
        day = end
    return total
