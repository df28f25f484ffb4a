"""Margin of an offer."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.crm.rules.margin import MarginLine, margin_of

D = Decimal
CENT = D("0.01")


def test_margin_in_the_companys_currency() -> None:
    """100 USD at 7.1 = 710.00, cost 2 × 205.005 = 410.01 → margin 299.99, 42.25 %."""
    margin = margin_of([MarginLine(D(100), D(2), D("205.005"))], rate=D("7.1"), step=CENT)
    assert (margin.cost, margin.margin, margin.percent) == (D("410.01"), D("299.99"), D("42.25"))


def test_one_unknown_cost_hides_the_total_not_the_other_line() -> None:
    margin = margin_of([MarginLine(D(100), D(1), D(60)), MarginLine(D(50), D(1), None)], rate=D(1), step=CENT)
    assert margin.lines == (D(40), None)
    assert (margin.cost, margin.margin, margin.percent) == (None, None, None)


def test_nothing_sold_and_gifts() -> None:
    assert margin_of([], rate=D(1), step=CENT).margin is None
    gift = margin_of([MarginLine(D(0), D(1), D(5))], rate=D(1), step=CENT)
    assert (gift.margin, gift.percent) == (D(-5), None)


amounts = st.decimals(0, 100_000, places=2)


@given(st.lists(st.builds(MarginLine, amounts, st.decimals(1, 100, places=2), amounts), min_size=1, max_size=20))
def test_lines_sum_to_the_total(lines: list[MarginLine]) -> None:
    margin = margin_of(lines, rate=D("0.1337"), step=CENT)
    assert sum(m for m in margin.lines if m is not None) == margin.margin
