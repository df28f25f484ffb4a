"""Working days: weekdays, with holidays out and swapped days in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})
LIMIT = 36_600  # a hundred years: a calendar without a working day must not hang


@dataclass(frozen=True)
class WorkCalendar:
    """`weekdays` are ISO (Monday 1); `exceptions` say of single days whether they are worked."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        known = self.exceptions.get(day)
        return day.isoweekday() in self.weekdays if known is None else known

    def add(self, start: date, days: int) -> date:
        """The working day that lies `days` working days after `start` (before it when negative). 0 gives `start` itself
        or the next working day. Raises ValueError when the calendar has no working day."""
        step = timedelta(days=-1 if days < 0 else 1)
        day, left = start, abs(days)
        if left == 0:
            left, day = 1, start - step
        for _ in range(LIMIT):
            day += step
            if self.is_working(day):
                left -= 1
                if left == 0:
                    return day
        raise ValueError("the calendar has no working day")

    def count(self, start: date, end: date) -> int:
        """Working days in [start, end)."""
        return sum(self.is_working(start + timedelta(days=n)) for n in range((end - start).days))
