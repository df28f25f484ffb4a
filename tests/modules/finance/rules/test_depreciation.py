"""Depreciation by hand, and that months always add up to cost less residual."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from modules.finance.rules.depreciation import Basis, depreciated, month_end, month_start

D = Decimal
CENT = D("0.01")


def months(basis, count, step=CENT):
    """What each month loses."""
    ends = [month_end(month_start(basis.since, i)) for i in range(count)]
    lost = [D(0), *(depreciated(basis, end, D(0), step) for end in ends)]
    return [b - a for a, b in pairwise(lost)]


def test_straight_line():
    """12,000.00 less 600.00 over 36 months: 316.67, 316.66, 316.67 …; 11,400.00 in all, nothing after."""
    basis = Basis("straight", D(12000), D(600), date(2026, 2, 1), 36)
    lost = months(basis, 40)
    assert lost[:3] == [D("316.67"), D("316.66"), D("316.67")]
    assert sum(lost) == D(11400)
    assert lost[36:] == [0, 0, 0, 0]


def test_part_of_a_month():
    """In use from 16 April: 15 of 30 days of 100.00 a month; the other half falls into the thirteenth month."""
    lost = months(Basis("straight", D(1200), D(0), date(2026, 4, 16), 12), 14)
    assert lost == [D(50), *[D(100)] * 11, D(50), D(0)]


def test_double_declining():
    """10,000.00, residual 400.00, five years: 4,000, 2,400, 1,440; then (2,160 − 400) / 2 = 880 twice."""
    lost = months(Basis("declining", D(10000), D(400), date(2026, 1, 1), 60), 60)
    assert [sum(lost[12 * y : 12 * y + 12]) for y in range(5)] == [D(4000), D(2400), D(1440), D(880), D(880)]
    assert lost[0] == D("333.33")


def test_units():
    """9,000.00 over 30,000 pieces: 0.30 each; more than that loses nothing more."""
    basis = Basis("units", D(10000), D(1000), date(2026, 1, 1), units=D(30000))
    assert depreciated(basis, date(2026, 1, 31), D(1234), CENT) == D("370.20")
    assert depreciated(basis, date(2026, 1, 31), D(31000), CENT) == D(9000)


@given(
    method=st.sampled_from(["straight", "declining"]),
    cents=st.integers(1, 10**10),
    kept=st.integers(0, 100),
    years=st.integers(1, 40),
    extra=st.integers(0, 11),
    since=st.dates(date(2000, 1, 1), date(2060, 12, 31)),
    whole=st.booleans(),
)
def test_months_add_up(method, cents, kept, years, extra, since, whole):
    """Whatever the method, start and rounding (yen, too): cost less residual exactly, never less than nothing."""
    step = D(1) if whole else CENT
    cost = cents * step
    residual = cents * kept // 100 * step
    life = years * 12 + (extra if method == "straight" else 0)
    lost = months(Basis(method, cost, residual, since, life), life + 1, step)
    assert sum(lost) == cost - residual
    assert min(lost) >= 0
    assert all(x % step == 0 for x in lost)
