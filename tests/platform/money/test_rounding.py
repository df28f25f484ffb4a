"""Rounding and splitting, by hand and by property."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenon.money.rounding import allocate, currency_step, round_money, round_to

D = Decimal


@pytest.mark.parametrize(("currency", "step"), [("JPY", "1"), ("CNY", "0.01"), ("KWD", "0.001"), ("CLF", "0.0001")])
def test_currencies_have_their_own_decimals(currency: str, step: str) -> None:
    assert currency_step(currency) == D(step)


def test_half_goes_away_from_zero() -> None:
    assert round_money(D("100.5"), "JPY") == 101
    assert round_money(D("-0.005"), "CNY") == D("-0.01")
    assert round_to(D("2.5"), D("1")) == 3


def test_largest_remainder_by_hand() -> None:
    # 100 over 1:1:1 is 33.34 + 33.33 + 33.33; the first takes the odd cent.
    assert allocate(D("100"), [D(1)] * 3, D("0.01")) == [D("33.34"), D("33.33"), D("33.33")]
    assert allocate(D("-0.05"), [D(3), D(1)], D("0.01")) == [D("-0.04"), D("-0.01")]
    assert allocate(D("10"), [D(0), D(0)], D("1")) == [D(5), D(5)]


@pytest.mark.parametrize(("amount", "weights"), [("1", []), ("1", ["-1"]), ("0.005", ["1"])])
def test_what_cannot_be_split_is_refused(amount: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match=r"weights|multiple"):
        allocate(D(amount), [D(w) for w in weights], D("0.01"))


@given(
    cents=st.integers(-(10**12), 10**12),
    weights=st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=40),
)
def test_parts_sum_exactly_and_stay_within_one_step(cents: int, weights: list[Decimal]) -> None:
    amount, step = D(cents) / 100, D("0.01")
    parts = allocate(amount, weights, step)
    assert sum(parts) == amount
    total = sum(weights)
    if total:
        assert all(abs(part - amount * w / total) < step for part, w in zip(parts, weights, strict=True))
