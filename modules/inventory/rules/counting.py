"""What becomes of a count (盘点判定), and how right the books were. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

ZERO = Decimal(0)
Verdict = Literal["ready", "recount", "approval"]


@dataclass(frozen=True)
class Tolerance:
    """Percent of the book and value of the difference; None: not looked at. Both None: every difference counts."""

    percent: Decimal | None
    value: Decimal | None

    def holds(self, counted: Decimal, book: Decimal, unit_cost: Decimal) -> bool:
        difference = abs(counted - book)
        if not difference:
            return True
        if self.percent is None and self.value is None:
            return False
        if self.percent is not None and difference * 100 > self.percent * abs(book):
            return False
        return self.value is None or difference * unit_cost <= self.value


def verdict(counted: Decimal, book: Decimal, unit_cost: Decimal, tolerance: Tolerance, *, again: bool) -> Verdict:
    """Within tolerance a count is accepted as it is. Beyond it, the first one is done again by somebody else; what the
    second one finds has to be approved."""
    if tolerance.holds(counted, book, unit_cost):
        return "ready"
    return "approval" if again else "recount"


@dataclass(frozen=True)
class Counted:
    """One counted line, as accuracy sees it: the value of the book and of the difference, signed."""

    hit: bool
    book_value: Decimal
    difference_value: Decimal


@dataclass(frozen=True)
class Accuracy:
    """`lines`: counted. `hits`: within tolerance at the first count. `share`: hits of lines. `value`: one less the
    absolute differences' part of the book value, never below nothing; None where the book was worth nothing.
    `difference`: gains less losses."""

    lines: int
    hits: int
    book_value: Decimal
    difference: Decimal
    absolute: Decimal

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.hits) / self.lines if self.lines else None

    @property
    def value(self) -> Decimal | None:
        return max(ZERO, 1 - self.absolute / self.book_value) if self.book_value > 0 else None


def accuracy(counted: Iterable[Counted]) -> Accuracy:
    rows = list(counted)
    return Accuracy(
        len(rows),
        sum(row.hit for row in rows),
        sum((row.book_value for row in rows), ZERO),
        sum((row.difference_value for row in rows), ZERO),
        sum((abs(row.difference_value) for row in rows), ZERO),
    )
