"""Samples of ISO 2859-1, against rows read in the standard's tables."""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.production.rules.sampling import AQLS, Sample, by_aql, code_letter, fixed, pieces, whole


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (2, "II", "A"), (8, "II", "A"), (9, "II", "B"), (150, "II", "F"), (151, "II", "G"), (1_200, "II", "J"),
        (1_201, "II", "K"), (10_000, "II", "L"), (500_000, "II", "P"), (500_001, "II", "Q"), (90, "I", "C"),
        (1_000, "I", "G"), (8, "III", "B"), (1_000, "III", "K"), (600_000, "III", "R"),
    ],
)  # fmt: skip
def test_code_letters(lot: int, level: str, letter: str) -> None:
    assert code_letter(lot, level) == letter


@pytest.mark.parametrize(
    ("lot", "aql", "sample"),
    [
        (1_000, "1.0", Sample(80, 2, "J")),
        (1_000, "2.5", Sample(80, 5, "J")),
        (4_000, "0.65", Sample(200, 3, "L")),
        (2_000, "2.5", Sample(125, 7, "K")),
        (2_000, "4.0", Sample(125, 10, "K")),
        (2_000, "6.5", Sample(125, 14, "K")),
        (4_000, "4.0", Sample(200, 14, "L")),
        (4_000, "1.0", Sample(200, 5, "L")),
        (100, "2.5", Sample(20, 1, "F")),
    ],
)
def test_rows_of_the_standard(lot: int, aql: str, sample: Sample) -> None:
    assert by_aql(lot, aql) == sample
    assert sample.reject == sample.accept + 1


def test_arrows_lead_to_another_row_and_its_sample() -> None:
    """AQL 1.0: A to D point down to E (13, 0); F points up to it; G points down to H (50, 1)."""
    assert by_aql(30, "1.0") == Sample(13, 0, "E")
    assert by_aql(150, "1.0") == Sample(13, 0, "E")
    assert by_aql(280, "1.0") == Sample(50, 1, "H")
    # AQL 6.5 ends with 21 at L: below, arrows up.
    assert by_aql(20_000, "6.5") == Sample(200, 21, "L")


def test_a_sample_as_large_as_the_lot_is_the_whole_lot() -> None:
    assert by_aql(8, "1.0") == Sample(8, 0, "E")
    assert by_aql(1, "6.5") == Sample(1, 0, "A")
    assert fixed(3, 5, 0) == Sample(3, 0)
    assert fixed(30, 5, 1) == Sample(5, 1)
    assert whole(7, 0) == Sample(7, 0)


def test_a_larger_lot_is_never_looked_at_less_at_a_level() -> None:
    for aql in AQLS:
        sizes = [by_aql(lot, aql, "II").accept for lot in (8, 15, 25, 50, 90, 150, 280, 500, 1_200, 3_200, 10_000)]
        assert sizes == sorted(sizes)


def test_kilograms_count_each_one_begun() -> None:
    assert (pieces(Decimal("12.1")), pieces(Decimal(12))) == (13, 12)
