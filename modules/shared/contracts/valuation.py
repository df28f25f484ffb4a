"""Contracts by which the books are compared with what the sub-ledgers say (invariant 3). Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from modules.shared.contracts.refs import RecordRef


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


@dataclass(frozen=True)
class PriceDifference:
    """What a supplier's invoice charges more (or less) than was accrued for a purchase order line, base currency."""

    purchase_order_line_id: int
    amount: Decimal
    party_id: int | None = None


class InvoicedDifferences(Protocol):
    """Provided by finance: what suppliers' invoices, less credit notes, charge beyond what was accrued."""

    def differences(self) -> dict[int, Decimal]:
        """Purchase order line id → amount in base currency; lines without a difference are left out."""
        ...


class LateCosts(Protocol):
    """Provided by inventory. Finance asks when an invoice is posted, credited or reversed, in its transaction and
    before it writes its own entry (stock is locked before the ledger)."""

    def price_differences(
        self, *, actor: Any, differences: Sequence[PriceDifference], on: date, source: RecordRef
    ) -> None:
        """Moves the differences from purchase price variance to the goods: what is on hand is worth more, what has gone
        has cost more, and both are posted. Goods at standard cost leave it in the variance."""
        ...


class CostMethods(Protocol):
    """Provided by inventory. Whoever changes a product's cost method or standard cost asks, in its transaction."""

    def cost_changed(self, *, actor: Any, product_ids: Sequence[int]) -> None:
        """Values the stock of these products by the method and standard cost that they have now; posts the change."""
        ...
