"""When work centres work, as the schedule sees it, for the whole horizon of a day.

Calendars, shifts and planned stops change now and then, promises are asked for all day: a process keeps the windows it
has worked out, each under the digest of exactly what they were worked out from, and asks the database for that digest
only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import connection

from modules.production.models import WorkCentre
from modules.production.rules.scheduling.working_time import WorkingTime
from modules.production.selectors.working_time import working_times
from tenon.tenancy.context import current

HORIZON = timedelta(days=380)
_KEPT = 16  # companies served by one process in turn, and the days they are in
_known: dict[tuple[str, datetime, str], dict[int, WorkingTime]] = {}
_READ = """
select md5(concat(
    (select string_agg(concat_ws(',', id, calendar_id, hours_per_week), ';' order by id) from production_workcentre),
    '|', (select string_agg(concat_ws(',', id, weekdays, is_default), ';' order by id) from data_calendar),
    '|', (select string_agg(concat_ws(',', calendar_id, day, working), ';' order by id) from data_calendarday),
    '|', (select string_agg(concat_ws(',', calendar_id, weekday, starts, ends), ';' order by id)
            from production_shift),
    '|', (select string_agg(concat_ws(',', work_centre_id, kind, extract(epoch from starts_at),
                                      extract(epoch from ends_at)), ';' order by id)
            from production_worktimechange where ends_at > %(since)s and starts_at < %(until)s)))
"""


def working_windows(origin: datetime) -> dict[int, WorkingTime]:
    """Of all work centres, in minutes since `origin`, over the horizon. One query while nothing has changed. Not to be
    written to."""
    until = origin + HORIZON
    key = (current().time_zone, origin, _digest(origin, until))
    found = _known.get(key)
    if found is None:
        centres = list(WorkCentre.objects.select_related("calendar").order_by("pk"))
        found = windows_of_all(working_times(centres, origin, until), origin)
        while len(_known) >= _KEPT:
            _known.pop(next(iter(_known)))
        # Under the digest as it was before: who changed something in between finds another one.
        if _digest(origin, until) == key[2]:
            _known[key] = found
    return found


def _digest(since: datetime, until: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"since": since, "until": until})
        return str(cursor.fetchall()[0][0])


def windows_of_all(worked: Mapping[int, list[tuple[datetime, datetime]]], origin: datetime) -> dict[int, WorkingTime]:
    """Of work centres; those that share their time share its windows."""
    known: dict[int, WorkingTime] = {}
    for spans in worked.values():
        if id(spans) not in known:
            known[id(spans)] = _windows(spans, origin)
    return {pk: known[id(spans)] for pk, spans in worked.items()}


def _windows(spans: Iterable[tuple[datetime, datetime]], origin: datetime) -> WorkingTime:
    return WorkingTime(
        (int((a - origin).total_seconds() // 60), int((b - origin).total_seconds() // 60)) for a, b in spans
    )
