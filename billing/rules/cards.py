"""Cards run out at the end of a month. Called to mind a month ahead, and once more when it has happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

SOON = timedelta(days=30)
Stage = Literal["", "soon", "expired"]


def good_until(month: int, year: int) -> datetime:
    """A card of 04/2027 is good to the end of April 2027."""
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)


def stage(until: datetime | None, now: datetime) -> Stage:
    if until is None or now < until - SOON:
        return ""
    return "soon" if now < until else "expired"
