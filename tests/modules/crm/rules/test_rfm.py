"""Fifths with ties, segments and cohorts, by hand; properties for any customers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.crm.rules.rfm import SEGMENTS, Cohort, Trade, cohorts, fifths, retention, scores, segment


def test_ties_share_the_lowest_score_of_their_range() -> None:
    """Ten customers: seven with one order (none is worse: 1), two with 3 (seven worse: 1 + ⌊3.5⌋ = 4), one with 9
    (nine worse: 1 + ⌊4.5⌋ = 5)."""
    orders = dict.fromkeys(range(7), 1) | {7: 3, 8: 3, 9: 9}
    assert fifths(orders) == dict.fromkeys(range(7), 1) | {7: 4, 8: 4, 9: 5}
    assert fifths({n: n for n in range(5)}) == {0: 1, 1: 2, 2: 3, 3: 4, 4: 5}
    assert fifths({1: 7}) == {1: 1}
    assert fifths({}) == {}


@given(st.dictionaries(st.integers(), st.integers(-50, 50), max_size=60))
def test_equals_are_equal_and_better_is_never_worse(values: dict[int, int]) -> None:
    got = fifths(values)
    for one in values:
        assert 1 <= got[one] <= 5
        for other in values:
            if values[one] == values[other]:
                assert got[one] == got[other]
            elif values[one] > values[other]:
                assert got[one] >= got[other]
    # No more than a fifth, rounded up, is above any score's lower bound but through ties.
    assert sum(1 for s in got.values() if s == 5) <= -(-len(values) // 5)


def test_refunded_to_nothing_counts_the_visit_and_no_value() -> None:
    """Five customers; who ordered yesterday and sent everything back came lately and brought nothing."""
    trades = {
        1: Trade(1, 1, Decimal(0)), 2: Trade(40, 4, Decimal(900)), 3: Trade(5, 6, Decimal(700)),
        4: Trade(300, 5, Decimal(800)), 5: Trade(200, 1, Decimal(10)),
    }  # fmt: skip
    got = scores(trades)
    assert {key: (s.recency, s.frequency, s.monetary) for key, s in got.items()} == {
        1: (5, 1, 1), 2: (3, 3, 5), 3: (4, 5, 3), 4: (1, 4, 4), 5: (2, 1, 2),
    }  # fmt: skip
    assert {key: s.segment for key, s in got.items()} == {
        1: "new", 2: "loyal", 3: "champions", 4: "cannot_lose", 5: "hibernating",
    }  # fmt: skip


def test_every_score_has_a_segment() -> None:
    fives = range(1, 6)
    found = Counter(segment(r, f, m, n) for r in fives for f in fives for m in fives for n in (1, 2))
    assert set(found) == set(SEGMENTS)


def test_cohorts_by_hand() -> None:
    """A first in January, again in March twice; B first in January; C first in February, again in March; D was a
    customer before."""
    days = [
        (1, date(2026, 1, 5)), (1, date(2026, 3, 1)), (1, date(2026, 3, 31)), (2, date(2026, 1, 31)),
        (3, date(2026, 2, 1)), (3, date(2026, 3, 2)), (4, date(2025, 12, 1)), (4, date(2026, 2, 1)),
    ]  # fmt: skip
    months = [date(2026, n, 1) for n in (1, 2, 3)]
    assert cohorts(days, months=months) == [
        Cohort(months[0], (2, 0, 1)), Cohort(months[1], (1, 1)), Cohort(months[2], (0,)),
    ]  # fmt: skip
    assert retention({1, 2, 4}, {1, 3, 4}) == Decimal(2) / 3
    assert retention(set(), {1}) is None
