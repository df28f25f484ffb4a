"""Days of following up, with the week of 1 October 2026 in China: Thursday 1 to Thursday 8 are off, Saturday 10 is
worked for it."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from modules.crm.rules.follow_up import overdue_days, planned_day
from modules.shared.data.rules.calendars import WorkCalendar

OCTOBER = {date(2026, 10, day): False for day in range(1, 9)} | {date(2026, 10, 10): True}
CALENDAR = WorkCalendar(exceptions=OCTOBER)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def never(_day: date) -> bool:
    return False


def test_planned_on_working_days_only() -> None:
    def day(anchor: date, after: int, today: date = date(2026, 9, 1)) -> date:
        return planned_day(anchor, after, today=today, calendar=CALENDAR, away=never)

    assert day(date(2026, 9, 28), 1) == date(2026, 9, 29)
    assert day(date(2026, 9, 28), 3) == date(2026, 10, 9)  # the holiday, then a Friday
    assert day(date(2026, 10, 7), 3) == date(2026, 10, 10)  # a Saturday that is worked
    assert day(date(2026, 10, 8), 3) == date(2026, 10, 12)  # a Sunday
    assert day(date(2026, 9, 1), 2, today=date(2026, 9, 21)) == date(2026, 9, 21)  # long past: today


def test_not_while_the_owner_is_away() -> None:
    off = {date(2026, 9, 22), date(2026, 9, 23)}
    found = planned_day(date(2026, 9, 21), 1, today=date(2026, 9, 21), calendar=CALENDAR, away=lambda day: day in off)
    assert found == date(2026, 9, 24)
    gone = planned_day(date(2026, 9, 21), 1, today=date(2026, 9, 21), calendar=CALENDAR, away=lambda _day: True)
    assert gone == date(2026, 9, 22)


def test_overdue_by_working_days() -> None:
    def late(due: date, today: date) -> int:
        return overdue_days(due, today=today, calendar=CALENDAR, away=never)

    friday = date(2026, 9, 18)
    assert [late(friday, friday + timedelta(days=n)) for n in range(6)] == [0, 0, 0, 0, 1, 2]
    assert late(date(2026, 9, 30), date(2026, 10, 9)) == 0  # all of it holiday
    assert late(date(2026, 9, 30), date(2026, 10, 11)) == 2  # Friday and the worked Saturday


@given(DAYS, st.integers(0, 200), DAYS)
def test_a_planned_day_is_worked_and_never_past(anchor: date, after: int, today: date) -> None:
    day = planned_day(anchor, after, today=today, calendar=CALENDAR, away=never)
    assert CALENDAR.is_working(day)
    assert day >= today
    assert day >= anchor + timedelta(days=after)
    assert CALENDAR.count(max(anchor + timedelta(days=after), today), day) == 0  # no working day was left out


@given(DAYS, st.integers(0, 60))
def test_overdue_counts_what_lies_between(due: date, later: int) -> None:
    today = due + timedelta(days=later)
    said = overdue_days(due, today=today, calendar=CALENDAR, away=never)
    assert said == (CALENDAR.count(due + timedelta(days=1), today) if later else 0)
    assert overdue_days(due, today=today, calendar=CALENDAR, away=lambda _day: True) == 0
