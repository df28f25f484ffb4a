"""Whatever is named, the reasons sum to the difference."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.finance.rules.profit import reasons_of

D = Decimal
MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(MONEY, st.lists(st.tuples(st.sampled_from(["price", "returned", "cost"]), MONEY), max_size=6))
def test_reasons_sum_to_the_difference(difference, named):
    found = reasons_of(difference, named, "cost")
    assert sum((amount for _key, amount in found), D(0)) == difference
    assert len({key for key, _amount in found}) == len(found)
    assert all(amount for _key, amount in found)


def test_what_nobody_names_is_under_the_rest():
    assert reasons_of(D(10), [("returned", D(-4)), ("variance", D(0))], "cost") == (
        ("returned", D(-4)),
        ("cost", D(14)),
    )
