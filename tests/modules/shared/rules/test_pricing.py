"""Which price holds, and instalments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.shared.data.rules.pricing import PriceOffer, best_price
from modules.shared.data.rules.terms import instalments

D = Decimal
TODAY = date(2026, 11, 21)


def test_the_highest_break_reached_while_valid() -> None:
    offers = [
        PriceOffer(D(0), D(48)),
        PriceOffer(D(10), D(45)),
        PriceOffer(D(10), D(44), valid_from=date(2026, 1, 1)),
        PriceOffer(D(100), D(40)),
        PriceOffer(D(0), D(1), valid_until=date(2026, 11, 20)),
    ]

    def price(quantity: str) -> Decimal:
        found = best_price(offers, D(quantity), TODAY)
        assert found is not None
        return found.price

    assert [price(q) for q in ("0.5", "9.999", "10", "99", "100")] == [48, 48, 44, 44, 40]
    assert best_price([PriceOffer(D(5), D(1))], D(4), TODAY) is None


def test_thirty_seventy() -> None:
    """100.01: 30 % is 30.003 → 30.00 at once, the rest 70.01 in 30 days."""
    assert instalments(D("100.01"), TODAY, lines=[(D(30), 0), (D(70), 30)], step=D("0.01")) == [
        (TODAY, D("30.00")),
        (date(2026, 12, 21), D("70.01")),
    ]
    assert instalments(D(5), TODAY, days=60, step=D("0.01")) == [(date(2027, 1, 20), D(5))]
    with pytest.raises(ValueError, match="100 per cent"):
        instalments(D(5), TODAY, lines=[(D(30), 0)], step=D("0.01"))


@given(st.decimals(0, 1_000_000, places=2), st.integers(1, 99))
def test_instalments_sum_to_the_amount(amount: Decimal, percent: int) -> None:
    parts = instalments(amount, TODAY, lines=[(D(percent), 0), (D(100 - percent), 30)], step=D("0.01"))
    assert sum(part for _, part in parts) == amount
