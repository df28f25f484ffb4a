"""The availability curve against a naive day-by-day simulation, and over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from modules.inventory.selectors.curve import availability_curve, curve
from modules.shared.data.rules.promise import Flow
from tenon.tenancy.context import current

TODAY = date(2026, 11, 22)
DAYS = 40
flows = st.lists(
    st.builds(
        lambda day, quantity: Flow(TODAY + timedelta(days=day), D(quantity)),
        st.integers(-5, DAYS - 1),
        st.integers(-50, 50).filter(bool),
    ),
    max_size=25,
)


def naive(free, flows):
    """A day at a time: what is there that evening; then for each day the worst evening from it on."""
    evenings = []
    there = D(free)
    for n in range(DAYS + 2):
        day = TODAY + timedelta(days=n)
        for flow in flows:
            comes = flow.on
            if comes < TODAY and flow.quantity < 0:
                comes = TODAY
            elif comes < TODAY:
                comes = TODAY + timedelta(days=1)
            if comes == day:
                there += flow.quantity
        evenings.append(there)
    return evenings, [min(evenings[n:]) for n in range(len(evenings))]


@given(st.integers(-20, 100), flows)
def test_the_curve_is_what_a_day_by_day_count_says(free, flows):
    evenings, promised = naive(free, flows)
    days = {day.on: day for day in curve(D(free), flows, TODAY)}
    assert TODAY in days
    current_day = days[TODAY]
    for n in range(DAYS + 2):
        current_day = days.get(TODAY + timedelta(days=n), current_day)
        assert current_day.projected == evenings[n]
        if TODAY + timedelta(days=n) in days:
            assert current_day.available == promised[n]
    assert sum(len(day.flows) for day in days.values()) == len(flows)


def test_of_a_product(world):
    product, today = world.product(), current().today()
    world.opening((product, 5, 1))
    purchase = world.purchase((product, 7, 1), due_on=today + timedelta(days=6))
    world.sale((product, 8), requested_on=today + timedelta(days=3))  # 5 locked, 3 wait
    days = availability_curve(product.pk)
    assert [(d.on, d.projected, d.available) for d in days] == [
        (today, D(0), D(-3)),
        (today + timedelta(days=3), D(-3), D(-3)),
        (today + timedelta(days=6), D(4), D(4)),
    ]
    (coming,) = days[2].flows
    assert coming.source is not None
    assert coming.source.label.startswith(purchase.number)
