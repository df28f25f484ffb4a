"""Weeks and months side by side: plans are looked at in them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from modules.shared.data.rules.calendars import WorkCalendar

Size = Literal["week", "month"]
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days from `since` up to and with `until`."""

    since: date
    until: date


def buckets(today: date, size: Size, count: int) -> list[Bucket]:
    """`count` weeks (Monday first) or months, the first of them the one that today lies in."""
    found = []
    start = today - timedelta(days=today.weekday()) if size == "week" else today.replace(day=1)
    for _n in range(count):
        following = start + WEEK if size == "week" else (start + timedelta(days=31)).replace(day=1)
        found.append(Bucket(start, following - DAY))
        start = following
    return found


def place(day: date, among: Sequence[Bucket]) -> int | None:
    """Which of them a day counts in: what is past counts in the first, what comes later in none."""
    if day > among[-1].until:
        return None
    return max(bisect_right([b.since for b in among], day) - 1, 0)


def first_working_day(bucket: Bucket, calendar: WorkCalendar, today: date) -> date | None:
    """Of what is left of it; None where nobody works any more."""
    day = calendar.on_or_after(max(bucket.since, today))
    return day if day <= bucket.until else None
