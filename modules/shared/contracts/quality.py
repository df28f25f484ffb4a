"""Contracts of quality: goods that come wait for their inspection, and the verdict frees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
        self,
        *,
        actor: Any,
        stage: Literal["incoming", "final"],
        source: RecordRef,
        goods: Sequence[Arrival],
        supplier_id: int | None = None,
    ) -> set[int]:
        """Makes the inspections that plans ask for and holds their lots through LotQuality. Called in the transaction
        that brings the goods in, once their lots exist and before anything is locked of them. Answers the products
        whose goods without numbers must be put into quarantine until the verdict."""
        ...

    def kept_apart(self, product_ids: Collection[int]) -> dict[int, tuple[Decimal, str]]:
        """Product → how much of it lies in quarantine for inspections, and the number of the first of them."""
        ...

    def goods_left(self, *, source: RecordRef, product_id: int, quantity: Decimal) -> None:
        """So much less lies in quarantine for inspections: it went back to who sent it. Those of `source` first."""
        ...

    def waiting_for(self, product_id: int, number: str) -> str:
        """The inspection whose verdict a lot waits for, or that refused it; empty when there is none."""
        ...


@dataclass(frozen=True)
class Disposed:
    """What came of goods that were refused: the document, and what the goods were worth in base currency."""

    document: RecordRef
    value: Decimal


class RefusedGoods(Protocol):
    """Provided by inventory: what becomes of goods that are not as they should be. Both take them from wherever they
    lie, from quarantine first; what is locked of them for somebody moves to other stock where there is any. They join
    the transaction of a caller who has checked a permission of their own; they raise InsufficientStock, and
    what the ledger raises."""

    def scrap(self, *, actor: Any, product_id: int, lot: str, quantity: Decimal, reason: str) -> Disposed:
        """They are thrown away: a posted adjustment, their value a loss."""
        ...

    def give_back(
        self, *, actor: Any, product_id: int, lot: str, quantity: Decimal, came_with: RecordRef | None
    ) -> list[Disposed]:
        """They go back to the supplier, on a return of each receipt that they came with (`came_with` only, where it is
        a receipt). Raises StateRefused when they came with none."""
        ...


@dataclass(frozen=True)
class Delivered:
    """A delivery as its certificates need it: `language` of the customer, the (product, lot) it takes or took."""

    number: str
    language: str
    lots: list[tuple[int, str]]


class LotGenealogy(Protocol):
    """Provided by inventory (`inventory.lots`): where lots came from and where they went."""

    def story(self, product_id: int, number: str) -> dict[str, Any] | None:
        """Both trees, customers, places and mass balance of a lot, as its trace page shows them; None when there is no
        such lot."""
        ...

    def delivered(self, *, actor: Any, delivery_id: int) -> Delivered | None:
        """A delivery that `actor` may see; None when there is none."""
        ...

    def lots_shipped(self, sales_order_line_id: int) -> list[tuple[int, str, Decimal]]:
        """(product, lot, quantity) that deliveries of a sales order line took, less what came back."""
        ...


class LotQuality(Protocol):
    """Provided by inventory (`inventory.lots`). Joins the caller's transaction."""

    def judge(
        self, *, actor: Any, product_id: int, numbers: Sequence[str], to: str, reason: str, replaces: Sequence[str]
    ) -> list[str]:
        """Holds, rejects or releases (`to`) lots. What is held or rejected already for a reason that is none of
        `replaces` (a recall) stays as it is. Answers which of the numbers there are."""
        ...

    def let_in(self, *, actor: Any, source: RecordRef, product_id: int, quantity: Decimal, reason: str) -> None:
        """Goods without numbers that came with `source` and wait in quarantine go to the place they came for, as far
        as they still lie there."""
        ...
