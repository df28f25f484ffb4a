"""What good pieces take along, by hand."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.production.rules.costing import Cost, receipt_value

D = Decimal
ZERO = D(0)


def test_cost_spreads_over_good_output_only() -> None:
    """Domain rule 24: 13,521.26 over 96 good of 100 is 140.8465 each, not over 97 and not over 100."""
    value = receipt_value([Cost(D("13521.26"))], ZERO, ZERO, D(96), D(96), "CNY")
    assert (value, (value / 96).quantize(D("0.0001"))) == (D("13521.26"), D("140.8465"))


def test_material_of_all_pieces_is_spread_and_material_of_some_is_theirs() -> None:
    # All issued: 4 of 10 take 40 %. Issued for four of ten only (40.00 of 100.00): these take all of it.
    assert receipt_value([Cost(D(100), D(10), D(10))], ZERO, ZERO, D(4), D(10), "CNY") == 40
    assert receipt_value([Cost(D(40), D(4), D(10))], ZERO, ZERO, D(4), D(10), "CNY") == 40
    # Both at once, and 30.00 for setting up that is for all ten: 40 + 40 + 12.
    costs = [Cost(D(100), D(10), D(10)), Cost(D(40), D(4), D(10)), Cost(D(30))]
    assert receipt_value(costs, ZERO, ZERO, D(4), D(10), "CNY") == 92


def test_scrap_makes_those_to_come_dearer() -> None:
    # 100.00 for ten; four good take 40.00; two are lost: the other four bear 60.00, 15.00 each.
    costs = [Cost(D(100))]
    assert receipt_value(costs, D(40), D(4), ZERO, D(4), "CNY") == 0
    assert receipt_value(costs, D(40), D(4), D(2), D(4), "CNY") == 35
    assert receipt_value(costs, D(75), D(6), D(2), D(2), "CNY") == 25


def test_nothing_good_takes_nothing() -> None:
    assert receipt_value([Cost(D(100))], ZERO, ZERO, ZERO, ZERO, "CNY") == 0


@given(
    reports=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 5000)), min_size=1, max_size=8),
    rest=st.integers(1, 9),
)
def test_whatever_is_reported_the_last_good_piece_takes_the_rest(
    reports: list[tuple[int, int, int]], rest: int
) -> None:
    left = D(sum(g + s for g, s, _c in reports) + rest)
    before, taken, spent = ZERO, ZERO, ZERO
    for good, scrap, cents in [*reports, (rest, 0, 77)]:
        spent += D(cents) / 100
        value = receipt_value([Cost(spent)], taken, before, D(good), left - scrap, "CNY")
        assert 0 <= value <= spent - taken
        left, before, taken = left - good - scrap, before + good, taken + value
    assert taken == spent
