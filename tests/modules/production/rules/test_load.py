"""Where the minutes of orders lie, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from modules.production.rules.buckets import buckets
from modules.production.rules.load import Stretch, spread, stretches
from modules.shared.data.rules.calendars import WorkCalendar

D = Decimal
TODAY, CALENDAR = date(2026, 3, 2), WorkCalendar()  # a Monday
WEEKS = buckets(TODAY, "week", 3)


def test_operations_share_the_days_of_their_order() -> None:
    """Ten working days from Monday the 2nd to Friday the 13th; 100 + 300 minutes: a quarter of ten days is 2½, so the
    first touches Monday to Wednesday, the second Wednesday to Friday of the week after."""
    first, second = stretches([D(100), D(300)], TODAY, date(2026, 3, 13), CALENDAR, TODAY)
    assert first == Stretch(TODAY, date(2026, 3, 4))
    assert second == Stretch(date(2026, 3, 4), date(2026, 3, 13))


def test_minutes_lie_evenly_over_working_days() -> None:
    """300 minutes from Wednesday the 4th to Friday the 13th, eight working days: three of them, 112.50, in the first
    week, five, 187.50, in the second."""
    found = spread(D(300), Stretch(date(2026, 3, 4), date(2026, 3, 13)), CALENDAR, TODAY, WEEKS)
    assert found == {0: D("112.50"), 1: D("187.50")}


def test_what_is_overdue_is_done_from_today_on_and_what_is_far_away_is_not_shown() -> None:
    assert spread(D(60), Stretch(date(2026, 2, 2), date(2026, 2, 6)), CALENDAR, TODAY, WEEKS) == {0: D(60)}
    assert stretches([D(60)], date(2026, 2, 2), date(2026, 2, 6), CALENDAR, TODAY) == [Stretch(TODAY, TODAY)]
    assert spread(D(60), Stretch(date(2026, 4, 6), date(2026, 4, 10)), CALENDAR, TODAY, WEEKS) == {}


def test_on_a_weekend_it_counts_on_the_next_working_day() -> None:
    """Today is a Saturday: what is due today counts in the week that begins on Monday."""
    saturday = date(2026, 3, 7)
    weeks = buckets(saturday, "week", 2)
    assert spread(D(60), Stretch(saturday, saturday), CALENDAR, saturday, weeks) == {1: D(60)}


@given(st.decimals(1, 10_000, places=2), st.integers(-20, 15), st.integers(0, 30))
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost(minutes: Decimal, start: int, days: int) -> None:
    since = date.fromordinal(TODAY.toordinal() + start)
    stretch = Stretch(since, date.fromordinal(since.toordinal() + days))
    found = spread(minutes, stretch, CALENDAR, TODAY, buckets(TODAY, "week", 20))
    assert sum(found.values()) == minutes
    assert all(part > 0 for part in found.values())
