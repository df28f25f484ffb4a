"""The words of a price file. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class PerSeat:
    """What one seat costs a month, and a year paid at once."""

    month: Decimal
    year: Decimal

    def of(self, interval: str) -> Decimal:
        return self.year if interval == "year" else self.month


def per_seat(month: str, year: str) -> PerSeat:
    return PerSeat(Decimal(month), Decimal(year))


@dataclass(frozen=True)
class Allowance:
    """What a plan adds to one limit: so much, and so much more for each seat."""

    base: int = 0
    per_seat: int = 0

    def of(self, seats: int) -> int:
        return self.base + self.per_seat * seats


@dataclass(frozen=True)
class PriceFile:
    """A plan: one module, or several as a bundle. `modules` empty: the module of the same key. `limits` by the keys of
    the registry's limits."""

    key: str
    prices: Mapping[str, PerSeat]
    modules: tuple[str, ...] = ()
    title: Any = None
    description: Any = None
    order: int = 100
    limits: Mapping[str, Allowance] = field(default_factory=dict)
