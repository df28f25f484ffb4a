"""Working days: weekdays, with holidays out and swapped days in.

Days are counted, not walked: how many working days lie before a day is a sum over whole weeks and the exceptions, so
that a lead time of ten years costs no more than one of a day and no date lies outside the calendar."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})
_LAST = date.max.toordinal()


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
        or the next working day. Raises ValueError when the calendar has no such day."""
        before = self._until(start)
        if days < 0:
            return self._nth(before + days + (not self.is_working(start)))
        return self._nth(before + max(days, 1 - self.is_working(start)))

    def back(self, day: date, days: int) -> date:
        """`days` working days before the working day on or before `day`; that day itself is not counted."""
        return self._nth(self._until(day) - days)

    def forward(self, day: date, days: int) -> date:
        """`days` working days after the working day on or after `day`; that day itself is not counted."""
        return self._nth(self._until(day) + (not self.is_working(day)) + days)

    def on_or_before(self, day: date) -> date:
        return day if self.is_working(day) else self.back(day, 0)

    def on_or_after(self, day: date) -> date:
        return day if self.is_working(day) else self.forward(day, 0)

    def count(self, start: date, end: date) -> int:
        """Working days in [start, end)."""
        if end <= start:
            return 0
        return self._until(end) - self.is_working(end) - self._until(start) + self.is_working(start)

    def signature(self) -> tuple[object, ...]:
        """What two equal calendars have in common."""
        return (*sorted(self.weekdays), *sorted(self.exceptions.items()))

    # An ordinal of date() is 1 on a Monday: whole weeks since then hold as many working days as a week has.

    @cached_property
    def _in_week(self) -> tuple[int, ...]:
        """Working days among the first n days of a week."""
        sums = [0]
        for weekday in range(1, 8):
            sums.append(sums[-1] + (weekday in self.weekdays))
        return tuple(sums)

    @cached_property
    def _swapped(self) -> tuple[list[int], list[int]]:
        """Days that differ from their weekday, in order, and by how much all up to each change the count."""
        days, changes = [], [0]
        for day, working in sorted(self.exceptions.items()):
            if working != (day.isoweekday() in self.weekdays):
                days.append(day.toordinal())
                changes.append(changes[-1] + (1 if working else -1))
        return days, changes

    def _until(self, day: date) -> int:
        """Working days up to and with `day`, since the beginning of time."""
        return self._count(day.toordinal())

    def _count(self, ordinal: int) -> int:
        weeks, rest = divmod(ordinal, 7)
        days, changes = self._swapped
        return weeks * self._in_week[7] + self._in_week[rest] + changes[bisect_right(days, ordinal)]

    @cached_property
    def _known(self) -> dict[int, date]:
        """Numbers asked for before: planning asks for the same few hundred days again and again."""
        return {}

    def _nth(self, number: int) -> date:
        """The working day with this number. Raises ValueError."""
        found = self._known.get(number)
        if found is None:
            found = self._known[number] = self._find(number)
        return found

    def _find(self, number: int) -> date:
        if number < 1 or number > self._count(_LAST):
            raise ValueError("the calendar has no working day there")
        per_week, slack = self._in_week[7], 7 * (len(self._swapped[0]) + 2)
        guess = number * 7 // per_week if per_week else 1
        low, high = (max(guess - slack, 1), min(guess + slack, _LAST)) if per_week else (1, _LAST)
        days = range(low, high + 1)
        return date.fromordinal(days[bisect_left(days, number, key=self._count)])
