"""When a customer goes back to the pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

WARN_BEFORE = (3, 1)  # days


@dataclass(frozen=True)
class Terms:
    protection_days: int
    follow_up_days: int | None
    deal_days: int | None


@dataclass(frozen=True)
class Due:
    on: date
    why: str  # "follow_up" or "deal"


def day_after(start: date, days: int, idle: Callable[[date], bool]) -> date:
    """The day on which `days` counted days have passed since `start`; idle days are not counted."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        if not idle(day):
            days -= 1
    return day


def due(
    terms: Terms, *, since: date, followed: date | None, dealt: date | None, idle: Callable[[date], bool]
) -> Due | None:
    """The earliest day on which a customer held since `since` goes back, and which rule says so. A follow-up or deal
    of an earlier owner does not help this one. None: no rule takes it back."""
    found = []
    if terms.follow_up_days is not None:
        found.append(Due(day_after(max(since, followed or since), terms.follow_up_days, idle), "follow_up"))
    if terms.deal_days is not None:
        found.append(Due(day_after(max(since, dealt or since), terms.deal_days, idle), "deal"))
    if not found:
        return None
    first = min(found, key=lambda d: d.on)
    return Due(max(first.on, day_after(since, terms.protection_days, idle)), first.why)


def warning(*, today: date, on: date, warned: int | None) -> int | None:
    """Which warning is owed today: 3 or 1 days before. None: none, or given already. A night that was missed is
    caught up with; of two that are owed only the nearer is given."""
    left = (on - today).days
    owed = min((days for days in WARN_BEFORE if left <= days), default=None)
    return owed if owed is not None and (warned is None or owed < warned) else None
