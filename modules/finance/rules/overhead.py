"""Overhead over a month: why actual and charged differ, and who bears it. Pure; amounts in base currency.

Three-way analysis of the overhead variance (Horngren, Datar, Rajan: Cost Accounting, chapter 8), with r = planned ÷
normal use, H = use of the month:

    price (spending) = actual − planned
    volume           = planned − r × H        capacity that was paid for and not used
    efficiency       = r × H − charged        hours used beyond those that production was charged for
    sum              = actual − charged

Without a normal use there is no rate: volume is planned less charged, and efficiency nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
Round = Callable[[Decimal], Decimal]


@dataclass(frozen=True)
class Variances:
    spending: Decimal
    volume: Decimal
    efficiency: Decimal

    @property
    def total(self) -> Decimal:
        return self.spending + self.volume + self.efficiency


def overhead_variances(
    actual: Decimal, charged: Decimal, planned: Decimal, capacity: Decimal, used: Decimal, to: Round
) -> Variances:
    """Rounded by `to`; they sum to actual − charged exactly, what rounding leaves is in the efficiency."""
    if not capacity:
        return Variances(actual - planned, planned - charged, ZERO)
    at_rate = to(planned * used / capacity)
    return Variances(actual - planned, planned - at_rate, at_rate - charged)
