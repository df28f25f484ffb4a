"""Working time of a work centre."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from modules.production.rules.work_time import ShiftTime, Span, even_shifts, minutes_of, working_time
from modules.shared.data.rules.calendars import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0, month: int = 1) -> datetime:
    """In Shanghai, 2025."""
    return datetime(2025, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def times(*shifts: ShiftTime, calendar: WorkCalendar | None = None, **more: list[Span]) -> list[Span]:
    return working_time(calendar or WorkCalendar(), shifts, SHANGHAI, at(6, 0), at(13, 0), **more)  # a week from Monday


def test_a_break_is_the_gap_between_two_shifts() -> None:
    found = times(ShiftTime(1, time(8), time(12)), ShiftTime(1, time(13), time(17)))
    assert found == [(at(6, 8), at(6, 12)), (at(6, 13), at(6, 17))]
    assert minutes_of(found) == 480


def test_a_night_shift_reaches_into_the_next_day_and_from_the_day_before() -> None:
    """Sunday night 22–6 belongs to Sunday's shift: only what lies in the span asked for counts."""
    nights = [ShiftTime(7, time(22), time(6)), ShiftTime(1, time(22), time(6))]
    calendar = WorkCalendar(weekdays=frozenset(range(1, 8)))
    assert times(*nights, calendar=calendar) == [
        (at(6, 0), at(6, 6)), (at(6, 22), at(7, 6)), (at(12, 22), at(13, 0)),
    ]  # fmt: skip


def test_a_sunday_worked_in_exchange_has_the_shifts_of_the_first_working_day() -> None:
    """2025-01-26 is a Sunday that China works; the 28th is a holiday."""
    calendar = WorkCalendar(exceptions={date(2025, 1, 26): True, date(2025, 1, 28): False})
    shifts = [ShiftTime(day, time(8), time(16)) for day in range(1, 6)]
    found = working_time(calendar, shifts, SHANGHAI, at(25, 0), at(29, 0))
    assert [start for start, _end in found] == [at(26, 8), at(27, 8)]


def test_overtime_is_added_and_planned_stops_are_taken_out() -> None:
    """Monday 8–16, on until 18 with two hours overtime, and maintenance from 10 to 11:30: 10 − 1.5 = 8.5 hours; two
    more on the free Saturday."""
    found = times(
        ShiftTime(1, time(8), time(16)),
        overtime=[(at(6, 16), at(6, 18)), (at(11, 9), at(11, 11))],
        stops=[(at(6, 10), at(6, 11, 30))],
    )
    assert found == [(at(6, 8), at(6, 10)), (at(6, 11, 30), at(6, 18)), (at(11, 9), at(11, 11))]
    assert minutes_of(found) == Decimal("630")


def test_without_shifts_the_hours_of_the_week_are_spread_over_its_working_days() -> None:
    """96 hours over five days is 19.2 hours a day, from eight until 3:12 the next morning."""
    shifts = even_shifts(WorkCalendar(), Decimal(96))
    assert {(s.starts, s.ends) for s in shifts} == {(time(8), time(3, 12))}
    found = times(*shifts)
    assert (len(found), minutes_of(found)) == (5, 96 * 60)


def test_around_the_clock_is_one_span() -> None:
    calendar = WorkCalendar(weekdays=frozenset(range(1, 8)))
    assert times(*even_shifts(calendar, Decimal(168)), calendar=calendar) == [(at(6, 0), at(13, 0))]


def test_clocks_that_change_do_not_change_the_shift() -> None:
    """2025-03-30, Berlin: the night from Saturday 22 to Sunday 6 lasts seven hours."""
    berlin = ZoneInfo("Europe/Berlin")
    calendar = WorkCalendar(weekdays=frozenset({6}))
    since, until = datetime(2025, 3, 29, tzinfo=berlin), datetime(2025, 3, 31, tzinfo=berlin)
    assert minutes_of(working_time(calendar, [ShiftTime(6, time(22), time(6))], berlin, since, until)) == 7 * 60
