"""Recency, frequency, monetary value (RFM), and retention by cohort. Pure.

Fifths with one tie rule: a score is 1 + ⌊5 × (how many are worse) ÷ (how many there are)⌋. Equal customers have equal
scores, whatever their order, and a large group of equals takes the lowest score of its range: where three of four have
ordered once, all of them have frequency 1."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

SEGMENTS = ("champions", "loyal", "new", "promising", "cannot_lose", "at_risk", "hibernating")


@dataclass(frozen=True)
class Trade:
    """`days` since the last order, orders in the window, their net value in base currency after returns."""

    days: int
    orders: int
    value: Decimal


@dataclass(frozen=True)
class Score:
    recency: int
    frequency: int
    monetary: int
    segment: str


def scores(trades: Mapping[int, Trade]) -> dict[int, Score]:
    """Customer → scores of 1 to 5, 5 the best, and the segment."""
    recent = fifths({key: -trade.days for key, trade in trades.items()})
    often = fifths({key: trade.orders for key, trade in trades.items()})
    worth = fifths({key: trade.value for key, trade in trades.items()})
    return {
        key: Score(recent[key], often[key], worth[key], segment(recent[key], often[key], worth[key], trade.orders))
        for key, trade in trades.items()
    }


def fifths(values: Mapping[int, Any]) -> dict[int, int]:
    """Larger is better."""
    order = sorted(values.values())
    return {key: 1 + 5 * bisect_left(order, value) // len(order) for key, value in values.items()}


def segment(recency: int, frequency: int, monetary: int, orders: int) -> str:
    """By recency and the better of how often and how much: of who came lately, champions and loyal ones by their
    standing, newcomers by their single order; of who has been away, the more they stood for, the more it hurts."""
    standing = max(frequency, monetary)
    if recency >= 4:
        if orders == 1:
            return "new"
        return "champions" if standing >= 4 else "loyal" if standing == 3 else "promising"
    if recency == 3:
        return "loyal" if standing >= 4 else "promising"
    if standing >= 4:
        return "cannot_lose"
    return "at_risk" if standing == 3 else "hibernating"


@dataclass(frozen=True)
class Cohort:
    """Customers whose first order was in `month`; `kept[n]` of them ordered n months later."""

    month: date
    kept: tuple[int, ...]


def cohorts(orders: Iterable[tuple[int, date]], *, months: Sequence[date]) -> list[Cohort]:
    """By the months given (their first days, without gaps, the last one the present): who ordered for the first time
    in each, and how many of them in each month from then on. A first order before the first month is in no cohort."""
    seen: dict[int, set[date]] = defaultdict(set)
    for customer, on in orders:
        seen[customer].add(on.replace(day=1))
    rows: dict[date, list[int]] = {month: [0] * (len(months) - n) for n, month in enumerate(months)}
    place = {month: n for n, month in enumerate(months)}
    for ordered in seen.values():
        first = min(ordered)
        if first in rows:
            for month in ordered & place.keys():
                rows[first][place[month] - place[first]] += 1
    return [Cohort(month, tuple(kept)) for month, kept in rows.items()]


def retention(before: set[int], now: set[int]) -> Decimal | None:
    """Customers who bought in the period before and again in this one ÷ customers who bought in the period before."""
    return Decimal(len(before & now)) / len(before) if before else None
