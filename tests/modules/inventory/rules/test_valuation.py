"""Valuation by hand and for all histories there can be: average, FIFO, standard."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules.inventory.rules.landed import Basis, spread
from modules.inventory.rules.valuation import AVERAGE, FIFO, STANDARD, Layer, Stock, Taken

D = Decimal
CENT = D("0.01")
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def stock(method=AVERAGE, **values):
    return Stock(method, values.pop("step", CENT), **values)


def test_fifo_issues_the_oldest_first():
    """10@100, 5@110; 12 go: 10 × 100 + 2 × 110 = 1,220; 3 × 110 = 330 are left."""
    fifo = stock(FIFO)
    fifo.receive(1, "", D(10), D(1000))
    fifo.receive(2, "", D(5), D(550))
    went = fifo.issue(3, "", D(12))
    assert went.value == D(1220)
    assert [(u.layer.move, u.quantity, u.value) for u in went.uses] == [(1, D(10), D(1000)), (2, D(2), D(220))]
    assert (fifo.quantity, fifo.value) == (D(3), D(330))


def test_fifo_takes_the_lot_that_leaves():
    """Layers carry lots (rule 12): the younger lot goes at its own cost."""
    fifo = stock(FIFO)
    fifo.receive(1, "A", D(10), D(1000))
    fifo.receive(2, "B", D(5), D(550))
    assert fifo.issue(3, "B", D(2)).value == D(220)
    assert [x.remaining for x in fifo.layers] == [D(10), D(3)]


def test_average_takes_the_average_whatever_layer_goes():
    average = stock()
    average.receive(1, "", D(10), D(1000))
    average.receive(2, "", D(5), D(550))
    went = average.issue(3, "", D(5))
    assert went.value == D("516.67")
    assert sum(u.value for u in went.uses) == went.value
    assert (average.quantity, average.value) == (D(10), D("1033.33"))


def test_standard_shows_the_variance_and_keeps_quantity_times_standard():
    """Standard 100: 10 come at 110 and 5 at 90: variance −100 and +50; 4 go at 400."""
    standard = stock(STANDARD, standard=D(100))
    assert standard.receive(1, "", D(10), D(1100)).variance == D(-100)
    assert standard.receive(2, "", D(5), D(450)).variance == D(50)
    assert standard.value == D(1500)
    assert standard.issue(3, "", D(4)).value == D(400)
    assert standard.value == D(1100)


@pytest.mark.parametrize("method", [AVERAGE, FIFO])
def test_what_went_before_it_came_is_corrected_by_the_receipt(method):
    """Rule 6: −2 at cost 0, then 20 @ 3.30: the unit cost is 3.30 (not 66/18 = 3.67), the two pieces cost 6.60."""
    product = stock(method)
    went = product.issue(1, "", D(2))
    assert (went.value, product.quantity, product.value) == (D(0), D(-2), D(0))
    came = product.receive(2, "", D(20), D("66.00"))
    assert [(c.move, c.amount) for c in came.corrections] == [(1, D("6.60"))]
    assert (product.quantity, product.value) == (D(18), D("59.40"))
    assert product.value / product.quantity == D("3.30")
    assert [(u.move, u.quantity) for u in came.uses if u.layer.quantity > 0] == [(1, D(2))]


def test_owing_at_the_last_known_cost():
    """10@100 are there, 12 go: the two that are not there at 100 too; 20 come at 110: 20.00 more for the two."""
    product = stock()
    product.receive(1, "", D(10), D(1000))
    assert product.issue(2, "", D(12)).value == D(1200)
    assert (product.quantity, product.value) == (D(-2), D(-200))
    came = product.receive(3, "", D(20), D(2200))
    assert [(c.move, c.amount) for c in came.corrections] == [(2, D(20))]
    assert (product.quantity, product.value) == (D(18), D(1980))


@pytest.mark.parametrize("method", [AVERAGE, FIFO])
def test_late_freight_is_split(method):
    """Rule 8: 10 received, 6 sold, +100 freight: +40 stock, +60 cost of sales."""
    product = stock(method)
    layer = product.receive(1, "", D(10), D(1000)).layer
    product.issue(2, "", D(6))
    late = product.late(layer, D(100), [(2, D(6))])
    assert (late.in_stock, [(c.move, c.amount) for c in late.gone], late.unborne) == (D(40), [(2, D(60))], D(0))
    assert product.value == D(440)


def test_late_cost_of_one_layer_among_others():
    """FIFO: 10@100 then 10@120; 15 go. Freight of 50 for the second: 5 of its 10 are there."""
    fifo = stock(FIFO)
    fifo.receive(1, "", D(10), D(1000))
    second = fifo.receive(2, "", D(10), D(1200)).layer
    fifo.issue(3, "", D(15))
    late = fifo.late(second, D(50), [(3, D(5))])
    assert (late.in_stock, late.gone[0].amount) == (D(25), D(25))
    assert fifo.issue(4, "", D(5)).value == D(625)
    assert (fifo.quantity, fifo.value) == (D(0), D(0))


def test_a_late_credit_never_makes_stock_worth_less_than_nothing():
    product = stock()
    layer = product.receive(1, "", D(10), D(1000)).layer
    product.issue(2, "", D(1))
    late = product.late(layer, D(-2000), [(2, D(1))])
    assert (late.in_stock, late.gone[0].amount, late.unborne) == (D(-900), D(-200), D(-900))
    assert product.value == 0


def test_what_comes_back_goes_back_into_its_layer():
    """FIFO: 5 of layer 1 and 5 of layer 2 went; 7 come back: 5 into the second, 2 into the first."""
    fifo = stock(FIFO)
    one = fifo.receive(1, "", D(5), D(500)).layer
    two = fifo.receive(2, "", D(10), D(1200)).layer
    went = fifo.issue(3, "", D(10))
    assert went.value == D(1100)
    back = fifo.put_back(4, "", D(7), D(800), [Taken(one, 3, D(5)), Taken(two, 3, D(5))])
    assert (one.remaining, two.remaining, fifo.quantity, fifo.value) == (D(2), D(10), D(12), D(1400))
    assert {(u.layer.move, u.move, u.quantity, u.by) for u in back.uses} == {(1, 3, D(-2), 4), (2, 3, D(-5), 4)}


def test_goods_sent_back_to_the_supplier_are_those_of_the_receipt():
    fifo = stock(FIFO)
    fifo.receive(1, "", D(10), D(1000))
    fifo.receive(2, "", D(5), D(550))
    assert fifo.issue(3, "", D(5), first=[2]).value == D(550)


def test_a_new_standard_cost_changes_the_value_and_fifo_shares_it_out():
    product = stock()
    product.receive(1, "", D(3), D(10))
    product.receive(2, "", D(3), D(20))
    assert product.revalue(STANDARD, D(6)) == D(6)
    assert product.revalue(FIFO, D(6)) == D(0)
    assert [x.worth for x in product.layers] == [D(18), D(18)]
    assert product.revalue(AVERAGE, D(0)) == D(0)


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "issue", "late", "back"]),
        st.decimals(min_value="0.01", max_value="50", places=2),
        st.decimals(min_value="0", max_value="999", places=2),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@PATIENT
@given(OPERATIONS, st.sampled_from([AVERAGE, FIFO, STANDARD]), st.sampled_from([D(1), CENT, D("0.001")]), st.booleans())
def test_whatever_happens(operations, method, step, owing):
    """No value without quantity, layers sum to the stock (and under FIFO to its value), every movement and correction
    accounts for the value there is, and nothing is ever worth less than nothing."""
    product = Stock(method, step, standard=D("7.13"))
    layers: list[Layer] = []
    out: dict[int | None, dict[int, D]] = {}  # move → layer index → quantity
    ledger = D(0)
    for number, (what, quantity, amount) in enumerate(operations):
        money = (amount / step).to_integral_value() * step
        if what == "receive":
            came = product.receive(number, "", quantity, money)
            ledger += money + came.variance - sum(c.amount for c in came.corrections)
        elif what == "issue":
            if not owing:
                quantity = min(quantity, product.quantity)
            if quantity <= 0:
                continue
            went = product.issue(number, "", quantity)
            assert went.value >= 0
            ledger -= went.value
        elif what == "late" and layers:
            layer = layers[int(amount) % len(layers)]
            gone = [(m, q[id(layer)]) for m, q in out.items() if q.get(id(layer), 0) > 0]
            sign = -1 if quantity < 20 else 1
            late = product.late(layer, sign * money, gone)
            assert late.in_stock + sum(c.amount for c in late.gone) + late.unborne == sign * money
            ledger += late.in_stock
            continue
        elif what == "back" and out and not any(x.remaining < 0 for x in product.layers):
            move, of = list(out.items())[-1]
            taken = [Taken(x, move, of[id(x)]) for x in layers if of.get(id(x), 0) > 0]
            if not taken:
                continue
            quantity = min(quantity, sum(t.quantity for t in taken))
            came = product.put_back(number, "", quantity, money, taken)
            ledger += money + came.variance
            for use in came.uses:
                of[id(use.layer)] += use.quantity
            assert came.layer is None
        else:
            continue
        if what == "receive" and came.layer is not None:
            layers.append(came.layer)
        for use in came.uses if what == "receive" else went.uses if what == "issue" else []:
            if use.layer.quantity > 0:
                of = out.setdefault(use.move, {})
                of[id(use.layer)] = of.get(id(use.layer), D(0)) + use.quantity
        assert product.value == ledger
        assert product.value % step == 0
        assert sum((x.remaining for x in product.layers), D(0)) == product.quantity
        assert product.quantity or not product.value
        assert product.value >= 0 if product.quantity >= 0 else product.value <= 0
        if method == FIFO:
            assert sum((x.worth for x in product.layers), D(0)) == product.value
        if method == STANDARD and not owing:
            assert abs(product.value - product.quantity * D("7.13")) <= step / 2


AMOUNTS = st.decimals(min_value="0", max_value="99999", places=2)


@given(AMOUNTS, st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=12), st.sampled_from(["value", "quantity"]))
def test_shares_sum_exactly(amount, lines, method):
    """Rule 4."""
    bases = [Basis(value, quantity) for value, quantity in lines]
    if not any(b.value if method == "value" else b.quantity for b in bases):
        with pytest.raises(ValueError, match="nothing"):
            spread(amount, bases, method, CENT)
        return
    assert sum(spread(amount, bases, method, CENT)) == amount


def test_by_weight_needs_every_weight():
    with pytest.raises(ValueError, match="weight"):
        spread(D(10), [Basis(D(1), D(1), None)], "weight", CENT)
