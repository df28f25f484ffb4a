"""Pieces and what they weigh: shares of what was weighed, differences of a count, what is a slip of the hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.inventory.rules.second_quantity import Part, Unclear, found, plausible, shares

D = Decimal


def part(pieces: str, there: str, weight: str) -> Part:
    return Part(D(pieces), D(there), D(weight))


def test_what_goes_whole_takes_its_weight_and_the_rest_was_cut_from_one():
    assert shares([part("2", "2", "44.7"), part("1", "3", "66.1")], D("66.3")) == [D("44.7"), D("21.6")]


def test_all_of_it_need_not_be_weighed_and_weighs_what_it_weighs():
    places = [part("2", "2", "44.7"), part("3", "3", "66.1")]
    assert shares(places, None) == shares(places, D("110.8")) == [D("44.7"), D("66.1")]
    with pytest.raises(Unclear, match="whole") as refused:
        shares(places, D("110.7"))
    assert refused.value.weight == D("110.8")


@pytest.mark.parametrize(
    ("places", "total", "code"),
    [
        ([part("1", "3", "66")], None, "missing"),
        ([part("1", "3", "66"), part("1", "2", "44")], "44", "several"),
        ([part("1", "3", "66")], "66", "range"),
        ([part("1", "3", "66")], "0", "range"),
        ([part("2", "2", "44"), part("1", "3", "66")], "44", "range"),
    ],
)
def test_what_cannot_be_known_is_refused(places, total, code):
    with pytest.raises(Unclear, match=code):
        shares(places, D(total) if total is not None else None)


weights = st.decimals("0.1", "500", places=1)


@given(st.lists(st.tuples(st.integers(1, 9), weights), min_size=1, max_size=5), st.integers(1, 9), weights, weights)
def test_shares_sum_and_leave_weight_where_pieces_stay(wholes, pieces, cut, stays):
    places = [Part(D(n), D(n), w) for n, w in wholes] + [Part(D(pieces), D(pieces + 1), cut + stays)]
    total = sum((w for _n, w in wholes), D(0)) + cut
    assert sum(shares(places, total)) == total
    assert shares(places, total)[-1] == cut


def test_a_count_goes_one_way_at_a_time():
    assert found(D(0), D(0)) == []
    assert found(D(0), D("-1.6")) == [(D(0), D("-1.6"))]
    assert found(D(-1), D("-22.1")) == [(D(-1), D("-22.1"))]
    assert found(D(1), D("-2")) == [(D(0), D("-2")), (D(1), D(0))]


@pytest.mark.parametrize(
    ("weight", "tolerance", "usual"),
    [("110", "30", True), ("143", "30", True), ("143.1", "30", False), ("11", "30", False), ("11", None, True)],
)
def test_five_of_22_kg_weigh_about_110(weight, tolerance, usual):
    assert plausible(D(5), D(weight), D(22), D(tolerance) if tolerance else None) is usual
