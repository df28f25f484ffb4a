"""What was delivered when it was promised, and what was made of what was planned. Pure.

OTD (准时交货率) = lines shipped complete by their day ÷ lines due. Plan attainment (计划达成率) = Σ min(made by its
day, planned) ÷ Σ planned: what is made too much of one order makes up for no other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

ZERO, FOUR = Decimal(0), Decimal("0.0001")


def complete_on(quantity: Decimal, shipped: Iterable[tuple[date, Decimal]]) -> date | None:
    """The day on which all of it had gone; None while some of it has not."""
    gone = ZERO
    for day, part in sorted(shipped):
        gone += part
        if gone >= quantity:
            return day
    return None


def on_time(lines: Sequence[tuple[date, date | None]]) -> Decimal | None:
    """Share of lines (due, complete) that were complete by their day, to four decimals; None where none was due."""
    if not lines:
        return None
    kept = sum(done is not None and done <= due for due, done in lines)
    return (Decimal(kept) / len(lines)).quantize(FOUR, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Made:
    """Of one order: planned by its day, and good by then."""

    planned: Decimal
    actual: Decimal


def attainment(orders: Sequence[Made]) -> Decimal | None:
    """To four decimals; None where nothing was planned."""
    planned = sum((o.planned for o in orders), ZERO)
    if not planned:
        return None
    return (sum((min(o.actual, o.planned) for o in orders), ZERO) / planned).quantize(FOUR, ROUND_HALF_UP)
