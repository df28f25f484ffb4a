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
class PriceFile:
    """A plan: one module, or several as a bundle. `modules` empty: the module of the same key."""

    key: str
    prices: Mapping[str, PerSeat]
    modules: tuple[str, ...] = ()
    title: Any = None
    description: Any = None
    order: int = 100
    metadata: Mapping[str, str] = field(default_factory=dict)
