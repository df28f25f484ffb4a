"""The words of planning: what it reads and what it says. Pure.

Quantities are integers in millionths of the stock unit: exact like decimals, quick like machine words."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from modules.shared.data.rules.calendars import WorkCalendar

MICRO = 1_000_000


def in_turn(key: Hashable) -> tuple[Any, ...]:
    """Documents by kind and number, 9 before 10: of two supplies of a day the older is taken first, in every reckoning
    alike. Anything else by its words."""
    return key if isinstance(key, tuple) else (repr(key),)


def micro(quantity: Decimal) -> int:
    """Millionths of the stock unit."""
    return int(quantity.scaleb(6).to_integral_value())


def from_micro(quantity: int) -> Decimal:
    return Decimal(quantity).scaleb(-6)


@dataclass(frozen=True, slots=True)
class Component:
    """`per` parent unit as an exact fraction, scrap included already (see `per_unit`). `fixed`: what each order takes
    beyond that, however much it makes; `batch`: the quantity that the bill of materials is written for. `successor`:
    the product that follows when this one runs out, `ratio` of it for each. After `ends` another version of the bill
    holds: neither is taken."""

    product: int
    per: Fraction
    valid_from: date | None = None
    valid_until: date | None = None
    fixed: int = 0
    batch: int = MICRO
    successor: int | None = None
    ratio: Fraction = Fraction(1)
    ends: date | None = None

    @property
    def products(self) -> tuple[int, ...]:
        """Itself, and what may be taken for it."""
        return (self.product,) if self.successor is None else (self.product, self.successor)

    def on(self, day: date) -> Component | None:
        """What is taken on that day: itself, its successor after its last day, or nothing."""
        if self.ends is not None and day > self.ends:
            return None
        if self.valid_on(day):
            return self
        if self.successor is None or self.valid_until is None or day <= self.valid_until:
            return None
        return Component(self.successor, self.per * self.ratio, fixed=self.replaced(self.fixed), batch=self.batch)

    def replaced(self, quantity: int) -> int:
        """As many of the successor, rounded up to a millionth."""
        above, below = self.ratio.as_integer_ratio()
        return -(-quantity * above // below)

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def needed_for(self, quantity: int) -> int:
        """What one order of `quantity` takes, rounded up to a millionth."""
        above, below = self.per.as_integer_ratio()
        return -(-quantity * above // below) + self.fixed


@dataclass(frozen=True, slots=True)
class Output:
    """What comes besides: `per` unit of the product, with `share` percent of the cost."""

    product: int
    per: Fraction
    share: Decimal

    def of(self, quantity: int) -> int:
        """What one order of `quantity` brings, rounded down to a millionth."""
        above, below = self.per.as_integer_ratio()
        return quantity * above // below


def per_unit(quantity: Decimal, output: Decimal, scrap_percent: Decimal) -> Fraction:
    """quantity ÷ output ÷ (1 − scrap), exactly: 100 wanted at 4 % scrap need 104.1666…, not 104. (Whole numbers and one
    fraction at the end: a run reads tens of thousands of these.) Raises ValueError unless 0 ≤ scrap < 100."""
    if not 0 <= scrap_percent < 100:
        raise ValueError("scrap must lie in 0 … 100 %")
    above, below = quantity.as_integer_ratio()
    output_above, output_below = output.as_integer_ratio()
    scrap_above, scrap_below = scrap_percent.as_integer_ratio()
    whole = 100 * scrap_below
    return Fraction(above * output_below * whole, below * output_above * (whole - scrap_above))


@dataclass(frozen=True, slots=True)
class Entered:
    """A quantity that the master plan says shall come on a day; `entry` names it."""

    entry: int
    quantity: int
    on: date


@dataclass(frozen=True, slots=True)
class Item:
    """A product as planning sees it. `make` products with components are exploded.

    `lot_fixed`: orders of exactly this size; `economic`: 2 × cost of an order ÷ what it costs to keep one for a year;
    `period_days`: one order for the needs of so many days; `to_order`: an order of its own for every need, which takes
    what is free only where `stock_first` says so. `daily_rate`: so many a day, added to the lead time. `fence_days`:
    working days within which nothing new is planned. `calendar`: its maker's or supplier's, where it is not the
    company's. `entered`: what the master plan says, taken as it is."""

    product: int
    make: bool
    lead_days: int = 0
    safety: int = 0
    lot_min: int = 0
    lot_multiple: int = 0
    lot_max: int = 0
    step: int = MICRO  # smallest piece of the unit
    phantom: bool = False
    lot_fixed: int = 0
    economic: Fraction | None = None
    period_days: int = 0
    to_order: bool = False
    stock_first: bool = True
    daily_rate: int = 0
    fence_days: int = 0
    calendar: WorkCalendar | None = None
    components: tuple[Component, ...] = ()
    outputs: tuple[Output, ...] = ()
    entered: tuple[Entered, ...] = ()

    @property
    def decimals(self) -> int:
        """Of its unit."""
        return len(str(MICRO // self.step)) - 1


@dataclass(frozen=True, slots=True)
class Need:
    """Independent demand. `peg` identifies it (a document line)."""

    product: int
    quantity: int
    on: date
    peg: Hashable


@dataclass(frozen=True, slots=True)
class Supply:
    """Open supply that exists: an order. `source` identifies it; `peg` binds it to one need; what is not `firm` waits
    for its release. A by-product comes when its order does: nobody is asked to move it, so it covers no earlier day."""

    product: int
    quantity: int
    on: date
    source: Hashable
    peg: Hashable | None = None
    by_product: bool = False
    firm: bool = True


@dataclass(slots=True)
class Planned:
    """A proposal. `pegs`: (peg of the need, or ("planned", product of the parent, its number), or ("safety", product);
    quantity). `entry`: of the master plan, whose needs are found where they took of it: in the plan's pegging."""

    product: int
    make: bool
    quantity: int
    release_on: date
    due_on: date
    late: bool = False
    level: int = 0
    pegs: list[tuple[Hashable, int]] = field(default_factory=list)
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What to do about supply that exists: release, expedite or defer to a day, or cancel. `on` is the day it is
    needed; of a release, the day it was to be released."""

    kind: str  # release | expedite | defer | cancel | past_due
    product: int
    source: Hashable
    quantity: int
    on: date | None


@dataclass(slots=True)
class Plan:
    planned: list[Planned]
    messages: list[Message]
    pegging: list[tuple[Hashable, Hashable, int]]  # (need, what covers it: ("stock", product) or a source, quantity)
