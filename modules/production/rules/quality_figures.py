"""Yields and rates of quality. Pure; shares of 1 to four decimals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

FOUR, WHOLE = Decimal("0.0001"), Decimal(1)


def first_pass(good: Decimal, entered: Decimal) -> Decimal:
    """First-pass yield (直通率): good at the first time, of all that entered; sent to rework is not good."""
    return (good / entered).quantize(FOUR, ROUND_HALF_UP) if entered else WHOLE


def rolled(yields: Iterable[Decimal]) -> Decimal:
    """Rolled throughput yield: the product of those of the operations. A piece that passes all of them untouched."""
    together = WHOLE
    for each in yields:
        together *= each
    return together.quantize(FOUR, ROUND_HALF_UP)


def parts_per_million(bad: int, looked: int) -> int:
    """Bad pieces of a million that were looked at."""
    return int((Decimal(bad * 1_000_000) / looked).quantize(WHOLE, ROUND_HALF_UP)) if looked else 0
