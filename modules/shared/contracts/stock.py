"""Contracts of stock: availability, reservation, movements of value. Quantities are in the product's stock unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from modules.shared.contracts.refs import RecordRef


@dataclass(frozen=True)
class Demand:
    """What a document line needs. `line` identifies it for reservation and pegging; `until`: the last day of a hold
    that runs out by itself (a quote's)."""

    line: RecordRef
    product_id: int
    quantity: Decimal
    needed_on: date | None = None
    head: RecordRef | None = None
    until: date | None = None


@dataclass(frozen=True)
class Reserved:
    """Answer to one demand: locked now, and short."""

    line: RecordRef
    product_id: int
    reserved: Decimal
    short: Decimal


@dataclass(frozen=True)
class Availability:
    """One product now. available = on_hand − reserved where it may be taken (not in quarantine, not in transit);
    incoming: open supply; outgoing: open demand not reserved."""

    product_id: int
    on_hand: Decimal
    reserved: Decimal
    available: Decimal
    incoming: Decimal
    outgoing: Decimal


@dataclass(frozen=True)
class Supply:
    """A dated open supply (purchase order line, production order) that planning and promises may count on."""

    source: RecordRef
    product_id: int
    quantity: Decimal
    due_on: date
    firm: bool = True
    peg: RecordRef | None = None  # made to order for this demand line


@dataclass(frozen=True)
class Claim:
    """A quantity of a supply that is set aside for one demand line."""

    supply: RecordRef
    line: RecordRef
    product_id: int
    quantity: Decimal


class StockReservation(Protocol):
    """Provided by inventory (`inventory.stock`). Joins the caller's transaction; locks balances in key order."""

    def reserve(self, *, actor: Any, demands: Sequence[Demand], partial: bool = True) -> list[Reserved]:
        """Locks what is there. With partial=False raises InsufficientStock when anything is short, and locks none."""
        ...

    def release(self, *, actor: Any, lines: Sequence[RecordRef]) -> None:
        """Frees what is reserved and claimed for these lines."""
        ...

    def shrink(self, *, actor: Any, keep: Mapping[RecordRef, Decimal]) -> dict[int, Decimal]:
        """Lines that need less now: what is held beyond the quantity to keep is freed, claims on supply first, then
        soft, then hard reservations. Line id → freed in stock."""
        ...

    def hand_over(self, *, actor: Any, head: RecordRef, demands: Sequence[Demand]) -> dict[int, Decimal]:
        """What is held for a document (a quote) goes to these demands of the document that follows it; what they do not
        take is freed. Line id → quantity in stock."""
        ...

    def claim(self, *, actor: Any, wanted: Sequence[tuple[Demand, RecordRef]]) -> list[Claim]:
        """Sets of each supply, which is firm, as much aside for the demand as that wants and as nobody has a claim to:
        it is locked for it as it comes. Answers what was."""
        ...

    def claims(self, product_ids: Sequence[int] | None = None) -> list[Claim]:
        """What demands have a claim to of open supply."""
        ...

    def supply_changed(self, *, actor: Any, supplies: Sequence[RecordRef]) -> None:
        """Less is to come of these supplies than before: claims beyond it are let go, the least urgent first. Called
        after the change was written, in the same transaction."""
        ...

    def reserved_for(self, lines: Sequence[RecordRef]) -> dict[int, Decimal]:
        """Line id → reserved quantity."""
        ...

    def locked(self, product_ids: Sequence[int]) -> dict[tuple[str, int], Decimal]:
        """(line entity, id) → what is reserved of these products. One query."""
        ...


class StockAvailability(Protocol):
    """Provided by inventory."""

    def availability(self, product_ids: Sequence[int]) -> dict[int, Availability]: ...

    def free_for(self, demands: Sequence[Demand]) -> dict[tuple[str, int], Decimal]:
        """(line entity, id) → what is free for it, of demands that are served from one warehouse; others are left
        out."""
        ...

    def free(self, product_ids: Collection[int] | None = None) -> dict[int, Decimal]:
        """product_id → on hand − reserved in stock places, of all products (or those named) that have any, in one
        query."""
        ...

    def lies_at(self, product_ids: Collection[int]) -> dict[int, list[tuple[str, str, Decimal]]]:
        """product_id → [(place, lot, on hand)] in stock places, where there is any, by place and lot; what is held or
        has expired is left out. One query."""
        ...

    def unit_costs(self, product_ids: Sequence[int]) -> dict[int, Decimal]:
        """What one stock unit costs now, base currency: average of what is there, else last, else standard cost."""
        ...


class StockIssue(Protocol):
    """Provided by inventory: production takes material and puts finished goods through it."""

    def issue_to_production(
        self,
        *,
        actor: Any,
        order: RecordRef,
        items: Sequence[tuple[int, Decimal]],
        moved_on: date,
        sales_order: RecordRef | None = None,
    ) -> list[tuple[int, Decimal, Decimal]]:
        """[(product_id, quantity)] out of stock into the production order. Returns (product_id, quantity, value).
        Raises InsufficientStock."""
        ...  # fmt: skip

    def receive_from_production(
        self,
        *,
        actor: Any,
        order: RecordRef,
        product_id: int,
        quantity: Decimal,
        value: Decimal,
        moved_on: date,
        reserve_for: RecordRef | None = None,
        lots: str = "",
        supply: RecordRef | None = None,
        supplier_id: int | None = None,
    ) -> None:
        """Finished goods in at `value` (base currency), under the lot or serial numbers named (else of the order's
        number); reserved at once for the demand line they were made for, or for who has a claim on the `supply` (the
        order, where it is no other). With `supplier_id` somebody else finished them: they are inspected as they come
        in."""
        ...  # fmt: skip

    def return_from_production(
        self, *, actor: Any, order: RecordRef, items: Sequence[tuple[int, Decimal, Decimal]], moved_on: date
    ) -> None:
        """[(product_id, quantity, value)] out of the order into stock at these values, under the lots that it took, the
        last first."""
        ...


class SubcontractStock(Protocol):
    """Provided by inventory: our material at a subcontractor. It stays our stock, with its value, and is nobody's to
    reserve."""

    def send(
        self,
        *,
        actor: Any,
        supplier_id: int,
        source: RecordRef,
        order: RecordRef,
        items: Sequence[tuple[int, Decimal]],
        moved_on: date,
    ) -> list[tuple[int, Decimal, Decimal]]:
        """[(product_id, quantity)] to the supplier: what is locked for the production `order` first. Returns
        (product_id, quantity, value). Raises InsufficientStock."""
        ...

    def take_back(
        self,
        *,
        actor: Any,
        supplier_id: int,
        source: RecordRef,
        items: Sequence[tuple[int, Decimal]],
        moved_on: date,
    ) -> None:
        """Back into stock, at its value. Raises InsufficientStock."""
        ...

    def consume(
        self,
        *,
        actor: Any,
        supplier_id: int,
        order: RecordRef,
        items: Sequence[tuple[int, Decimal]],
        moved_on: date,
    ) -> list[tuple[int, Decimal, Decimal]]:
        """Out of what lies at the supplier into the production order: (product_id, quantity, value). Raises
        InsufficientStock."""
        ...

    def there(self) -> dict[tuple[int, int], Decimal]:
        """(supplier_id, product_id) → quantity, of all that lies at subcontractors. One query."""
        ...


class StockTracking(Protocol):
    """Provided by inventory: may a product be tracked otherwise than so far?"""

    def tracking_changed(self, *, actor: Any, product_id: int, tracking: str) -> None:
        """Raises StateRefused when the stock that is there contradicts it."""
        ...


class ShippedDays(Protocol):
    """Provided by inventory: what has gone for sales order lines, day by day; what came back counts for nothing."""

    def shipped(self, line_ids: Sequence[int]) -> dict[int, list[tuple[date, Decimal]]]:
        """Line id → (day, quantity in the stock unit), of lines that anything has gone for."""
        ...


class OpenSupply(Protocol):
    """Provided by every module with open supply; planning and availability ask all of them (ports.find_all)."""

    def open_supply(self, product_ids: Sequence[int] | None = None) -> list[Supply]: ...

    def supply_locked(self, source: RecordRef) -> Supply | None:
        """One supply under its lock until the transaction ends; None when it is not open, or another module's."""
        ...


class OpenDemand(Protocol):
    """Provided by every module with open demand (sales order lines, production components): not delivered."""

    def open_demand(self, product_ids: Sequence[int] | None = None) -> list[Demand]: ...


@dataclass(frozen=True)
class PromiseStep:
    """One reason in a promise, e.g. ("stock", 4 pcs now) or ("purchase", BA-8327, arrives 2026-12-03). Of a machine
    that is taken (capacity) `note` names it, and `on` is when work can begin. `decides`: the day hangs on it."""

    kind: str  # stock | claim | supply | purchase | production | lead_time | capacity
    product_id: int
    quantity: Decimal
    on: date
    note: str = ""
    source: RecordRef | None = None  # the supply that it stands on
    decides: bool = False


@dataclass(frozen=True)
class Promise:
    line: RecordRef
    on: date | None
    steps: tuple[PromiseStep, ...] = field(default_factory=tuple)


class PromiseDates(Protocol):
    """Provided by production (lead times through the bill of materials) or, without it, by inventory (open supply and
    the product's lead time)."""

    def promise(self, demands: Sequence[Demand]) -> list[Promise]: ...
