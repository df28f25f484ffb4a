"""How much more than ordered may be received or shipped, cumulatively over all documents of a line (domain rule 17)."""

from __future__ import annotations

from decimal import Decimal


def remaining(ordered: Decimal, done: Decimal, percent: Decimal = Decimal(0)) -> Decimal:
    """The most that may still come. 2 % of 10,000 is 10,200 over twenty trucks together; 0 means 0."""
    return max(ordered * (1 + percent / 100) - done, Decimal(0))


def within(ordered: Decimal, done: Decimal, more: Decimal, percent: Decimal = Decimal(0)) -> bool:
    return more <= remaining(ordered, done, percent)
