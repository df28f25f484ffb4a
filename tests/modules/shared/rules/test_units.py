"""Unit conversion by exact fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from modules.shared.data.rules.units import convert, find_ratio, same_quantity, to_decimal

D = Decimal
POUND = Fraction(45359237, 100000000)


def test_pounds_close_a_request_in_kilograms() -> None:
    """Rule 1.
    2,138.484 lb × 0.453592292 = 969.99986 kg: 970.000 kg with a factor rounded that way, and equal within a gram
    step of kg with two decimals. The exact pound gives 970.000 (969.9999…)."""
    rounded_factor = convert(D("2138.484"), Fraction(D("0.453592292")), 3)
    assert rounded_factor.quantity == D("970.000")
    assert same_quantity(D("969.99986"), D("970"), 3)
    assert not same_quantity(D("969.9994"), D("970"), 3)
    exact = convert(D("2138.484"), POUND, 3)
    assert exact.quantity == D("970.000")
    assert exact.quantity + to_decimal(exact.remainder, 12) != 970


def test_a_fraction_of_a_piece_shows_as_remainder() -> None:
    """Rule 1: 30 pieces in boxes of 24: one box and a quarter."""
    converted = convert(D(30), Fraction(1, 24), 0)
    assert (converted.quantity, converted.remainder) == (D(1), Fraction(1, 4))
    assert convert(D("0.5"), Fraction(24), 0).remainder == 0


def test_ratio_goes_forwards_backwards_and_around() -> None:
    general = {("LB", "KG"): POUND, ("KG", "G"): Fraction(1000), ("LB", "OZ"): Fraction(16)}
    assert find_ratio("KG", "G", [general]) == 1000
    assert find_ratio("G", "KG", [general]) == Fraction(1, 1000)
    assert find_ratio("OZ", "G", [general]) == POUND * 1000 / 16
    assert find_ratio("OZ", "M", [general]) is None
    assert find_ratio("X", "X", []) == 1


def test_a_products_own_box_goes_before_the_general_one() -> None:
    own, general = {("BOX", "EA"): Fraction(24)}, {("BOX", "EA"): Fraction(12)}
    assert find_ratio("BOX", "EA", [own, general]) == 24
    assert find_ratio("EA", "BOX", [own, general]) == Fraction(1, 24)
    assert find_ratio("BOX", "EA", [{("EA", "BOX"): Fraction(1, 6)}, general]) == 6


ratios = st.fractions(min_value=Fraction(1, 10_000), max_value=10_000)
quantities = st.decimals(0, 1_000_000, places=6)


@given(quantities, ratios, st.integers(0, 6))
def test_quantity_and_remainder_are_the_exact_value(quantity: Decimal, ratio: Fraction, decimals: int) -> None:
    converted = convert(quantity, ratio, decimals)
    assert Fraction(converted.quantity) + converted.remainder == Fraction(quantity) * ratio
    assert abs(converted.remainder) <= Fraction(1, 2 * 10**decimals)


@given(quantities, ratios)
def test_there_and_back_loses_nothing_but_the_rounding(quantity: Decimal, ratio: Fraction) -> None:
    there = Fraction(quantity) * ratio
    assert to_decimal(there / ratio, 6) == quantity
