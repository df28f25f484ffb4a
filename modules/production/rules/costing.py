"""What finished goods take with them out of work in process. Pure; amounts in base currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tenon.money.rounding import round_money

ZERO = Decimal(0)


@dataclass(frozen=True)
class Cost:
    """Cost that has gone in, and how much of the order it is for: material issued of what is required, time reported
    with the pieces done of those ordered. What is for no part in particular is for all of it."""

    value: Decimal
    there: Decimal = Decimal(1)
    whole: Decimal = Decimal(1)

    @property
    def expected(self) -> Decimal:
        """What it comes to when the whole order is done."""
        return self.value * self.whole / self.there if 0 < self.there < self.whole else self.value


def receipt_value(
    costs: Iterable[Cost], taken: Decimal, before: Decimal, good: Decimal, expected: Decimal, currency: str
) -> Decimal:
    """Value that `good` pieces take along: `before` came earlier and took `taken`, `expected` are still to come with
    these.

    By equivalent units: of the cost to be expected for the whole order each good piece has its part, never more than is
    in process. Cost spreads over good output only (domain rule 24: 13,521.26 over 96 good of 100 is 140.8465 each, not
    over 100): scrap leaves its cost for the good pieces still to come, and the last of them take what is left."""
    costs = list(costs)
    in_process = sum((cost.value for cost in costs), ZERO) - taken
    if good <= 0:
        return ZERO
    if good >= expected:
        return in_process
    whole = sum((cost.expected for cost in costs), ZERO)
    due = round_money(whole * (before + good) / (before + expected), currency) - taken
    return min(max(due, ZERO), in_process)


def work_cost(minutes: Decimal, rate_per_hour: Decimal, currency: str) -> Decimal:
    """minutes × rate ÷ 60, rounded to the currency."""
    return round_money(minutes * rate_per_hour / 60, currency)
