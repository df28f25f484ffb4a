"""Fiscal years and periods: made ahead, locked while posting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from modules.finance.errors import PeriodClosed
from modules.finance.models import FiscalYear, Period
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import service, touch_ids
from tenon.tenancy.context import current


@dataclass(frozen=True)
class OpenPeriod:
    id: int
    starts_on: date
    ends_on: date
    voucher_words: str = FiscalYear.Words.ONE


@service("finance.fiscal_year.create")
def fiscal_year_create(
    *, actor: Actor, starts_on: date, name: str = "", accruals: str = "", voucher_words: str = ""
) -> FiscalYear:
    """A year of twelve monthly periods that begins on the first of a month. Raises Invalid: it must join the years
    there are."""
    if accruals and accruals not in FiscalYear.Accruals.values:
        raise Invalid.field("accruals", _("This is not one of the choices"), "choice")
    if voucher_words and voucher_words not in FiscalYear.Words.values:
        raise Invalid.field("voucher_words", _("This is not one of the choices"), "choice")
    if starts_on.day != 1:
        raise Invalid.field("starts_on", _("A fiscal year begins on the first of a month"))
    ends_on = _month(starts_on, 12) - timedelta(days=1)
    if FiscalYear.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise Invalid.field("starts_on", _("There is a fiscal year for these days already"), "unique")
    first, last = _bounds()
    if first and last and starts_on != last + timedelta(days=1) and ends_on != first - timedelta(days=1):
        raise Invalid.field("starts_on", _("Fiscal years follow one another without a gap"))
    return _make_year(starts_on, name, accruals, voucher_words)


def years_seed(today: date) -> None:
    """The calendar years before, of and after `today`; runs in the caller's service frame."""
    for year in (today.year - 1, today.year, today.year + 1):
        _make_year(date(year, 1, 1))


def _make_year(starts_on: date, name: str = "", accruals: str = "", words: str = "") -> FiscalYear:
    before = FiscalYear.objects.filter(starts_on__lt=starts_on).order_by("-starts_on").first()
    accruals = accruals or (before.accruals if before else FiscalYear.Accruals.UNTIL_INVOICE)
    words = words or (before.voucher_words if before else FiscalYear.Words.ONE)
    ends_on = _month(starts_on, 12) - timedelta(days=1)
    label = name or (f"{starts_on:%Y}" if starts_on.month == 1 else f"{starts_on:%Y}/{ends_on:%Y}")
    # Two postings may need a new year in the same second: one makes it, the other finds it.
    FiscalYear.objects.bulk_create(
        [FiscalYear(name=label, starts_on=starts_on, ends_on=ends_on, accruals=accruals, voucher_words=words)],
        ignore_conflicts=True,
    )
    year = FiscalYear.objects.get(starts_on=starts_on)
    months = [(_month(starts_on, i), _month(starts_on, i + 1) - timedelta(days=1)) for i in range(12)]
    Period.objects.bulk_create(
        [Period(year=year, name=f"{a:%Y-%m}", starts_on=a, ends_on=b) for a, b in months], ignore_conflicts=True
    )
    touch_ids(FiscalYear, "insert", {year.pk})
    return year


def _month(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _bounds() -> tuple[date | None, date | None]:
    first = FiscalYear.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
    last = FiscalYear.objects.order_by("-ends_on").values_list("ends_on", flat=True).first()
    return first, last


AREAS = ("stock", "receivable", "payable", "bank")


def periods_lock(
    actor: Actor, days: Iterable[date], areas: Mapping[date, Iterable[str]] = {}
) -> dict[date, OpenPeriod]:
    """The period of each day, shared-locked: nobody closes it before this transaction ends. A day after the last fiscal
    year opens the next one, up to a year ahead. `areas`: by day, whose states in the period count as well. Raises
    PeriodClosed."""
    wanted = sorted(set(days))
    found = _lock(wanted)
    missing = [d for d in wanted if d not in found]
    if missing:
        _extend(missing)
        found = {**found, **_lock(missing)}
    out: dict[date, OpenPeriod] = {}
    for day in wanted:
        row = found.get(day)
        if row is None:
            raise PeriodClosed(
                _("There is no fiscal year for %(day)s: create it first") % {"day": day.isoformat()},
                on=day.isoformat(), period=None,
            )  # fmt: skip
        _require_open(actor, row, day, areas.get(day, ()))
        out[day] = row.period
    return out


def _require_open(actor: Actor, row: _Locked, day: date, areas: Iterable[str]) -> None:
    states = {row.status, *(row.areas[area] for area in areas if area)}
    if Period.Status.CLOSED in states:
        message = _("%(period)s is closed: choose a date in an open period")
    elif Period.Status.SOFT in states and not actor.can("finance.period.post_soft"):
        message = _("%(period)s is being closed: only accountants still post to it")
    else:
        return
    raise PeriodClosed(message % {"period": row.name}, on=day.isoformat(), period=row.name)


@dataclass(frozen=True)
class _Locked:
    period: OpenPeriod
    name: str
    status: str
    areas: dict[str, str]


def _lock(days: list[date]) -> dict[date, _Locked]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select p.id, p.starts_on, p.ends_on, y.voucher_words, p.name, p.status,
                       {", ".join(f"p.{area}" for area in AREAS)}
                  from finance_period p join finance_fiscalyear y on y.id = p.year_id
                 where exists (select from unnest(%s::date[]) d where d between p.starts_on and p.ends_on)
                 order by p.id for share of p""",
            [days],
        )
        rows = cursor.fetchall()
    out = {}
    for pk, starts_on, ends_on, words, name, status, *areas in rows:
        for day in days:
            if starts_on <= day <= ends_on:
                period = OpenPeriod(pk, starts_on, ends_on, words)
                out[day] = _Locked(period, name, status, dict(zip(AREAS, areas, strict=True)))
    return out


def _extend(days: list[date]) -> None:
    limit = current().today() + timedelta(days=366)
    for day in days:
        last = _bounds()[1]
        if last is None:
            _make_year(date(day.year, 1, 1))
        while last is not None and last < day <= limit:
            last = _make_year(last + timedelta(days=1)).ends_on
