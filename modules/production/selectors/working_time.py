"""When work centres work, from their calendars, shifts, overtime and planned stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from modules.production.models import Shift, WorkCentre, WorkTimeChange
from modules.production.rules.work_time import ShiftTime, Span, even_shifts, working_time
from modules.shared.data.models import Calendar
from modules.shared.data.selectors.calendars import work_calendar
from tenon.tenancy.context import current


def working_times(centres: Collection[WorkCentre], since: datetime, until: datetime) -> dict[int, list[Span]]:
    """work centre → its working time in [since, until), UTC. Queries by the number of calendars, not of centres."""
    default = Calendar.objects.filter(is_default=True).first()
    named = Calendar.objects.in_bulk([c.calendar_id for c in centres if c.calendar_id])
    used = {c.pk: named[c.calendar_id] if c.calendar_id else default for c in centres}
    days = {key: work_calendar(calendar) for key, calendar in {c.pk if c else None: c for c in used.values()}.items()}
    shifts: dict[int | None, list[ShiftTime]] = defaultdict(list)
    for calendar_id, weekday, starts, ends in Shift.objects.filter(calendar__in=[k for k in days if k]).values_list(
        "calendar_id", "weekday", "starts", "ends"
    ):
        shifts[calendar_id].append(ShiftTime(weekday, time.fromisoformat(starts), time.fromisoformat(ends)))
    changes: dict[tuple[int, str], list[Span]] = defaultdict(list)
    rows = WorkTimeChange.objects.filter(work_centre__in=centres, starts_at__lt=until, ends_at__gt=since)
    for centre_id, kind, start, end in rows.values_list("work_centre_id", "kind", "starts_at", "ends_at"):
        changes[centre_id, kind].append((start, end))
    zone = ZoneInfo(current().time_zone)
    found = {}
    # Most centres of a works have the same hours and nothing out of the ordinary: theirs is one and the same list.
    alike: dict[tuple[int | None, Decimal | None], list[Span]] = {}
    for centre in centres:
        calendar = used[centre.pk]
        key = calendar.pk if calendar else None
        overtime = changes[centre.pk, WorkTimeChange.Kind.OVERTIME]
        stops = changes[centre.pk, WorkTimeChange.Kind.STOP]
        like = (key, None if shifts[key] else centre.hours_per_week)
        if not overtime and not stops and like in alike:
            found[centre.pk] = alike[like]
            continue
        found[centre.pk] = working_time(
            days[key], shifts[key] or even_shifts(days[key], centre.hours_per_week), zone, since, until, overtime, stops
        )
        if not overtime and not stops:
            alike[like] = found[centre.pk]
    return found
