"""Whether a change of an order keeps within limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
NOTHING = (None, ZERO)
Lines = Mapping[object, tuple[int | None, Decimal]]  # line → product, worth
Limit = tuple[Decimal | None, Decimal | None, Decimal | None]  # amount, per cent of the value, least margin in per cent


@dataclass(frozen=True)
class Standing:
    """An order at one moment: its worth in its currency, its margin in per cent (None: not known)."""

    worth: Decimal
    margin: Decimal | None


@dataclass(frozen=True)
class Moved:
    """How much value a change moves, in the order's and in the company's currency."""

    value: Decimal
    in_base: Decimal


def moved_value(before: Lines, after: Lines) -> Decimal:
    """How much value changes, line by line: what one line gains does not make up for what another one loses."""
    moved = ZERO
    for key in {*before, *after}:
        (product, was), (other, becomes) = before.get(key, NOTHING), after.get(key, NOTHING)
        moved += abs(becomes - was) if product == other or None in (product, other) else was + becomes
    return moved


def beyond(limits: Sequence[Limit], before: Standing, after: Standing, moved: Moved) -> list[dict[str, str]]:
    """What stands against it under the limit that fits best: [{limit, is, allowed}]; empty where one limit holds in
    full. Who has no limit at all decides nothing alone: [{limit: none}]."""
    if not limits:
        return [{"limit": "none"}]
    return min((_of(limit, before, after, moved) for limit in limits), key=len)


def _of(limit: Limit, before: Standing, after: Standing, moved: Moved) -> list[dict[str, str]]:
    amount, percent, margin = limit
    found = []
    if amount is not None and moved.in_base > amount:
        found.append({"limit": "amount", "is": f"{moved.in_base:f}", "allowed": f"{amount:f}"})
    if percent is not None and moved.value * 100 > percent * before.worth:
        share = f"{(moved.value * 100 / before.worth).quantize(Decimal('0.1')):f}" if before.worth else ""
        found.append({"limit": "percent", "is": share, "allowed": _plain(percent)})
    if margin is not None and _falls_below(margin, before, after, moved):
        # What the margin is stands in the record, where a role may hide it.
        found.append({"limit": "margin", "allowed": _plain(margin)})
    return found


def _falls_below(least: Decimal, before: Standing, after: Standing, moved: Moved) -> bool:
    """Whether the change brings the margin below it, or an order that is below it already further down. A margin that
    nobody knows is below once the value changes."""
    if after.margin is None:
        return moved.value > 0
    return after.margin < least and (before.margin is None or after.margin < before.margin)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
