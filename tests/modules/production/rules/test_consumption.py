"""Forecast and orders are not wanted twice: rule 29 with its numbers."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from modules.production.rules.consumption import Period, consume, weeks, without
from modules.shared.data.rules.calendars import WorkCalendar

CALENDAR = WorkCalendar()
MONDAY = date(2026, 3, 2)


def week(number: int, weekday: int = 0) -> date:
    return MONDAY + timedelta(weeks=number, days=weekday)


def forecast(quantity: int, count: int = 4, since: date = MONDAY) -> list[tuple[date, int]]:
    buckets = weeks([Period(week(0), week(count, -1), quantity * count)], CALENDAR, since, week(52), 1)
    return [(b.on, b.quantity) for b in buckets]


def test_a_period_is_spread_over_its_working_weeks() -> None:
    assert forecast(100) == [(week(0), 100), (week(1), 100), (week(2), 100), (week(3), 100)]


def test_past_forecast_drops() -> None:
    """On the Thursday of the second week its Monday to Wednesday are past: two days of five are left."""
    assert forecast(100, since=week(1, 3)) == [(week(1, 3), 40), (week(2), 100), (week(3), 100)]


def test_orders_consume_their_week_then_backward_then_forward() -> None:
    """100 a week. Orders of 30 in the second and of 270 in the third: 100 of its own week, 70 that are left in the
    second, nothing further back than seven days, then 100 of the fourth. What is wanted in all is 400, not 700."""
    buckets = weeks([Period(week(0), week(4, -1), 400)], CALENDAR, MONDAY, week(52), 1)
    consume(buckets, [(week(2, 2), 270), (week(1, 4), 30)], backward=7, forward=7)
    assert [b.quantity for b in buckets] == [100, 0, 0, 0]
    again = weeks([Period(week(0), week(4, -1), 400)], CALENDAR, MONDAY, week(52), 1)
    consume(again, [(week(2, 2), 270)], backward=0, forward=0)
    assert [b.quantity for b in again] == [100, 100, 0, 100]


def test_an_order_far_from_any_forecast_is_wanted_besides() -> None:
    buckets = weeks([Period(week(0), week(1, -1), 100)], CALENDAR, MONDAY, week(52), 1)
    consume(buckets, [(week(8), 60)], backward=14, forward=14)
    assert [b.quantity for b in buckets] == [100]


def test_what_is_entered_wins_over_what_is_computed() -> None:
    """March is computed at 220, ten a working day; somebody says 80 for its second week. What is left of March is
    computed still: 220 − 50 for the days of that week."""
    march = Period(date(2026, 3, 1), date(2026, 3, 31), 220)
    said = Period(week(1), week(2, -1), 80)
    rest = without([march], [said], CALENDAR)
    assert [(p.starts_on, p.ends_on, p.quantity) for p in rest] == [
        (date(2026, 3, 1), week(1, -1), 50), (week(2), date(2026, 3, 31), 120),
    ]  # fmt: skip
    assert [b.quantity for b in weeks([said, *rest], CALENDAR, MONDAY, week(52), 1)] == [50, 80, 50, 50, 20]


@given(st.integers(0, 10**9), st.integers(0, 200), st.integers(0, 200), st.sampled_from([1, 1000, 10**6]))
def test_spreading_loses_nothing(quantity: int, start: int, length: int, step: int) -> None:
    first = MONDAY + timedelta(days=start)
    period = Period(first, first + timedelta(days=length), quantity * step)
    assert sum(b.quantity for b in weeks([period], CALENDAR, MONDAY, date(2030, 1, 1), step)) == quantity * step
