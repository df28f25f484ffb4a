"""Ageing: open amounts by how long they are overdue on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
# Upper bounds in days overdue; the last bucket has none.
BOUNDS: tuple[int, ...] = (30, 60, 90)
BUCKETS: tuple[str, ...] = ("not_due", "1_30", "31_60", "61_90", "over_90")


def bucket(due_on: date, as_of: date) -> str:
    """The bucket's key. On its due date an item is not overdue."""
    late = (as_of - due_on).days
    if late <= 0:
        return BUCKETS[0]
    for name, bound in zip(BUCKETS[1:], BOUNDS, strict=False):
        if late <= bound:
            return name
    return BUCKETS[-1]


def spread(items: Iterable[tuple[date, Decimal]], as_of: date) -> dict[str, Decimal]:
    """Sum per bucket of (due date, open amount)."""
    out = dict.fromkeys(BUCKETS, ZERO)
    for due_on, amount in items:
        out[bucket(due_on, as_of)] += amount
    return out
