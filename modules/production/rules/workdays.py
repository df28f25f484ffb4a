"""Working days as numbers, so that lead times are additions. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from datetime import date, timedelta


class WorkCalendar:
    """Working days of a calendar over a span. `weekdays` are ISO numbers; `exceptions` map days to working or not
    (public holidays, Sundays worked in exchange). Days outside the span raise ValueError."""

    def __init__(
        self, start: date, end: date, weekdays: Collection[int] = (1, 2, 3, 4, 5), exceptions: Mapping[date, bool] = {}
    ) -> None:
        self.start, self.end = start, end
        every = (start + timedelta(days=n) for n in range((end - start).days + 1))
        self._days = [d for d in every if exceptions.get(d, d.isoweekday() in weekdays)]
        self._index = {d: i for i, d in enumerate(self._days)}

    def signature(self) -> tuple[date, ...]:
        """All working days: what two equal calendars have in common."""
        return tuple(self._days)

    def _check(self, day: date) -> None:
        if not self.start <= day <= self.end:
            raise ValueError(f"{day} lies outside the calendar {self.start} to {self.end}")

    def is_working(self, day: date) -> bool:
        self._check(day)
        return day in self._index

    def on_or_before(self, day: date) -> date:
        """The last working day on or before `day`."""
        self._check(day)
        i = bisect_right(self._days, day) - 1
        if i < 0:
            raise ValueError(f"no working day on or before {day} in the calendar")
        return self._days[i]

    def on_or_after(self, day: date) -> date:
        self._check(day)
        i = bisect_left(self._days, day)
        if i == len(self._days):
            raise ValueError(f"no working day on or after {day} in the calendar")
        return self._days[i]

    def back(self, day: date, workdays: int) -> date:
        """`workdays` working days before the working day on or before `day` (that day itself is not counted)."""
        i = self._index[self.on_or_before(day)] - workdays
        if i < 0:
            raise ValueError(f"{workdays} working days before {day} lie outside the calendar")
        return self._days[i]

    def forward(self, day: date, workdays: int) -> date:
        """`workdays` working days after the working day on or after `day`."""
        i = self._index[self.on_or_after(day)] + workdays
        if i >= len(self._days):
            raise ValueError(f"{workdays} working days after {day} lie outside the calendar")
        return self._days[i]
