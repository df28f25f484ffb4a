"""Recurring work of modules: declared in manifests, fanned out per company by the company's own clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from croniter import croniter
from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from tenon.jobs import gate
from tenon.jobs.task import headers_for
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, outside

log = logging.getLogger(__name__)
CATCH_UP = 120  # minutes that a scheduler which was away looks back
_LAST = "schedules:last-minute"


@lru_cache(maxsize=4096)
def matches(cron: str, zone: str, minute: datetime) -> bool:
    """Whether the schedule is due in this minute (UTC) on the clocks of `zone`."""
    return croniter.match(cron, minute.astimezone(ZoneInfo(zone)))  # type: ignore[no-any-return]


def is_on(key: str, company: Company) -> bool:
    """Nothing is scheduled in what can only be read."""
    manifest, schedule = registry().schedules[key]
    company = company.working
    return company.has_module(manifest.key) and (not schedule.feature or company.has_feature(schedule.feature))


def due(minute: datetime, companies: Iterable[Company]) -> list[tuple[str, Company]]:
    """What falls on this minute: (schedule, company) where the feature is on."""
    return [
        (key, company)
        for company in companies
        for key, (_manifest, schedule) in registry().schedules.items()
        if matches(schedule.cron, company.time_zone, minute) and is_on(key, company)
    ]


def _minutes(now: datetime) -> list[datetime]:
    """The minutes since the last tick: one, or those missed while nobody ticked."""
    last = cache.get(_LAST)
    first = now if last is None else max(last + timedelta(minutes=1), now - timedelta(minutes=CATCH_UP))
    return [first + timedelta(minutes=n) for n in range(int((now - first).total_seconds() // 60) + 1)]


def tick(now: datetime | None = None, enqueue: Callable[[str, Company], None] | None = None) -> int:
    """Enqueues all that is due, each once, also when several schedulers run. Returns how many."""
    companies = import_string(settings.ALL_COMPANIES)()
    now = (now or datetime.now(UTC)).replace(second=0, microsecond=0)
    wanted: dict[tuple[str, int], tuple[Company, list[str]]] = {}
    with outside():
        for minute in _minutes(now):
            for key, company in due(minute, companies):
                mark = f"schedule:{key}:{company.id}:{minute:%Y%m%d%H%M}"
                if cache.add(mark, 1, 24 * 3600):
                    wanted.setdefault((key, company.id), (company, []))[1].append(mark)  # missed twice, run once
    failed: Exception | None = None
    for (key, _id), (company, marks) in wanted.items():
        try:
            (enqueue or _enqueue)(key, company)
        except Exception as error:  # the broker is away: the next tick finds this one unmarked and tries again
            failed = error
            with outside():
                cache.delete_many(marks)
    if failed is not None:
        raise failed
    with outside():
        cache.set(_LAST, now, None)
    return len(wanted)


def _enqueue(key: str, company: Company) -> None:
    from tenon.jobs.tasks import run_schedule

    run_schedule.apply_async([key], queue="bulk", headers=headers_for(company))


def run(key: str) -> bool:
    """Runs the schedule in the company being served. Returns False when its feature is off by now. Raises FeatureOff
    when it is switched off while the schedule runs."""
    if key not in registry().schedules or not is_on(key, current()):
        return False
    _manifest, schedule = registry().schedules[key]
    with gate.watching(lambda company: is_on(key, company)):
        import_string(schedule.task)()
    return True
