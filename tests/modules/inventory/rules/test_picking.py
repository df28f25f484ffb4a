"""Picking: whole needs from one shelf where possible, never more than is there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.inventory.rules.picking import Need, Pick, Shelf, pick

D = Decimal
# Machines are shared: how long an example takes says nothing about the rule.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_one_shelf_with_all_is_preferred():
    picks, short = pick([Need(1, 7, D(5))], [Shelf(1, 7, D(3)), Shelf(2, 7, D(9))])
    assert picks == [Pick(1, 2, D(5))]
    assert short == {1: D(0)}


def test_several_shelves_and_a_shortage():
    picks, short = pick([Need(1, 7, D(5)), Need(2, 7, D(4))], [Shelf(1, 7, D(3)), Shelf(2, 7, D(4))])
    assert picks == [Pick(1, 1, D(3)), Pick(1, 2, D(2)), Pick(2, 2, D(2))]
    assert short == {1: D(0), 2: D(2)}


@PATIENT
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20)), max_size=12),
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20)), max_size=12),
)
def test_nothing_is_taken_twice(needs, shelves):
    wanted = [Need(i, p, D(q)) for i, (p, q) in enumerate(needs)]
    there = [Shelf(i, p, D(q)) for i, (p, q) in enumerate(shelves)]
    picks, short = pick(wanted, there)
    for shelf in there:
        assert sum((p.quantity for p in picks if p.shelf == shelf.key), D(0)) <= shelf.free
    for need in wanted:
        got = sum((p.quantity for p in picks if p.need == need.key), D(0))
        assert got + short[need.key] == need.quantity
    for product in (1, 2, 3):
        needed = sum((n.quantity for n in wanted if n.product_id == product), D(0))
        free = sum((s.free for s in there if s.product_id == product), D(0))
        got = sum((p.quantity for p in picks if wanted[p.need].product_id == product), D(0))
        assert got == min(needed, free)  # first come, first served, and all that is there is given
    assert all(p.quantity > 0 for p in picks)


def test_what_expires_first_goes_first_over_several_lots():
    """Domain rule 36: 2 of the lot that expires first and 3 of the next, though one shelf has all five."""
    shelves = [
        Shelf(1, 7, D(2), until=date(2026, 3, 1)), Shelf(2, 7, D(4), until=date(2026, 4, 1)),
        Shelf(3, 7, D(9), until=date(2027, 1, 1)),
    ]  # fmt: skip
    picks, short = pick([Need(1, 7, D(5))], shelves)
    assert picks == [Pick(1, 1, D(2)), Pick(1, 2, D(3))]
    assert short == {1: D(0)}


def test_a_customer_who_wants_a_remaining_life_gets_it():
    shelves = [Shelf(1, 7, D(2), until=date(2026, 3, 1)), Shelf(2, 7, D(4), until=date(2026, 4, 1))]
    picks, short = pick([Need(1, 7, D(5), good_until=date(2026, 3, 15)), Need(2, 7, D(1))], shelves)
    assert picks == [Pick(1, 2, D(4)), Pick(2, 1, D(1))]
    assert short == {1: D(1), 2: D(0)}
