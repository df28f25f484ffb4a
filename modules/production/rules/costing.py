"""What finished goods take with them out of work in process. Pure; amounts in base currency."""

from __future__ import annotations

from decimal import Decimal

from tenon.money.rounding import round_money

ZERO = Decimal(0)


def receipt_value(
    collected: Decimal,
    received: Decimal,
    expected: Decimal,
    done: Decimal,
    good: Decimal,
    scrap: Decimal,
    currency: str,
) -> Decimal:
    """Value of `good` pieces of an order reported now.

    `collected` cost so far, `received` value already taken out, `expected` pieces ordered, `done` pieces reported
    before (good and scrap). Cost spreads over good output only (domain rule 24: 13,521.26 over 96 good of 100 is
    140.8465 each, not over 100): scrap leaves its cost in work in process for the good pieces still to come, and the
    last report takes what is left."""
    left = expected - done
    if good <= 0 or left <= 0:
        return ZERO
    in_process = collected - received
    if good + scrap >= left:
        return in_process
    return round_money(in_process * good / (left - scrap), currency)


def work_cost(minutes: Decimal, rate_per_hour: Decimal, currency: str) -> Decimal:
    """minutes × rate ÷ 60, rounded to the currency."""
    return round_money(minutes * rate_per_hour / 60, currency)
