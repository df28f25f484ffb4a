"""A plan and the way from one to another: what grows is charged now, what shrinks ends with the period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Interval = Literal["month", "year"]


@dataclass(frozen=True)
class Plan:
    """What is subscribed to: what is sold (modules or bundles) by its keys, seats, and how often it is billed."""

    keys: frozenset[str]
    seats: int
    interval: Interval


@dataclass(frozen=True)
class Way:
    """`now` is charged at once; `later` begins with the next period. None: nothing to do then."""

    now: Plan | None
    later: Plan | None


def way(present: Plan, wanted: Plan, covers: Mapping[str, frozenset[str]]) -> Way:
    """Added modules, more seats and month → year count at once; dropped modules, fewer seats and year → month when
    what is paid for ends. A plan without keys means: the subscription ends. `covers` says which modules each key
    gives: a bundle takes the place of its modules at once, they take its place later."""
    if not wanted.keys:
        return Way(None, Plan(frozenset(), 0, present.interval))
    given = frozenset[str]().union(*(covers[k] for k in wanted.keys))
    kept = {k for k in present.keys if k in wanted.keys or not covers[k] <= given}
    still = frozenset[str]().union(*(covers[k] for k in kept)) if kept else frozenset()
    added = {k for k in wanted.keys - kept if not covers[k] & still}
    grown = Plan(
        frozenset(kept | added),
        max(present.seats, wanted.seats),
        "year" if "year" in (present.interval, wanted.interval) else "month",
    )
    return Way(grown if grown != present else None, wanted if wanted != grown else None)
