"""Promise dates: stock, supply, lead time, and never at the expense of a later promise."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.shared.data.rules.promise import Flow, Outlook, Step, look_ahead, promise

D = Decimal
TODAY = date(2026, 11, 21)


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


def test_from_stock_today():
    assert promise(Outlook(D(8)), D(5), TODAY) == (TODAY, [Step("stock", D(5), TODAY)])


def test_waits_for_the_supply_that_completes_it():
    outlook = Outlook(D(2), (Flow(day(20), D(4), "PO-2"), Flow(day(9), D(2), "PO-1")), day(60))
    on, steps = promise(outlook, D(6), TODAY)
    assert on == day(20)
    assert [(s.kind, s.quantity, s.on) for s in steps] == [
        ("stock", D(2), TODAY), ("supply", D(4), day(20)),
    ]  # fmt: skip


def test_stock_promised_to_a_later_demand_is_not_promised_again():
    outlook = Outlook(D(5), (Flow(day(5), D(-5)), Flow(day(12), D(5), "PO-3")), day(60))
    on, _steps = promise(outlook, D(1), TODAY)
    assert on == day(12)


def test_lead_time_for_the_rest():
    on, steps = promise(Outlook(D(1), (), day(14)), D(3), TODAY)
    assert on == day(14)
    assert [(s.kind, s.quantity) for s in steps] == [("stock", D(1)), ("lead_time", D(2))]
    assert promise(Outlook(D(0), (), None), D(3), TODAY)[0] is None


def test_late_supply_comes_tomorrow_at_the_earliest():
    on, steps = promise(Outlook(D(0), (Flow(day(-30), D(3), "PO-9"),), day(14)), D(3), TODAY)
    assert on == day(1)
    assert steps == [Step("supply", D(3), day(1), "PO-9")]


def test_reserved_comes_first():
    assert promise(Outlook(D(0), (), day(14)), D(3), TODAY, reserved=D(3)) == (TODAY, [Step("stock", D(3), TODAY)])


FLOWS = st.lists(st.tuples(st.integers(-5, 40), st.integers(-20, 20).filter(bool)), max_size=12)


@given(st.integers(0, 20), FLOWS, st.integers(1, 30))
def test_a_promise_never_makes_another_day_short(free, flows, quantity):
    outlook = Outlook(D(free), tuple(Flow(day(n), D(q)) for n, q in flows))
    on, steps = promise(outlook, D(quantity), TODAY)
    ahead = dict(look_ahead(outlook, TODAY))
    if on is None:
        assert all(least < quantity for least in ahead.values())
        return
    assert ahead[on] >= quantity  # from that day on all other demand is still covered
    assert all(least < quantity for d, least in ahead.items() if d < on)  # and no earlier day would do
    assert sum((s.quantity for s in steps), D(0)) == quantity
