"""What one order takes: phantoms, fixed quantities, parts on several ways; and that planning says the same."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from modules.production.rules.explosion import material_of
from modules.production.rules.netting import plan
from modules.production.rules.terms import Component, Item, Need
from modules.shared.data.rules.calendars import WorkCalendar
from tests.modules.production.rules.test_netting import pcs

ON = date(2026, 3, 2)
ROBOT = (Component(2, Fraction(2)), Component(6, Fraction(1)))
BELOW = {2: (Component(3, Fraction(1)), Component(5, Fraction(1))), 3: (Component(4, Fraction(2), fixed=pcs(1)),)}


def test_phantoms_from_stock_then_blown_through() -> None:
    assert material_of(ROBOT, pcs(10), ON, BELOW, {2, 3}, {}) == {4: pcs(41), 5: pcs(20), 6: pcs(10)}
    # 5 kits and 3 hinge sets are free: 15 kits and 12 sets are put together on the way
    free = {2: pcs(5), 3: pcs(3)}
    assert material_of(ROBOT, pcs(10), ON, BELOW, {2, 3}, free) == {
        2: pcs(5), 3: pcs(3), 4: pcs(25), 5: pcs(15), 6: pcs(10),
    }  # fmt: skip
    # all kits are there: nothing is blown through, nothing set up
    assert material_of(ROBOT, pcs(1), ON, BELOW, {2, 3}, {2: pcs(9)}) == {2: pcs(2), 6: pcs(1)}


def test_a_part_on_two_ways_is_added_up_and_validity_is_of_the_day() -> None:
    twice = (Component(4, Fraction(1, 3)), Component(4, Fraction(1, 6)), Component(5, Fraction(1), date(2026, 4, 1)))
    assert material_of(twice, pcs(1), ON, {}, set(), {}) == {4: pcs(1) // 2}
    assert material_of(twice, pcs(1), date(2026, 4, 1), {}, set(), {}) == {4: pcs(1) // 2, 5: pcs(1)}


def test_what_runs_out_is_taken_as_far_as_it_is_free() -> None:
    old = Component(3, Fraction(2), valid_until=date(2026, 3, 31), successor=4, ratio=Fraction(3))
    assert material_of((old,), pcs(5), ON, {}, set(), {3: pcs(4)}) == {3: pcs(4), 4: pcs(18)}
    assert material_of((old,), pcs(5), date(2026, 4, 1), {}, set(), {3: pcs(4)}) == {4: pcs(30)}
    # inside a phantom too
    assert material_of((Component(2, Fraction(1)),), pcs(1), ON, {2: (old,)}, {2}, {3: pcs(1)}) == {
        3: pcs(1),
        4: pcs(3),
    }


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_an_order_takes_what_planning_buys_for_it(data: st.DataObject) -> None:
    """Random structures of phantoms, some of them in stock, above one bought part."""
    count = data.draw(st.integers(3, 8))
    components: dict[int, tuple[Component, ...]] = {}
    for product in range(count - 1):
        below = data.draw(st.lists(st.integers(product + 1, count - 1), min_size=1, max_size=3, unique=True))
        components[product] = tuple(Component(c, Fraction(data.draw(st.integers(1, 4)))) for c in below)
    phantoms = set(range(1, count - 1))
    free = {p: pcs(data.draw(st.integers(0, 5))) for p in phantoms}
    items = {p: Item(p, True, phantom=p in phantoms, components=c) for p, c in components.items()}
    items[count - 1] = Item(count - 1, False)
    quantity = pcs(data.draw(st.integers(1, 20)))
    planned = plan(items, [Need(0, quantity, ON, "SO")], [], free, WorkCalendar(), ON)
    bought = sum(p.quantity for p in planned.planned if p.product == count - 1)
    taken = material_of(components[0], quantity, ON, components, phantoms, free)
    assert taken.get(count - 1, 0) == bought
    from_stock = sum(q for _peg, cover, q in planned.pegging if cover in {("stock", p) for p in items})
    assert sum(taken.get(p, 0) for p in phantoms) == from_stock
