"""The rows of the master plan, worked out by hand; buckets; what the master plan says in netting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.production.rules.buckets import Bucket, buckets, first_working_day, place
from modules.production.rules.master_plan import Rows, available_to_promise, work_out
from modules.production.rules.netting import plan
from modules.production.rules.terms import MICRO, Component, Entered, Item, Need
from modules.shared.data.rules.calendars import WorkCalendar

TODAY, CALENDAR = date(2026, 3, 2), WorkCalendar()


def pcs(quantity: int) -> int:
    return quantity * MICRO


def test_a_master_plan_of_eight_weeks() -> None:
    """45 on hand, 20 a week are expected, lots of 50 are entered for weeks 3, 5 and 8. Ordered: 30, 18, 9, 0, 15, 0, 5,
    0. What counts in a week is the greater of order and forecast, so of the forecast 0, 2, 11, 20, 5, 20, 15, 20 are
    left.

    Projected: 45 − 30 = 15; − 20 = −5 (week 2 is short); + 50 − 20 = 25; 5; + 50 − 20 = 35; 15; −5; + 50 − 20 = 25.
    Available to promise: week 8: 50 − 0 = 50. Week 5: 50 − (15 + 0 + 5) = 30. Week 3: 50 − (9 + 0) = 41. Week 1: 45 −
    (30 + 18) = −3, which nothing before it can cover."""
    rows = Rows(
        forecast=[20] * 8, orders=[30, 18, 9, 0, 15, 0, 5, 0], dependent=[0] * 8,
        counted=[0, 2, 11, 20, 5, 20, 15, 20], scheduled=[0] * 8, entered=[0, 0, 50, 0, 50, 0, 0, 50],
        planned=[0] * 8,
    )  # fmt: skip
    work_out(rows, 45)
    assert rows.gross == [30, 20, 20, 20, 20, 20, 20, 20]
    assert rows.projected == [15, -5, 25, 5, 35, 15, -5, 25]
    assert rows.promise == [-3, None, 41, None, 30, None, None, 50]
    assert rows.cumulative == [-3, -3, 38, 38, 68, 68, 68, 118]


def test_what_a_later_receipt_cannot_cover_an_earlier_one_does() -> None:
    """Receipts of 40 in weeks 1, 3 and 5; ordered 10, 0, 20, 5, 60, 0. Week 5: 40 − 60 = −20, taken from week 3: 40 −
    25 − 20 = −5, taken from week 1: 40 − 10 − 5 = 25. Two weeks are promised out."""
    assert available_to_promise(0, [40, 0, 40, 0, 40, 0], [10, 0, 20, 5, 60, 0]) == [25, None, 0, None, 0, None]


def test_proposals_promise_nothing_and_dependent_needs_do() -> None:
    rows = Rows([0, 0], [4, 0], [3, 0], [0, 0], [2, 0], [0, 0], [0, 90])
    work_out(rows, 10)
    assert (rows.promise, rows.projected) == ([5, None], [5, 95])


@given(
    st.integers(-50, 80), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12)
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_no_promise_breaks_another(free: int, weeks: list[tuple[int, int]]) -> None:
    """Whoever is promised all of the cumulative row in its week leaves every order after it covered: what there is and
    comes until any week, less what is ordered until then, is never less than what was promised. And all together is
    what is left at the end, unless more is ordered than comes."""
    receipts, ordered = [r for r, _o in weeks], [o for _r, o in weeks]
    promise = available_to_promise(free, receipts, ordered)
    cumulative = 0
    starts = [n for n, part in enumerate(promise) if part is not None]
    for start, until in zip(starts, [*starts[1:], len(weeks)], strict=True):
        cumulative += promise[start] or 0
        left = [free + sum(receipts[: n + 1]) - sum(ordered[: n + 1]) for n in range(start, len(weeks))]
        assert cumulative <= max(min(left[until - start - 1 :]), cumulative if promise[0] and promise[0] < 0 else -1)
        assert all((part or 0) >= 0 for part in promise[1:])
    if (promise[0] or 0) >= 0:
        assert cumulative == free + sum(receipts) - sum(ordered)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    weeks = buckets(date(2026, 3, 4), "week", 2)
    assert weeks == [Bucket(date(2026, 3, 2), date(2026, 3, 8)), Bucket(date(2026, 3, 9), date(2026, 3, 15))]
    months = buckets(date(2026, 12, 31), "month", 3)
    assert [m.until for m in months] == [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)]
    assert [place(day, weeks) for day in (date(2025, 1, 1), date(2026, 3, 9), date(2026, 3, 16))] == [0, 1, None]
    assert first_working_day(weeks[0], CALENDAR, date(2026, 3, 4)) == date(2026, 3, 4)
    assert first_working_day(weeks[0], CALENDAR, date(2026, 3, 7)) is None


BIKE, FRAME = 1, 2


def bicycle(*entered: Entered) -> dict[int, Item]:
    return {
        BIKE: Item(BIKE, True, 2, components=(Component(FRAME, Fraction(1)),), entered=entered),
        FRAME: Item(FRAME, False, 10),
    }


def test_what_the_master_plan_says_stands_and_covers() -> None:
    """30 bicycles are entered for Monday the 23rd; 12 are ordered for that Friday and 25 for the week after: 18 of the
    30 are left for those, 7 more are proposed. Two working days to build: the 30 begin on Thursday the 19th, when their
    frames are needed."""
    monday, friday, later = date(2026, 3, 23), date(2026, 3, 27), date(2026, 4, 3)
    needs = [Need(BIKE, pcs(12), friday, ("SO", 1)), Need(BIKE, pcs(25), later, ("SO", 2))]
    found = plan(bicycle(Entered(9, pcs(30), monday)), needs, [], {}, CALENDAR, TODAY)
    bikes = [(p.quantity // MICRO, p.release_on, p.due_on, p.entry) for p in found.planned if p.product == BIKE]
    assert bikes == [(30, date(2026, 3, 19), monday, 9), (7, date(2026, 4, 1), later, None)]
    frames = [(p.quantity // MICRO, p.due_on) for p in found.planned if p.product == FRAME]
    assert frames == [(30, date(2026, 3, 19)), (7, date(2026, 4, 1))]
    assert [(p, s, q // MICRO) for p, s, q in found.pegging] == [
        (("SO", 1), ("planned", BIKE, 0), 12), (("SO", 2), ("planned", BIKE, 0), 18),
    ]  # fmt: skip


def test_it_stands_inside_the_frozen_fence_and_says_what_nobody_needs() -> None:
    """Tomorrow is too soon for two days of work: it begins today and is late. Nobody needs it: cancel."""
    items = bicycle(Entered(1, pcs(5), date(2026, 3, 3)))
    items[BIKE] = replace(items[BIKE], fence_days=20)
    found = plan(items, [], [], {FRAME: pcs(5)}, CALENDAR, TODAY)
    [bike] = found.planned
    assert (bike.release_on, bike.due_on, bike.late) == (TODAY, date(2026, 3, 3), True)
    assert {m.kind for m in found.messages} == {"cancel", "release"}


@pytest.mark.parametrize("days", [0, 3])
def test_needs_before_it_ask_for_it_sooner(days: int) -> None:
    found = plan(
        bicycle(Entered(1, pcs(5), date(2026, 4, 6))), [Need(BIKE, pcs(5), date(2026, 3, 30 - days), ("SO", 1))], [],
        {}, CALENDAR, TODAY,
    )  # fmt: skip
    assert [(m.kind, m.source) for m in found.messages if m.product == BIKE] == [("expedite", ("planned", BIKE, 0))]
    assert len([p for p in found.planned if p.product == BIKE]) == 1
