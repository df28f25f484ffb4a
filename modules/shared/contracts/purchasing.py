"""Contracts of purchasing: what planning wants bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from modules.shared.contracts.refs import RecordRef


@dataclass(frozen=True)
class PurchaseProposal:
    """A quantity (stock unit) that planning proposes to buy by a day. `reason` names what it is for, where known."""

    ref: RecordRef
    product_id: int
    quantity: Decimal
    needed_on: date
    reason: RecordRef | None = None


class OutsideWork(Protocol):
    """Provided by production: the work that lines of purchase orders pay for."""

    def ends(self, *, actor: Any, works: Sequence[RecordRef], reason: str) -> None:
        """The purchase order of these subcontract orders ends, and they with it. Called before the purchase order is
        locked; joins the caller's transaction. Raises StateRefused while something of ours lies at the supplier."""
        ...


class PurchaseProposals(Protocol):
    """Provided by production. Purchasing turns proposals into orders; without it, purchasing nets by itself."""

    def proposed(self) -> list[PurchaseProposal] | None:
        """All open proposals to buy; None while planning has never run."""
        ...

    def take(self, *, actor: Any, taken: Mapping[int, RecordRef]) -> None:
        """Proposal id → the order it went onto. Joins the caller's transaction. Raises StateRefused when one was
        taken or replaced meanwhile."""
        ...
