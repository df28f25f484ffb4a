"""Amounts of documents: the cases of the domain rules worked out by hand, and properties that always hold."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.shared.data.rules.amounts import LineInput, Rounding, order_amounts, share

D = Decimal
CENT = D("0.01")


def line(quantity: str, price: str, discount: str = "0", rate: str = "0", included: bool = False) -> LineInput:
    return LineInput(D(quantity), D(price), D(discount), D(rate), included, rate)


def test_line_rounding_and_group_rounding_of_one_invoice() -> None:
    """Rule 3.
    348.35 × 16 × 0.96 = 5,350.656. Rounded line: 5,350.66 + 1,177.15. Rounded once: 6,527.80032 → 6,527.80."""
    invoice = [line("16", "348.35", "4", "22")]
    per_line = order_amounts(invoice, step=CENT, rounding="line")
    assert (per_line.subtotal, per_line.tax_amount, per_line.total) == (D("5350.66"), D("1177.15"), D("6527.81"))
    per_group = order_amounts(invoice, step=CENT, rounding="group")
    assert (per_group.subtotal, per_group.tax_amount, per_group.total) == (D("5350.66"), D("1177.14"), D("6527.80"))


def test_tax_included() -> None:
    """Rule 3: 14.70 at 21 %: 2.5512… → 2.55 once; per line 2.07 + 0.49 = 2.56."""
    lines = [line("1", "11.90", rate="21", included=True), line("1", "2.80", rate="21", included=True)]
    group = order_amounts(lines, step=CENT, rounding="group")
    assert (group.tax_amount, group.total) == (D("2.55"), D("14.70"))
    per_line = order_amounts(lines, step=CENT, rounding="line")
    assert [x.tax_amount for x in per_line.lines] == [D("2.07"), D("0.49")]
    assert (per_line.tax_amount, per_line.total) == (D("2.56"), D("14.70"))


def test_yen_have_no_decimals() -> None:
    """Rule 3: Two lines of 100.5 JPY: 202 when each is rounded, 201 when the sum is; header, lines and taxes agree."""
    lines = [line("1", "100.5"), line("1", "100.5")]
    assert order_amounts(lines, step=D(1), rounding="line").total == 202
    group = order_amounts(lines, step=D(1), rounding="group")
    assert (group.total, [x.total for x in group.lines]) == (D(201), [D(101), D(100)])


def test_several_rates_make_several_tax_lines() -> None:
    amounts = order_amounts(
        [line("2", "10", rate="13"), line("1", "5", rate="9"), line("1", "1", rate="13")], step=CENT
    )
    assert [(t.rate, t.base, t.amount) for t in amounts.tax_lines] == [
        (D(13), D(21), D("2.73")),
        (D(9), D(5), D("0.45")),
    ]


def test_full_discount_and_freight() -> None:
    amounts = order_amounts([line("3", "9.99", "100", "13")], step=CENT, freight=D("22.0087"))
    assert (amounts.subtotal, amounts.tax_amount, amounts.freight, amounts.total) == (0, 0, D("22.01"), D("22.01"))


def test_share_gives_the_odd_cents_to_the_largest_remainders() -> None:
    """Rule 4: 3 × 33.333… = 100: parts 33.33, 33.33, 33.34 would be arbitrary; ties go to the earlier line."""
    third = D(100) / D(3)
    assert share([third, third, third], CENT) == [D("33.34"), D("33.33"), D("33.33")]
    assert share([D("0.004"), D("0.006")], CENT) == [D("0.00"), D("0.01")]


prices = st.decimals(0, 100_000, places=4)
lines = st.lists(
    st.builds(
        LineInput,
        quantity=st.decimals("0.001", 10_000, places=3),
        unit_price=prices,
        discount=st.decimals(0, 100, places=2),
        tax_rate=st.sampled_from([D(0), D(3), D(6), D(9), D(13), D("22.5")]),
        tax_included=st.booleans(),
    ),
    max_size=25,
)
modes: st.SearchStrategy[Rounding] = st.sampled_from(["line", "group"])


@given(lines, modes, st.sampled_from([D("0.001"), CENT, D(1)]))
def test_everything_adds_up(given_lines: list[LineInput], mode: Rounding, step: Decimal) -> None:
    amounts = order_amounts(given_lines, step=step, rounding=mode, freight=D("1.5"))
    assert amounts.subtotal == sum((x.subtotal for x in amounts.lines), D(0)) == sum(t.base for t in amounts.tax_lines)
    assert amounts.tax_amount == sum((x.tax_amount for x in amounts.lines), D(0))
    assert amounts.tax_amount == sum(t.amount for t in amounts.tax_lines)
    assert amounts.total == amounts.subtotal + amounts.tax_amount + amounts.freight
    assert all(value % step == 0 for x in amounts.lines for value in (x.subtotal, x.tax_amount))


@given(lines, modes)
def test_each_line_is_its_own_amount_within_a_cent(given_lines: list[LineInput], mode: Rounding) -> None:
    amounts = order_amounts(given_lines, step=CENT, rounding=mode)
    for source, result in zip(given_lines, amounts.lines, strict=True):
        exact = source.quantity * source.unit_price * (100 - source.discount) / 100
        assert abs((result.total if source.tax_included else result.subtotal) - exact) < CENT


@given(lines)
def test_group_rounding_is_within_half_a_cent_of_the_exact_sum(given_lines: list[LineInput]) -> None:
    net = [x for x in given_lines if not x.tax_included]
    for tax in order_amounts(net, step=CENT, rounding="group").tax_lines:
        members = [x for x in net if x.tax_rate == tax.rate]
        exact = sum(x.quantity * x.unit_price * (100 - x.discount) / 100 for x in members)
        assert abs(tax.base - exact) <= CENT / 2
        assert abs(tax.amount - exact * tax.rate / 100) <= CENT / 2


@pytest.mark.parametrize("step", [CENT, D(1)])
@given(st.lists(st.decimals(0, 1000, places=6), min_size=1, max_size=30))
def test_share_sums_to_the_rounded_total(step: Decimal, exact: list[Decimal]) -> None:
    parts = share(exact, step)
    assert abs(sum(parts, D(0)) - sum(exact, D(0))) <= step / 2
    assert all(abs(p - e) < step for p, e in zip(parts, exact, strict=True))
