"""When a customer goes back: days counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from modules.crm.rules.pool import Due, Terms, day_after, due, warning

START = date(2026, 9, 1)


def never(_day: date) -> bool:
    return False


def test_idle_days_are_not_counted() -> None:
    """Seven days from 28 September 2026, with the holidays of 1 to 7 October: 29, 30, then 8 to 12 October."""
    holidays = {date(2026, 10, day) for day in range(1, 8)}
    assert day_after(date(2026, 9, 28), 7, holidays.__contains__) == date(2026, 10, 12)


def test_the_earlier_rule_decides_but_not_before_protection_ends() -> None:
    terms = Terms(protection_days=7, follow_up_days=5, deal_days=30)
    assert due(terms, since=START, followed=None, dealt=None, idle=never) == Due(date(2026, 9, 8), "follow_up")
    called = date(2026, 9, 20)
    assert due(terms, since=START, followed=called, dealt=None, idle=never) == Due(date(2026, 9, 25), "follow_up")
    late = date(2026, 9, 29)
    assert due(terms, since=START, followed=late, dealt=None, idle=never) == Due(date(2026, 10, 1), "deal")


def test_what_an_earlier_owner_did_does_not_count() -> None:
    terms = Terms(protection_days=0, follow_up_days=5, deal_days=None)
    earlier = START - timedelta(days=3)
    assert due(terms, since=START, followed=earlier, dealt=earlier, idle=never) == Due(date(2026, 9, 6), "follow_up")


def test_no_rule_no_day() -> None:
    assert due(Terms(7, None, None), since=START, followed=None, dealt=None, idle=never) is None


@given(st.lists(st.integers(0, 8), max_size=12))
def test_each_warning_is_given_once(left: list[int]) -> None:
    """However nights are missed or repeated while the day stands, nobody is told more than twice, nearer each time."""
    given_so_far: list[int] = []
    warned = None
    for days in sorted(left, reverse=True):
        stage = warning(today=START, on=START + timedelta(days=days), warned=warned)
        if stage is not None:
            assert days <= stage
            given_so_far.append(stage)
            warned = stage
    assert given_so_far in ([], [3], [1], [3, 1])
