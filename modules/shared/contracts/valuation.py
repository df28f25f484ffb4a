"""Contracts by which the books are compared with what the sub-ledgers say (invariant 3). Read-only."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol


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


class LedgerCatchUp(Protocol):
    """Provided by finance. Whoever keeps stock or work in progress asks when it is switched on: the ledger may have
    been opened while it was off, and could not see what is there."""

    def catch_up(self, *, actor: Any) -> None:
        """Takes over what StockValuation and WorkInProgress say and the ledger does not. Idempotent."""
        ...
