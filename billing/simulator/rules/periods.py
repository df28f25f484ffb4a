"""Billing periods: where one ends and the next begins, in whole seconds of UTC.

Every boundary is counted from the anchor, never from the boundary before it, so that a subscription of 31 January ends
its periods on 28 February, 31 March, 30 April and so on.
"""

from __future__ import annotations

from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta

DAY = 86_400
SECONDS = {"day": DAY, "week": 7 * DAY}
MONTHS = {"month": 1, "year": 12}
INTERVALS = (*SECONDS, *MONTHS)


def boundary(anchor: int, interval: str, count: int, n: int) -> int:
    """The n-th boundary after the anchor (0 is the anchor itself, negative ones lie before it)."""
    if interval in SECONDS:
        return anchor + n * count * SECONDS[interval]
    moved = datetime.fromtimestamp(anchor, UTC) + relativedelta(months=n * count * MONTHS[interval])
    return int(moved.timestamp())


def period_at(anchor: int, interval: str, count: int, moment: int) -> tuple[int, int]:
    """The period (start, end) with start <= moment < end."""
    average = count * (SECONDS[interval] if interval in SECONDS else MONTHS[interval] * 2_629_746)
    n = (moment - anchor) // average
    while boundary(anchor, interval, count, n) > moment:
        n -= 1
    while boundary(anchor, interval, count, n + 1) <= moment:
        n += 1
    return boundary(anchor, interval, count, n), boundary(anchor, interval, count, n + 1)


def day_of(moment: int) -> str:
    """A date as Stripe writes it in the descriptions of lines: 07 Mar 2026."""
    return datetime.fromtimestamp(moment, UTC).strftime("%d %b %Y")
