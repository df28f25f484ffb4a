"""The steps between two margins, by hand and whatever is sold."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.finance.rules.bridge import Bridge, Sold, margin_bridge

D = Decimal
MONEY = st.decimals(min_value=-(10**7), max_value=10**7, places=2)
SOLD = st.dictionaries(
    st.integers(1, 5), st.builds(Sold, st.decimals(min_value=0, max_value=10**5, places=2), MONEY, MONEY), max_size=5
)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(D("0.01"))


def test_by_hand():
    """Before: 100 bikes at 10.00 costing 6.00, 50 bells at 4.00 costing 3.00: 1,200.00 and a margin of 450.00.
    After: 120 bikes at 11.00 costing 6.50, 30 bells at 4.00 costing 3.00, 10 locks new, 40.00 less 25.00.

    At the old prices 1,200.00 + 120.00 = 1,320.00 were sold, at the old costs 720.00 + 90.00: 510.00.
    Price 120 × 1.00 = 120.00, cost 120 × −0.50 = −60.00, volume 450 × 120 ÷ 1,200 = 45.00, mix 510 − 450 − 45 = 15.00,
    range 15.00; services earn 5.00 more: 450.00 + 120 − 60 + 45 + 15 + 15 + 5 = 590.00."""
    found = margin_bridge(
        {1: Sold(D(100), D(1000), D(600)), 2: Sold(D(50), D(200), D(150))},
        {1: Sold(D(120), D(1320), D(780)), 2: Sold(D(30), D(120), D(90)), 3: Sold(D(10), D(40), D(25))},
        (D(0), D(5)), cents,
    )  # fmt: skip
    assert found == Bridge(D(450), D(120), D(-60), D(45), D(15), D(15), D(5), D(590))


@given(SOLD, SOLD, MONEY, MONEY)
def test_the_steps_sum_to_the_difference(before, after, rest, beside):
    found = margin_bridge(before, after, (rest, beside), cents)
    assert found.before == sum((x.margin for x in before.values()), rest)
    assert found.after == sum((x.margin for x in after.values()), beside)
    steps = found.price + found.cost + found.volume + found.mix + found.range + found.other
    assert steps == found.after - found.before
