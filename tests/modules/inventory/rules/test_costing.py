"""Moving average by hand and for all receipts and issues there can be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.inventory.rules.costing import Cost, issue, issue_stated, receive
from modules.inventory.rules.parts import value_of_part

D = Decimal
# Machines are shared: how long an example takes says nothing about the rule.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CENT = D("0.01")
STEPS = st.sampled_from([D(1), D("0.01"), D("0.001"), D("0.0001")])
QUANTITIES = st.decimals(min_value="0.000001", max_value="1000000", places=6)


def test_average_of_two_receipts():
    cost = receive(receive(Cost(), D(10), D(1000)), D(5), D(550))
    unit = cost.unit()
    assert unit is not None
    assert unit.quantize(CENT) == D("103.33")
    left, value = issue(cost, D(4), CENT)
    assert value == D("413.33")
    assert left == Cost(D(11), D("1136.67"))


def test_return_to_supplier_at_average_shows_the_difference():
    """Domain rule 9: 10@100, 5@110, return 5@100: stock −516.67, supplier 500, variance 16.67."""
    cost = receive(receive(Cost(), D(10), D(1000)), D(5), D(550))
    left, went, difference = issue_stated(cost, D(5), D(500), CENT)
    assert (left, went, difference) == (Cost(D(10), D("1033.33")), D("516.67"), D("-16.67"))


def test_last_piece_takes_the_residue():
    """Rule 2."""
    cost, values = Cost(D(3), D(100)), []
    for _ in range(3):
        cost, value = issue(cost, D(1), CENT)
        values.append(value)
    assert values == [D("33.33"), D("33.34"), D("33.33")]
    assert cost == Cost()


def test_more_than_there_is_is_refused():
    with pytest.raises(ValueError, match="issue of 4"):
        issue(Cost(D(3), D(100)), D(4), CENT)
    with pytest.raises(ValueError, match="receipt"):
        receive(Cost(), D(0), D(1))


@PATIENT
@given(STEPS, st.lists(st.tuples(st.booleans(), QUANTITIES, st.integers(0, 10**9)), max_size=30))
def test_value_is_conserved_and_never_without_quantity(step, operations):
    """In − out = what is there, quantity and value, after any sequence; no quantity ⇒ no value; never negative."""
    cost, quantity, value = Cost(), D(0), D(0)
    for incoming, amount, units in operations:
        if incoming:
            cost = receive(cost, amount, units * step)
            quantity, value = quantity + amount, value + units * step
        elif cost.quantity:
            out = min(amount, cost.quantity)
            cost, went = issue(cost, out, step)
            assert went >= 0
            assert went % step == 0
            quantity, value = quantity - out, value - went
        assert cost == Cost(quantity, value)
        assert cost.value >= 0
        if not cost.quantity:
            assert cost.value == 0


@PATIENT
@given(STEPS, st.lists(st.tuples(QUANTITIES, st.integers(0, 10**9)), min_size=1, max_size=8), st.randoms())
def test_order_of_receipts_does_not_matter_before_an_issue(step, receipts, random):
    def run(rows):
        cost = Cost()
        for quantity, units in rows:
            cost = receive(cost, quantity, units * step)
        return cost

    shuffled = list(receipts)
    random.shuffle(shuffled)
    assert run(receipts) == run(shuffled)


@PATIENT
@given(
    STEPS,
    st.integers(0, 10**10),
    st.lists(st.decimals(min_value="0.000001", max_value="10000", places=6), min_size=1, max_size=12),
)
def test_parts_of_a_whole_sum_exactly(step, units, parts):
    total, whole, before, values = units * step, sum(parts, D(0)), D(0), []
    for part in parts:
        values.append(value_of_part(total, whole, before, part, step))
        before += part
    assert sum(values, D(0)) == total
    assert all(v >= 0 for v in values)


def test_a_third_of_a_hundred_three_times():
    values = [value_of_part(D(100), D(3), D(n), D(1), CENT) for n in range(3)]
    assert values == [D("33.33"), D("33.34"), D("33.33")]
