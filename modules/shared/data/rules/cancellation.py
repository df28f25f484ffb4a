"""What cancelling costs (domain rule 20). Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """`amount` is in the currency of the order."""

    when: str  # always | days | released | ready
    days: int | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class CancelledLine:
    """A line, or the piece of it that is in one state. `value`: net, of what is cancelled. `days_left` to the promised
    day; negative: the promise is broken. `released`: goods are made or bought for it; `ready`: they are locked in stock
    for it."""

    position: int
    value: Decimal
    days_left: int | None = None
    released: bool = False
    ready: bool = False


@dataclass(frozen=True)
class Part:
    """`position` None: the least that the terms ask for."""

    position: int | None
    when: str
    days: int | None
    percent: Decimal | None
    amount: Decimal


def charge(steps: Sequence[Step], lines: Sequence[CancelledLine], unit: Decimal) -> list[Part]:
    """What is charged, rounded to `unit`: of each line the dearest percentage that holds, in all at least the dearest
    fixed amount that holds. Whose promise we broke is charged nothing by days."""
    parts = []
    for line in lines:
        found = [s for s in steps if s.percent is not None and _holds(s, line)]
        best = max(found, key=lambda s: s.percent or ZERO, default=None)
        if best is None or best.percent is None:
            continue
        amount = _round(line.value * best.percent / 100, unit)
        if amount > 0:
            parts.append(Part(line.position, best.when, best.days, best.percent, amount))
    fixed = [s for s in steps if s.amount is not None and any(_holds(s, line) for line in lines)]
    least = max(fixed, key=lambda s: s.amount or ZERO, default=None)
    if least is not None and least.amount is not None:
        amount = _round(least.amount, unit)
        if amount > sum((p.amount for p in parts), ZERO):
            return [Part(None, least.when, least.days, None, amount)]
    return parts


def _holds(step: Step, line: CancelledLine) -> bool:
    if line.value <= 0:
        return False
    if step.when == "days":
        return line.days_left is not None and step.days is not None and 0 <= line.days_left <= step.days
    return {"released": line.released, "ready": line.ready}.get(step.when, True)


def _round(amount: Decimal, unit: Decimal) -> Decimal:
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
