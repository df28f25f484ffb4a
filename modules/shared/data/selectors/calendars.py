"""Working time as rules see it."""

from __future__ import annotations

from modules.shared.data.models import Calendar
from modules.shared.data.rules.calendars import MONDAY_TO_FRIDAY, WorkCalendar


def work_calendar(calendar: Calendar | None = None) -> WorkCalendar:
    """The calendar given, else the company's default one, else plain Monday to Friday. Two queries."""
    if calendar is None:
        calendar = Calendar.objects.filter(is_default=True).first()
    if calendar is None:
        return WorkCalendar()
    return WorkCalendar(
        weekdays=frozenset(calendar.weekdays or MONDAY_TO_FRIDAY),
        exceptions=dict(calendar.days.values_list("day", "working")),
    )
