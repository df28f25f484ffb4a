"""When to release and when it is there. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from modules.production.rules.terms import Item
from modules.shared.data.rules.calendars import WorkCalendar


def release_of(due: date, item: Item, calendar: WorkCalendar, extra: int = 0) -> date:
    """`extra`: working days beyond the lead time, for the quantity."""
    if item.calendar is not None:
        return calendar.on_or_before(item.calendar.back(due, item.lead_days + extra))
    if item.make:
        return calendar.back(due, item.lead_days + extra)
    return calendar.on_or_before(calendar.back(due, extra) - timedelta(days=item.lead_days))


def arrival_of(release: date, item: Item, calendar: WorkCalendar, extra: int = 0) -> date:
    if item.calendar is not None:
        return calendar.on_or_after(item.calendar.forward(release, item.lead_days + extra))
    if item.make:
        return calendar.forward(release, item.lead_days + extra)
    return calendar.on_or_after(calendar.forward(release + timedelta(days=item.lead_days), extra))


class Days:
    """When to release and when it is due: many products need the same days."""

    def __init__(self, calendar: WorkCalendar, today: date) -> None:
        self.calendar, self.today = calendar, today
        self._known: dict[tuple[date, bool, int, int, int, int], tuple[date, date, bool]] = {}

    def of(self, on: date, item: Item, quantity: int) -> tuple[date, date, bool]:
        """(release, due, late) of a proposal for a need on a day."""
        extra = -(-quantity // item.daily_rate) if item.daily_rate else 0
        key = (on, item.make, item.lead_days, item.fence_days, extra, id(item.calendar))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._worked_out(on, item, extra)
        return known

    def entered(self, on: date, item: Item, quantity: int) -> tuple[date, date, bool]:
        """(release, due, late) of what the master plan says for a day: it stands, whatever fences say; what should have
        begun before today begins today, and is late."""
        extra = -(-quantity // item.daily_rate) if item.daily_rate else 0
        first = self.calendar.on_or_after(self.today)
        due = max(on, first)
        release = release_of(due, item, self.calendar, extra)
        return max(release, first), due, release < self.today or due > on

    def _worked_out(self, on: date, item: Item, extra: int) -> tuple[date, date, bool]:
        calendar = self.calendar
        # Nothing new is due before the fence; without one, not before today.
        first = calendar.forward(self.today, item.fence_days) if item.fence_days else calendar.on_or_after(self.today)
        due = max(calendar.on_or_before(max(on, self.today)), first)
        release = release_of(due, item, calendar, extra)
        if release < self.today:
            release = calendar.on_or_after(self.today)
            due = max(arrival_of(release, item, calendar, extra), first)
        return release, due, due > on
