"""Contracts by which the books are compared with what the sub-ledgers say (invariant 3). Read-only."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol


class StockValuation(Protocol):
    """Provided by inventory: the value of everything in our own places, as posted (rounded to the base currency)."""

    def values(self) -> dict[int, Decimal]:
        """product_id → value; products without stock may be left out."""
        ...


class WorkInProgress(Protocol):
    """Provided by production: what its open orders have taken in and not yet given back."""

    def values(self) -> dict[int, Decimal]:
        """production_order_id → value; closed orders are left out."""
        ...
