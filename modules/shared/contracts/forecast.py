"""Contract of forecast demand: what planning may count on beyond orders. Quantities are in the product's stock unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True)
class MonthlyDemand:
    """What is expected of a product in a month, named by its first day, orders that are there already included: whoever
    plans consumes it by orders."""

    product_id: int
    month: date
    quantity: Decimal


class DemandForecast(Protocol):
    """Provided by inventory (`inventory.replenishment`)."""

    def forecast(self, product_ids: Sequence[int] | None = None) -> list[MonthlyDemand]:
        """Of the month that runs and those after it, by product and month."""
        ...
