"""Working days, with Chinese swapped days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.seed import chinese_days

CHINA = WorkCalendar(exceptions={day: working for day, working, _note in chinese_days(2025)})


def test_china_in_2025() -> None:
    """248 working days; Sundays and Saturdays worked in exchange for the spring festival and the national day."""
    assert CHINA.count(date(2025, 1, 1), date(2026, 1, 1)) == 248
    for day in (date(2025, 1, 26), date(2025, 2, 8), date(2025, 10, 11)):
        assert CHINA.is_working(day)
    assert not CHINA.is_working(date(2025, 1, 28))


def test_a_lead_time_crosses_the_holidays() -> None:
    """Friday 24 January + 3 working days: Sunday 26 (swapped), Monday 27, then Wednesday 5 February."""
    assert CHINA.add(date(2025, 1, 24), 3) == date(2025, 2, 5)
    assert CHINA.add(date(2025, 2, 5), -3) == date(2025, 1, 24)
    assert CHINA.add(date(2025, 1, 28), 0) == date(2025, 2, 5)
    assert CHINA.add(date(2025, 1, 26), 0) == date(2025, 1, 26)


def test_a_calendar_without_working_days_does_not_hang() -> None:
    with pytest.raises(ValueError, match="no working day"):
        WorkCalendar(weekdays=frozenset()).add(date(2025, 1, 1), 1)


@given(st.dates(date(2024, 6, 1), date(2026, 3, 1)), st.integers(1, 120))
def test_adding_n_days_passes_n_working_days(start: date, days: int) -> None:
    end = CHINA.add(start, days)
    assert CHINA.is_working(end)
    assert CHINA.count(start, end) == days - (0 if CHINA.is_working(start) else 1)


def test_nothing_lies_outside_the_calendar() -> None:
    """A date mistyped into the next century, a lead time of a generation: an answer, no fault."""
    assert CHINA.on_or_before(date(2126, 3, 2)) == date(2126, 3, 1)  # a Saturday and the Friday before it
    assert CHINA.back(date(2126, 3, 1), 5) == date(2126, 2, 22)
    assert CHINA.forward(date(2025, 1, 24), 7_500).year == 2053
    with pytest.raises(ValueError, match="no working day"):
        CHINA.add(date(2025, 1, 1), 10_000_000)


@given(st.dates(date(2024, 12, 1), date(2025, 12, 31)), st.integers(0, 40))
def test_counting_is_walking(start: date, days: int) -> None:
    """The sums over weeks and exceptions say what stepping from day to day says."""

    def walk(day: date, step: int, left: int) -> date:
        while not CHINA.is_working(day):
            day += timedelta(days=step)
        while left:
            day += timedelta(days=step)
            left -= CHINA.is_working(day)
        return day

    assert CHINA.back(start, days) == walk(start, -1, days)
    assert CHINA.forward(start, days) == walk(start, 1, days)
    assert CHINA.on_or_before(start) == walk(start, -1, 0)
    assert CHINA.on_or_after(start) == walk(start, 1, 0)
