"""Forecasts as demand: spread over weeks, and consumed by orders. Pure; quantities in millionths of the stock unit.

Conventions: a period's quantity is spread evenly over its working days, what lies before `since` is past and drops, and
each week's share is needed on the first of its working days. An order takes away what was forecast for its own week,
then for weeks before it, nearest first, as far as `backward` days go back, then for weeks after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from modules.shared.data.rules.calendars import WorkCalendar

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """What is expected between two days, both included."""

    starts_on: date
    ends_on: date
    quantity: int


@dataclass
class Bucket:
    """What is left of a week's forecast, and the day it is needed on."""

    monday: date
    on: date
    quantity: int


def without(periods: Iterable[Period], others: Sequence[Period], calendar: WorkCalendar) -> list[Period]:
    """The days of `periods` that no other covers, with their share: what is entered wins over what is computed."""
    found = []
    for period in periods:
        start = period.starts_on
        cuts = sorted((o.starts_on, o.ends_on) for o in others)
        for since, until in [*cuts, (period.ends_on + DAY, period.ends_on + DAY)]:
            end = min(since - DAY, period.ends_on)
            if start <= end:
                share = _until(period, end + DAY, calendar, 1) - _until(period, start, calendar, 1)
                found.append(Period(start, end, share))
            start = max(start, until + DAY)
    return found


def weeks(periods: Iterable[Period], calendar: WorkCalendar, since: date, until: date, step: int) -> list[Bucket]:
    """By week from `since` on and before `until`, in whole steps; what rounding leaves goes into later weeks."""
    found: dict[date, Bucket] = {}
    for period in periods:
        day, end = max(period.starts_on, since), min(period.ends_on + DAY, until)
        while day < end:
            monday = day - timedelta(days=day.weekday())
            following = min(monday + WEEK, end)
            share = _until(period, following, calendar, step) - _until(period, day, calendar, step)
            if share > 0:
                on = calendar.on_or_after(day)
                bucket = found.setdefault(monday, Bucket(monday, on, 0))
                bucket.on, bucket.quantity = min(bucket.on, on), bucket.quantity + share
            day = following
    return [found[monday] for monday in sorted(found)]


def _until(period: Period, day: date, calendar: WorkCalendar, step: int) -> int:
    """What is expected of a period before a day."""
    if day > period.ends_on:
        return period.quantity
    days = calendar.count(period.starts_on, period.ends_on + DAY)
    done = calendar.count(period.starts_on, day)
    if not days:  # nobody works then: by plain days
        days, done = (period.ends_on + DAY - period.starts_on).days, (day - period.starts_on).days
    return period.quantity * done // days // step * step


def consume(buckets: Sequence[Bucket], orders: Iterable[tuple[date, int]], backward: int, forward: int) -> None:
    """Takes away from the forecast what is ordered, the earliest order first."""
    for on, ordered in sorted(orders):
        for bucket in _near(buckets, on, timedelta(days=backward), timedelta(days=forward)):
            if not ordered:
                break
            taken = min(bucket.quantity, ordered)
            bucket.quantity -= taken
            ordered -= taken


def _near(buckets: Sequence[Bucket], on: date, backward: timedelta, forward: timedelta) -> list[Bucket]:
    own = [b for b in buckets if b.monday <= on < b.monday + WEEK]
    before = [b for b in reversed(buckets) if on - backward < b.monday + WEEK <= on]
    after = [b for b in buckets if on < b.monday <= on + forward]
    return own + before + after
