"""Samples of ISO 2859-1. The master table below is that of MIL-STD-105E, Table II-A, as the National Institute of
Building Sciences prints it for quality assurance (AC-TABLE, level II, single, normal; columns 0.65 to 6.5); the code
letters of levels I to III are those of Table I. ISO 2859-1:1999 and GB/T 2828.1 kept both."""

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


# Largest lot of each letter at level II, sample, and the number that refuses (Re) at AQL 0.65, 1.0, 1.5, 2.5, 4.0, 6.5;
# "v": the first plan below the arrow, "^": the first above.
PRINTED = """
    8 A    2  v  v  v  v  v  1
   15 B    3  v  v  v  v  1  ^
   25 C    5  v  v  v  1  ^  v
   50 D    8  v  v  1  ^  v  2
   90 E   13  v  1  ^  v  2  3
  150 F   20  1  ^  v  2  3  4
  280 G   32  ^  v  2  3  4  6
  500 H   50  v  2  3  4  6  8
 1200 J   80  2  3  4  6  8 11
 3200 K  125  3  4  6  8 11 15
10000 L  200  4  6  8 11 15 22
35000 M  315  6  8 11 15 22  ^
150000 N  500  8 11 15 22  ^  ^
500000 P  800 11 15 22  ^  ^  ^
900000 Q 1250 15 22  ^  ^  ^  ^
"""


def test_every_cell_of_the_printed_table() -> None:
    rows = [line.split() for line in PRINTED.split("\n") if line.strip()]
    for column, aql in enumerate(("0.65", "1.0", "1.5", "2.5", "4.0", "6.5"), 3):
        for index, row in enumerate(rows):
            at, way = index, {"v": 1, "^": -1}.get(row[column], 0)
            while rows[at][column] in "v^":
                at += way
            lot, letter, size = int(row[0]), rows[at][1], int(rows[at][2])
            expected = Sample(min(size, lot), int(rows[at][column]) - 1, letter)
            assert (by_aql(lot, aql), code_letter(lot)) == (expected, row[1]), (lot, aql)


def test_letters_of_table_one_at_all_general_levels() -> None:
    ends = [int(line.split()[0]) for line in PRINTED.split("\n") if line.strip()]
    for level, letters in (("I", "AABCCDEFGHJKLMN"), ("II", "ABCDEFGHJKLMNPQ"), ("III", "BCDEFGHJKLMNPQR")):
        assert "".join(code_letter(end, level) for end in ends) == letters


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
