"""What work outside takes and costs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from tenon.money.rounding import round_money

ZERO = Decimal(0)


def of_part(required: Decimal, part: Decimal, whole: Decimal, step: Decimal) -> Decimal:
    """What `part` of `whole` pieces takes of what they all take, in whole steps, rounded up: by the bill, whatever was
    sent."""
    return min((required * part / whole / step).to_integral_value(ROUND_CEILING) * step, required)


def consumed_by(required: Decimal, before: Decimal, now: Decimal, whole: Decimal, step: Decimal) -> Decimal:
    """What `now` more pieces take after `before`: what they take together less what those before took."""
    return of_part(required, before + now, whole, step) - of_part(required, before, whole, step)


def enough_for(there: Iterable[tuple[Decimal, Decimal]], whole: Decimal, step: Decimal) -> Decimal:
    """For how many of `whole` pieces the material is enough: [(sent, required)]; all of them where none is required."""
    shares = [sent / required for sent, required in there if required]
    return min((min(shares, default=Decimal(1)) * whole / step).to_integral_value(ROUND_FLOOR) * step, whole)


def fee_of(worth: Decimal, ordered: Decimal, before: Decimal, now: Decimal, currency: str) -> Decimal:
    """What `now` more paid pieces cost after `before`, of `ordered` that are worth `worth` in base currency: rounded so
    that all together come to the whole."""
    return round_money(worth * (before + now) / ordered, currency) - round_money(worth * before / ordered, currency)
