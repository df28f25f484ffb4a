"""Demand as it would have been with enough in stock (需求清洗). Pure arithmetic.

What was issued in a month in which nothing was there to issue says little of what was wanted. A month that was out of
stock for some of its days is scaled up to all of them; one in which hardly anything was ever there is no observation
and takes the level of its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

LEAST_SHARE = 0.25  # of the days must something have been there for a month to say anything


def cleaned(issued: Sequence[float], days: Sequence[int], days_out: Sequence[int]) -> list[float]:
    """One figure a month. `days`: those of the month, `days_out`: those on which nothing was there."""
    scaled: list[float | None] = []
    for quantity, month, out in zip(issued, days, days_out, strict=True):
        held = month - min(out, month)
        scaled.append(max(0.0, quantity) * month / held if held >= LEAST_SHARE * month else None)
    known = [index for index, value in enumerate(scaled) if value is not None]
    if not known:
        return [max(0.0, quantity) for quantity in issued]
    return [value if value is not None else _between(scaled, known, index) for index, value in enumerate(scaled)]


def _between(values: Sequence[float | None], known: Sequence[int], at: int) -> float:
    """The straight line between the nearest known months, the nearest one at the ends."""
    before = max((k for k in known if k < at), default=known[0])
    after = min((k for k in known if k > at), default=known[-1])
    low, high = values[before] or 0.0, values[after] or 0.0
    if at < before or at > after:  # nothing is known on one of its sides
        return low if at > after else high
    return low + (high - low) * (at - before) / (after - before)
