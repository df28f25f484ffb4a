"""The arithmetic by itself: properties that hold for all figures."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from billing.simulator.forms import decode
from billing.simulator.rules import amounts, periods, retries

MOMENTS = st.integers(946_684_800, 4_102_444_800)  # 2000 – 2100
RHYTHMS = st.tuples(st.sampled_from(periods.INTERVALS), st.integers(1, 3))


def moment(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


@given(anchor=MOMENTS, at=MOMENTS, rhythm=RHYTHMS)
def test_every_moment_lies_in_one_period(anchor: int, at: int, rhythm: tuple[str, int]) -> None:
    start, end = periods.period_at(anchor, *rhythm, at)
    assert start <= at < end
    assert periods.period_at(anchor, *rhythm, start) == (start, end)
    assert periods.period_at(anchor, *rhythm, end)[0] == end


@given(anchor=MOMENTS, n=st.integers(0, 60), rhythm=st.tuples(st.sampled_from(["month", "year"]), st.integers(1, 3)))
def test_months_keep_their_day_or_take_the_last(anchor: int, n: int, rhythm: tuple[str, int]) -> None:
    first, then = (datetime.fromtimestamp(t, UTC) for t in (anchor, periods.boundary(anchor, *rhythm, n)))
    last_day = calendar.monthrange(then.year, then.month)[1]
    assert then.day == min(first.day, last_day)
    assert then.time() == first.time()


def test_month_ends_and_leap_years() -> None:
    january = moment(2028, 1, 31)
    assert [periods.boundary(january, "month", 1, n) for n in range(4)] == [
        january,
        moment(2028, 2, 29),
        moment(2028, 3, 31),
        moment(2028, 4, 30),
    ]
    leap = moment(2024, 2, 29)
    assert periods.boundary(leap, "year", 1, 1) == moment(2025, 2, 28)
    assert periods.boundary(leap, "year", 1, 4) == moment(2028, 2, 29)


@given(amount=st.integers(-(10**9), 10**9), start=MOMENTS, size=st.integers(1, 10**8), share=st.floats(0, 1))
def test_used_and_unused_are_the_whole_but_for_a_cent(amount: int, start: int, size: int, share: float) -> None:
    at = start + int(size * share)
    left = amounts.remaining(amount, start, start + size, at)
    used = amounts.rounded(Fraction(amount) * Fraction(at - start, size))
    assert abs(left + used - amount) <= 1
    assert abs(left) <= abs(amount)
    assert amounts.remaining(amount, start, start + size, start) == amount
    assert amounts.remaining(amount, start, start + size, start + size) == 0


@pytest.mark.parametrize(("value", "expected"), [("0.5", 1), ("-0.5", -1), ("1.4999", 1), ("2.5", 3), ("-2.5", -3)])
def test_half_a_cent_goes_away_from_zero(value: str, expected: int) -> None:
    assert amounts.rounded(Fraction(value)) == expected


@given(total=st.integers(0, 10**9), weights=st.lists(st.integers(0, 10**7), min_size=1, max_size=12))
def test_the_parts_of_a_sum_are_the_sum(total: int, weights: list[int]) -> None:
    parts = amounts.split(total, weights)
    assert sum(parts) == (total if any(weights) else 0)
    for part, weight in zip(parts, weights, strict=True):
        exact = Fraction(total * weight, sum(weights) or 1)
        assert abs(part - exact) < 1


@given(
    rows=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=8),
    percent=st.one_of(st.none(), st.decimals(Decimal("0.01"), 100, places=2)),
    off=st.integers(1, 10**7),
)
def test_a_discount_never_takes_more_than_there_is(rows: list[int], percent: Decimal | None, off: int) -> None:
    parts = amounts.discount_of(rows, percent, off)
    for row, part in zip(rows, parts, strict=True):
        assert 0 <= part <= max(row, 0)


@given(amount=st.integers(0, 10**9), percent=st.decimals(0, 50, places=3))
def test_tax_inside_is_the_tax_on_top_of_what_is_left(amount: int, percent: Decimal) -> None:
    inside = amounts.tax_of(amount, percent, True)
    assert abs(amounts.tax_of(amount - inside, percent, False) - inside) <= 1


@given(days=st.lists(st.integers(1, 60), min_size=1, max_size=8, unique=True).map(sorted), at=MOMENTS)
def test_retries_come_in_order_and_end(days: list[int], at: int) -> None:
    times = [retries.next_attempt(at, n, days) for n in range(1, len(days) + 2)]
    assert times[-1] is None
    known = [t for t in times if t is not None]
    assert known == sorted(known)
    assert all(t > at for t in known)


KEYS = st.from_regex(r"\A[a-z][a-z_]{0,8}\Z")
VALUES = st.recursive(
    st.text(max_size=8).filter(lambda t: "\x00" not in t),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_what_the_sdk_encodes_is_read_back(data: dict[str, object]) -> None:
    from urllib.parse import urlencode

    assert decode(urlencode(list(_api_encode(data)))) == data
