"""The pipeline from its history."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from modules.crm.rules.pipeline import Passing, StageFigure, conversion, funnel, standing

D = Decimal


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def passing(
    opportunity: int, stage: int, day: int, amount: int = 100, probability: int = 50, kind: str = "open"
) -> Passing:
    return Passing(opportunity, stage, kind, at(day), D(amount), D(probability))


HISTORY = [
    passing(1, 1, 1, 100, 10),
    passing(1, 2, 5, 200, 50),
    passing(1, 9, 8, 200, 100, "won"),
    passing(2, 1, 3, 50, 10),
    passing(3, 1, 20),
]


def test_what_stood_where_on_a_day() -> None:
    assert funnel(HISTORY, at(4)) == [StageFigure(1, 2, D(150), D(15))]
    assert funnel(HISTORY, at(6)) == [StageFigure(1, 1, D(50), D(5)), StageFigure(2, 1, D(200), D(100))]
    assert funnel(HISTORY, at(9)) == [StageFigure(1, 1, D(50), D(5))]


def test_order_of_the_rows_does_not_matter() -> None:
    assert standing(list(reversed(HISTORY)), at(9)) == standing(HISTORY, at(9))


def test_conversion_follows_the_cohort() -> None:
    """Of the two that entered stage 1 in the first ten days one was won, on the eighth."""
    assert conversion(HISTORY, 1, at(1), at(10)) == (2, 1)
    assert conversion(HISTORY, 1, at(10), at(30)) == (1, 0)
