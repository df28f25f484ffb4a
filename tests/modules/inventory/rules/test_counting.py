"""Classes by consumption, tolerance of counts, accuracy: by hand and by property."""

from __future__ import annotations

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from modules.inventory.rules.abc import classes
from modules.inventory.rules.counting import Counted, Tolerance, accuracy, verdict

amounts = st.decimals(min_value=0, max_value=10**6, places=2)


def test_classes_by_hand():
    # 700 + 150 = 850 of 1000: the second begins at 70 %, so it is A still; the third begins at 85 %.
    assert classes({1: D(700), 2: D(150), 3: D(100), 4: D(50), 5: D(0)}) == {1: "A", 2: "A", 3: "B", 4: "C", 5: "C"}
    assert classes({7: D(1)}) == {7: "A"}
    assert classes({}) == {}
    assert classes({1: D(-5), 2: D(5)}) == {1: "C", 2: "A"}  # more came back than went


@given(st.dictionaries(st.integers(1, 50), amounts, max_size=30))
def test_better_classes_have_more(consumption):
    found = classes(consumption)
    assert set(found) == set(consumption)
    worst = {abc: min((consumption[k] for k, v in found.items() if v == abc), default=None) for abc in "ABC"}
    best = {abc: max((consumption[k] for k, v in found.items() if v == abc), default=None) for abc in "ABC"}
    for better, worse in (("A", "B"), ("B", "C"), ("A", "C")):
        least, most = worst[better], best[worse]
        if least is not None and most is not None:
            assert least >= most


def test_tolerance_by_hand():
    both = Tolerance(D(1), D(50))
    assert both.holds(D(99), D(100), D(40))  # 1 % and 40
    assert not both.holds(D(98), D(100), D(10))  # 2 %
    assert not both.holds(D(99), D(100), D(60))  # 60 of value
    assert both.holds(D(0), D(0), D(9))
    assert not both.holds(D(1), D(0), D(1))  # 1 % of nothing is nothing
    assert Tolerance(None, D(50)).holds(D(5), D(0), D(10))
    assert Tolerance(D(10), None).holds(D(110), D(100), D(9999))
    assert not Tolerance(None, None).holds(D(1), D(2), D(0))


def test_beyond_tolerance_is_counted_again_then_approved():
    rule = Tolerance(D(1), None)
    assert verdict(D(100), D(100), D(1), rule, again=False) == "ready"
    assert verdict(D(90), D(100), D(1), rule, again=False) == "recount"
    assert verdict(D(100), D(100), D(1), rule, again=True) == "ready"
    assert verdict(D(90), D(100), D(1), rule, again=True) == "approval"


def test_accuracy_by_hand():
    found = accuracy([Counted(True, D(900), D(0)), Counted(False, D(100), D(-30)), Counted(True, D(0), D(10))])
    assert (found.lines, found.hits, found.difference, found.absolute) == (3, 2, D(-20), D(40))
    assert found.share == D(2) / 3
    assert found.value == D("0.96")
    assert accuracy([]).share is None
    assert accuracy([Counted(False, D(10), D(500))]).value == 0  # never less than nothing


@given(st.lists(st.tuples(st.booleans(), amounts, st.decimals(-1000, 1000, places=2)), max_size=20))
def test_accuracy_is_a_share(rows):
    found = accuracy(Counted(*row) for row in rows)
    for share in (found.share, found.value):
        assert share is None or 0 <= share <= 1
