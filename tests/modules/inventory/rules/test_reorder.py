"""Reorder points, order sizes, cleaned demand, provisions, turnover: by hand and by property."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.inventory.rules.demand import cleaned
from modules.inventory.rules.reorder import missing, order_sizes, reorder_point
from modules.inventory.rules.slow_stock import Layer, Turnover, average_of, classify, provision

few = st.decimals(min_value=1, max_value=500, places=0)


def test_reorder_point_by_hand():
    # 10 a day ± 4, 9 days ± 2, 95 %: 90 + 1.6449 × √(9·16 + 100·4) = 90 + 1.6449 × 23.324 = 128.4
    point = reorder_point(10, 4, 9, 2, D(95))
    assert (point.safety, point.point) == (D(39), D(129))
    # Nothing varies: no safety stock, exactly the demand of the lead time.
    assert reorder_point(10, 0, 9, 0, D("99.9")).point == D(90)
    # Half the cycles may be short: z is nothing.
    assert reorder_point(10, 4, 9, 2, D(50)).safety == 0
    assert reorder_point(0.5, 0, 3, 0, D(95), D("0.1")).point == D("1.5")


@given(
    st.floats(0, 1000), st.floats(0, 300), st.floats(0, 200), st.floats(0, 60), st.sampled_from([D(80), D(90), D(98)])
)
def test_more_chance_never_wants_less(daily, deviation, lead, spread, service):
    base = reorder_point(daily, deviation, lead, spread, service)
    assert base.point >= base.safety >= 0
    for other in (
        reorder_point(daily, deviation * 2, lead, spread, service),
        reorder_point(daily, deviation, lead, spread * 2, service),
        reorder_point(daily, deviation, lead, spread, service + 1),
    ):
        assert other.safety >= base.safety


def test_order_sizes_by_hand():
    """Domain rule 26."""
    assert order_sizes(D(0)) == []
    assert order_sizes(D(3), least=D(10)) == [D(10)]
    assert order_sizes(D(11), least=D(10), multiple=D(4)) == [D(12)]
    assert order_sizes(D(100), multiple=D(12), most=D(40)) == [D(36), D(36), D(36)]
    assert order_sizes(D(16), least=D(10), most=D(15)) == [D(10), D(10)]  # 1 piece of 16 is too much, 15 + 1 too little
    assert order_sizes(D(40), most=D(15)) == [D(15), D(15), D(10)]
    assert order_sizes(D(20), multiple=D(50), most=D(30)) == [D(50)]  # no pack fits into the most


@given(few, st.none() | few, st.none() | few, st.none() | few)
def test_order_sizes_cover_the_need_in_pieces_that_may_be_ordered(need, least, multiple, most):
    pieces = order_sizes(need, least, multiple, most)
    assert sum(pieces) >= need
    for piece in pieces:
        assert piece >= (least or 0)
        assert not multiple or piece % multiple == 0
    if len(pieces) > 1:
        assert max(pieces) <= most


def test_a_filling_of_nothing_means_exactly_what_is_missing():
    assert missing(D(4), D(10), D(0)) == D(6)
    assert missing(D(4), D(10), D(30)) == D(26)
    assert missing(D(4), D(10), D(8)) == D(6)  # never less than to the point
    assert missing(D(10), D(10), D(30)) == 0


def test_stock_outs_are_no_lack_of_demand():
    # 30 days with 60; 10 of 30 days empty and 40 issued → 60; all of the month empty → between its neighbours.
    assert cleaned([60, 40, 0, 90], [30, 30, 30, 30], [0, 10, 30, 0]) == [60, 60, 75, 90]
    assert cleaned([0, 8], [30, 30], [30, 0]) == [8, 8]
    assert cleaned([5], [30], [30]) == [5]  # nothing better is known
    assert cleaned([-3], [30], [0]) == [0]  # more came back than went


@given(st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 31)), min_size=1, max_size=24))
def test_cleaning_never_takes_demand_away(rows):
    issued, out = [r[0] for r in rows], [r[1] for r in rows]
    found = cleaned(issued, [31] * len(rows), out)
    assert all(b >= a * (1 - 1e-9) for a, b, o in zip(issued, found, out, strict=True) if o < 23)
    assert len(found) == len(rows)


def test_provision_by_hand():
    bands = [(180, D(10)), (365, D(30))]
    layers = [Layer(10, D(1), D(100)), Layer(180, D(1), D(200)), Layer(400, D(1), D(50))]
    assert provision(layers, bands) == D(35)  # 0 + 20 + 15
    assert provision(layers, []) == 0


@pytest.mark.parametrize(
    ("idle", "excess", "kind"),
    [(400, D(0), "dead"), (365, D(5), "dead"), (90, D(0), "slow"), (10, D(5), "excess"), (10, D(0), "moving")],
)
def test_classes(idle, excess, kind):
    assert classify(idle, excess) == kind


def test_turnover_by_hand():
    # 0 on day 0, 100 on day 10, 100 on day 20: 50 × 10 + 100 × 10 = 1500 / 20 = 75
    assert average_of([(0, D(0)), (10, D(100)), (20, D(100))]) == D(75)
    assert average_of([(3, D(8))]) == D(8)
    found = Turnover(D(300), D(100), 365)
    assert (found.turns, found.days_of_stock) == (D(3), D(365) / 3)
    assert Turnover(D(0), D(100), 365).days_of_stock is None
    assert Turnover(D(5), D(0), 365).turns is None
