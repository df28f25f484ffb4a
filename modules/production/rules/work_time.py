"""When a work centre works: shifts on working days of its calendar, overtime in, planned stops out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from modules.shared.data.rules.calendars import WorkCalendar

Span = tuple[datetime, datetime]
MORNING = time(8)


@dataclass(frozen=True)
class ShiftTime:
    """A shift of a weekday (ISO) in local time; it ends on the next day when it ends at or before it begins."""

    weekday: int
    starts: time
    ends: time


def even_shifts(calendar: WorkCalendar, hours_per_week: Decimal) -> list[ShiftTime]:
    """Where no shift is written down: the same hours on each working day, from eight in the morning."""
    days = sorted(calendar.weekdays)
    minutes = min(int(hours_per_week * 60 / len(days)), 24 * 60) if days else 0
    if not minutes:
        return []
    end = (datetime.combine(date.min, MORNING) + timedelta(minutes=minutes)).time()
    return [ShiftTime(day, MORNING, end) for day in days]


def working_time(
    calendar: WorkCalendar,
    shifts: Sequence[ShiftTime],
    zone: tzinfo,
    since: datetime,
    until: datetime,
    overtime: Iterable[Span] = (),
    stops: Iterable[Span] = (),
) -> list[Span]:
    """[since, until) of the work centre's time as spans in UTC, in order, none touching the next."""
    worked = merged([*_shift_spans(calendar, shifts, zone, since, until), *overtime])
    return within(without(worked, merged(stops)), since, until)


def _shift_spans(
    calendar: WorkCalendar, shifts: Sequence[ShiftTime], zone: tzinfo, since: datetime, until: datetime
) -> Iterator[Span]:
    of_day: dict[int, list[ShiftTime]] = {}
    for shift in sorted(shifts, key=lambda s: (s.weekday, s.starts)):
        of_day.setdefault(shift.weekday, []).append(shift)
    if not of_day:
        return
    exchanged = of_day[min(of_day)]
    # A night shift of the day before reaches into the first day.
    day, last = since.astimezone(zone).date() - timedelta(days=1), until.astimezone(zone).date()
    while day <= last:
        if calendar.is_working(day):
            for shift in of_day.get(day.isoweekday(), exchanged if day in calendar.exceptions else []):
                ends_on = day + timedelta(days=1) if shift.ends <= shift.starts else day
                yield (
                    datetime.combine(day, shift.starts, zone).astimezone(UTC),
                    datetime.combine(ends_on, shift.ends, zone).astimezone(UTC),
                )
        day += timedelta(days=1)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Without overlaps, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """`spans` less `holes`; both merged."""
    left: list[Span] = []
    for start, end in spans:
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if hole_start > start:
                left.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            left.append((start, end))
    return left


def within(spans: Iterable[Span], since: datetime, until: datetime) -> list[Span]:
    """What of them lies in [since, until)."""
    return [(max(a, since), min(b, until)) for a, b in spans if a < until and b > since]


def minutes_of(spans: Iterable[Span]) -> Decimal:
    return sum((Decimal(round((b - a).total_seconds() * 1000)) / 60000 for a, b in spans), Decimal(0))
