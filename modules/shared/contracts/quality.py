"""Contracts of quality: goods that come wait for their inspection, and the verdict frees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from modules.shared.contracts.refs import RecordRef


@dataclass(frozen=True)
class Arrival:
    """Goods that come into stock; `lot` is empty where the product has no numbers."""

    product_id: int
    lot: str
    quantity: Decimal


class QualityGate(Protocol):
    """Provided by production (`production.quality`): what must be inspected before it is used."""

    def goods_came(
        self, *, actor: Any, stage: Literal["incoming", "final"], source: RecordRef, goods: Sequence[Arrival]
    ) -> None:
        """Makes the inspections that plans ask for and holds their lots through LotQuality. Called in the transaction
        that brings the goods in, once their lots exist and before anything is locked of them."""
        ...

    def waiting_for(self, product_id: int, number: str) -> str:
        """The inspection whose verdict a lot waits for, or that refused it; empty when there is none."""
        ...


class LotQuality(Protocol):
    """Provided by inventory (`inventory.lots`). Joins the caller's transaction."""

    def judge(
        self, *, actor: Any, product_id: int, numbers: Sequence[str], to: str, reason: str, replaces: Sequence[str]
    ) -> list[str]:
        """Holds, rejects or releases (`to`) lots. What is held or rejected already for a reason that is none of
        `replaces` (a recall) stays as it is. Answers which of the numbers there are."""
        ...
