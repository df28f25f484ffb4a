"""Days of following up: planned on working days only, and overdue by working days only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from modules.shared.data.rules.calendars import WorkCalendar

LONGEST_ABSENCE = 366
Away = Callable[[date], bool]


def planned_day(anchor: date, after_days: int, *, today: date, calendar: WorkCalendar, away: Away) -> date:
    """`after_days` days after `anchor`, not before `today`, moved to the next day that is worked and on which the owner
    is there; of who is away for longer than a year, the next working day."""
    first = calendar.on_or_after(max(anchor + timedelta(days=after_days), today))
    day = first
    while away(day):
        day = calendar.add(day, 1)
        if (day - first).days > LONGEST_ABSENCE:
            return first
    return day


def overdue_days(due: date, *, today: date, calendar: WorkCalendar, away: Away) -> int:
    """Working days since `due` that are over: a task of Friday is one day overdue from Monday's end on, that is on
    Tuesday. The owner's days off do not count."""
    return sum(
        1
        for day in (due + timedelta(days=n) for n in range(1, (today - due).days))
        if calendar.is_working(day) and not away(day)
    )
