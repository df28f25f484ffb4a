"""The split of a discount into cost and tax, and what is netted, for any amounts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from modules.finance.rules.settling import DiscountTerms, discount_agreed, discount_exceeds, taken_in_order, tax_share

D = Decimal
CENT = D("0.01")
cents = st.integers(1, 10**10).map(lambda n: D(n) * CENT)


@given(net=cents, rate=st.sampled_from([D(0), D(3), D(6), D(9), D(13), D(20)]), part=st.integers(1, 1000))
def test_tax_and_cost_are_the_discount_and_tax_is_its_share_to_the_cent(net, rate, part):
    tax = (net * rate / 100).quantize(CENT)
    total = net + tax
    discount = max((total * part / 1000).quantize(CENT), CENT)
    share = tax_share(discount, tax, total, CENT)
    assert D(0) <= share <= discount
    assert share % CENT == 0
    assert abs(share - discount * tax / total) <= CENT / 2
    assert tax_share(total, tax, total, CENT) == tax


@given(total=cents, percent=st.integers(1, 9999).map(lambda n: D(n) / 100), late=st.integers(0, 20))
def test_what_is_agreed_is_taken_within_the_days_and_not_a_cent_more(total, percent, late):
    until = date(2026, 3, 10)
    terms = DiscountTerms(percent, until, grace_days=3)
    agreed = discount_agreed(total, terms, CENT)
    assert abs(agreed - total * percent / 100) <= CENT / 2
    on = until + timedelta(days=late)
    assert discount_exceeds(agreed, D(0), total, on, terms, CENT) == ("late" if late > 3 else "")
    assert discount_exceeds(agreed, CENT, total, until, terms, CENT) == "discount"


@given(items=st.lists(cents, max_size=8), amount=cents)
def test_open_items_are_used_in_order_and_never_beyond_themselves(items, amount):
    used = taken_in_order(items, amount)
    assert sum(used, D(0)) == min(amount, sum(items, D(0)))
    assert all(u <= i for u, i in zip(used, items, strict=True))
    assert all(u == i for u, i, after in zip(used, items, used[1:], strict=False) if after)
