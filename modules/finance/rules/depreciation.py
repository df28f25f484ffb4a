"""What a fixed asset has lost by the end of a day. One cumulative function per method: a month is the difference of two
of its rounded values, so that months add up to cost less residual exactly, whatever was skipped or rounded."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal(0)


@dataclass(frozen=True)
class Basis:
    """From which day what is left is spread, and over what: the start of an asset, or its last change.

    `carrying` and `residual` in company currency, `months` of remaining life, `units` of remaining output."""

    method: str  # straight | declining | units
    carrying: Decimal
    residual: Decimal
    since: date
    months: int = 0
    units: Decimal = ZERO


def month_start(day: date, months: int = 0) -> date:
    """The first of the month that lies `months` after the day's."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def elapsed(since: date, until: date) -> Fraction:
    """Months from `since` to `until`, both counted; of a month that is cut, its days over the days of that month."""
    whole = (until.year - since.year) * 12 + until.month - since.month
    months = (
        whole
        + Fraction(until.day, monthrange(until.year, until.month)[1])
        - Fraction(since.day - 1, monthrange(since.year, since.month)[1])
    )
    return max(months, Fraction(0))


def depreciated(basis: Basis, until: date, units: Decimal, step: Decimal) -> Decimal:
    """Lost since `basis.since` by the end of `until`, rounded half up to `step`. `units`: made since then."""
    whole = Fraction(basis.carrying - basis.residual)
    if whole <= 0:
        return ZERO
    if basis.method == "units":
        exact = whole * min(Fraction(units) / Fraction(basis.units), Fraction(1))
    else:
        gone = min(elapsed(basis.since, until), Fraction(basis.months))
        if basis.method == "declining":
            exact = _double_declining(basis, gone)
        else:
            exact = whole * gone / basis.months
    return Decimal(int(exact / Fraction(step) + Fraction(1, 2))) * step


def _double_declining(basis: Basis, gone: Fraction) -> Fraction:
    """双倍余额递减法: each year twice the straight rate of what is left, never below the residual; what remains two
    years before the end is lost in equal parts. Within a year the months are equal."""
    years = basis.months // 12
    left, residual, lost = Fraction(basis.carrying), Fraction(basis.residual), Fraction(0)
    for year in range(years):
        remaining = years - year
        loss = (left - residual) / remaining if remaining <= 2 else min(left * 2 / years, left - residual)
        part = min(max(gone - 12 * year, Fraction(0)), Fraction(12)) / 12
        lost += loss * part
        if part < 1:
            break
        left -= loss
    return lost
