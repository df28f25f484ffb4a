"""Slow, dead and excess stock, what its age costs, and turnover. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

ZERO = Decimal(0)
Class = Literal["dead", "slow", "excess", "moving"]
SLOW_DAYS, DEAD_DAYS = 90, 365
YEAR = 365


@dataclass(frozen=True)
class Layer:
    """What is left of a receipt: days since it came, and its part of the product's value."""

    age: int
    quantity: Decimal
    value: Decimal


def provision(layers: Sequence[Layer], bands: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Σ value × percent of the band of each layer's age. `bands`: (older than days, percent), the greatest that the age
    reaches counts."""
    ordered = sorted(bands, reverse=True)
    total = ZERO
    for layer in layers:
        percent = next((percent for days, percent in ordered if layer.age >= days), ZERO)
        total += layer.value * percent / 100
    return total


def classify(idle_days: int, excess: Decimal, slow: int = SLOW_DAYS, dead: int = DEAD_DAYS) -> Class:
    """By days without an issue; what moves may still be too much."""
    if idle_days >= dead:
        return "dead"
    if idle_days >= slow:
        return "slow"
    return "excess" if excess > 0 else "moving"


@dataclass(frozen=True)
class Turnover:
    """`outflow` over the average of what lay there in `days` days. None where nothing lay there, or nothing went."""

    outflow: Decimal
    average: Decimal
    days: int

    @property
    def turns(self) -> Decimal | None:
        """A year."""
        return self.outflow / self.average * YEAR / self.days if self.average > 0 and self.days else None

    @property
    def days_of_stock(self) -> Decimal | None:
        turns = self.turns
        return YEAR / turns if turns else None


def average_of(points: Sequence[tuple[int, Decimal]]) -> Decimal:
    """Of values on days (numbered, in order): each stretch with the mean of its ends, by its length."""
    if len(points) < 2 or points[-1][0] == points[0][0]:
        return points[-1][1] if points else ZERO
    area = sum(((b - a) * (x + y) / 2 for (a, x), (b, y) in pairwise(points)), ZERO)
    return area / (points[-1][0] - points[0][0])
