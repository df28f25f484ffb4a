"""Limits of quotes: worked by hand."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.crm.rules.quote_limits import Terms, beyond, covers, discount_given

D = Decimal
money = st.decimals(min_value=0, max_value=10**6, places=2)
percent = st.decimals(min_value=0, max_value=100, places=2)
margin = st.none() | st.decimals(min_value=-100, max_value=100, places=2)
terms = st.builds(Terms, money, percent, margin)


def test_a_lower_price_is_a_discount() -> None:
    assert discount_given(D(100), D(80), D(0)) == D(20)
    # 90 less 10 % = 81
    assert discount_given(D(100), D(90), D(10)) == D(19)
    assert discount_given(D(100), D(120), D(0)) == 0
    assert discount_given(None, D(80), D(5)) == 5
    assert discount_given(D(0), D(80), D(5)) == 5


def test_the_limit_that_fits_best_decides() -> None:
    offered = Terms(D(50_000), D(15), D(18))
    assert beyond([(D(100_000), D(20), D(15))], offered) == []
    assert beyond([(D(10_000), D(10), D(20)), (None, D(10), None)], offered) == [
        {"limit": "discount", "is": "15", "allowed": "10"}
    ]
    assert [x["limit"] for x in beyond([(D(10_000), D(10), D(20))], offered)] == ["amount", "discount", "margin"]
    assert beyond([], offered) == [{"limit": "none"}]


def test_a_margin_nobody_knows_is_below_every_limit() -> None:
    assert beyond([(None, None, D(10))], Terms(D(1), D(0), None)) == [{"limit": "margin", "allowed": "10"}]


def test_the_margin_itself_is_not_told() -> None:
    assert "is" not in beyond([(None, None, D(30))], Terms(D(1), D(0), D(12)))[0]


@given(terms, terms)
def test_what_was_approved_covers_what_is_no_worse(approved: Terms, offered: Terms) -> None:
    if covers(approved, offered):
        limit = (approved.amount, approved.discount, approved.margin)
        assert beyond([limit], offered) == []
    assert covers(approved, approved)
