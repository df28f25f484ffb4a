"""Contract of overhead: what production used in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from modules.shared.contracts.refs import RecordRef


@dataclass(frozen=True)
class OverheadUse:
    """A production order's use over some days: hours, cost of material issued (base currency), good pieces."""

    order: RecordRef
    product_id: int
    sales_order_id: int | None
    machine: Decimal
    labour: Decimal
    material: Decimal
    quantity: Decimal


class OverheadDrivers(Protocol):
    """Provided by production."""

    def uses(self, *, since: date, until: date) -> list[OverheadUse]:
        """Orders that used anything on these days, both included, by number."""
        ...
