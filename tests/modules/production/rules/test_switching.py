"""Switching rules of ISO 2859-1, every sequence worked out by hand; the tables of tightened and reduced inspection."""

from __future__ import annotations

import pytest

from modules.production.rules.sampling import AQLS, Sample, accept_one_step_tighter, by_aql
from modules.production.rules.switching import JudgedLot, score_of, severity_after

CODES = {"N": "normal", "T": "tightened", "R": "reduced", "S": "stopped"}


def lots(text: str, score: int = 2) -> list[JudgedLot]:
    """`N+ N- T+!`: severity, taken or refused, resumed."""
    return [JudgedLot(CODES[w[0]], w[1] == "+", score if w[1] == "+" else 0, w.endswith("!")) for w in text.split()]


@pytest.mark.parametrize(
    ("history", "after"),
    [
        ("", "normal"),
        ("N+ N+ N-", "normal"),
        ("N- N-", "tightened"),
        ("N- N+ N+ N+ N-", "tightened"),  # two of five
        ("N- N+ N+ N+ N+ N-", "normal"),  # two of six
        ("N- N- T+ T+ T+ T+", "tightened"),
        ("N- N- T+ T+ T+ T+ T+", "normal"),  # five in a row
        ("N- N- T+ T+ T- T+ T+ T+ T+", "tightened"),
        ("N- N- T- T+ T- T+ T- T+ T-", "tightened"),  # four refused
        ("N- N- T- T+ T- T+ T- T+ T- T-", "stopped"),  # the fifth
        ("N- N- T- T- T- T- T- T+!", "tightened"),  # resumed: counted anew
        ("N- N- T- T- T- T- T- T+! T+ T+ T+ T+", "normal"),
        ("N- N- T+ T+ T+ T+ T+ N-", "normal"),  # what was before tightened inspection is over
        ("N+ " * 15, "normal"),  # nobody allows reduced inspection
    ],
)
def test_normal_and_tightened(history: str, after: str) -> None:
    assert severity_after(lots(history)) == after


@pytest.mark.parametrize(
    ("history", "score", "after"),
    [
        ("N+ " * 14, 2, "normal"),  # 28
        ("N+ " * 15, 2, "reduced"),  # 30
        ("N+ " * 9, 3, "normal"),
        ("N+ " * 10, 3, "reduced"),
        ("N+ " * 14 + "N- " + "N+ " * 14, 2, "normal"),  # it began again
        ("N+ " * 15 + "R+ R+", 2, "reduced"),
        ("N+ " * 15 + "R+ R-", 2, "normal"),
    ],
)
def test_reduced(history: str, score: int, after: str) -> None:
    assert severity_after(lots(history, score), reduced_allowed=True) == after


def test_the_score_of_a_lot() -> None:
    """Letter J at AQL 1.0 allows 2; at 0.65 it would allow 1."""
    assert accept_one_step_tighter("J", "1.0") == 1
    assert [score_of(2, 1, bad) for bad in (0, 1, 2, 3)] == [3, 3, 0, 0]
    assert [score_of(1, 0, bad) for bad in (0, 1, 2)] == [2, 2, 0]
    assert [score_of(0, 0, bad) for bad in (0, 1)] == [2, 0]
    assert accept_one_step_tighter("N", "0.025") == 0


def test_the_tables_of_the_other_severities() -> None:
    """Lots of 1,000 (letter J) and 10,000 (L) at AQL 1.0 and 2.5; the column of AQL 1.0 from letter E on."""
    assert by_aql(1_000, "1.0", severity="tightened") == Sample(80, 1, "J")
    assert by_aql(1_000, "2.5", severity="tightened") == Sample(80, 3, "J")
    assert by_aql(10_000, "1.0", severity="tightened") == Sample(200, 3, "L")
    assert by_aql(1_000, "1.0", severity="reduced") == Sample(32, 2, "J")
    assert by_aql(10_000, "1.0", severity="reduced") == Sample(80, 5, "L")
    assert by_aql(1_000, "1.0", severity="stopped") == by_aql(1_000, "1.0", severity="tightened")
    sizes = (90, 150, 280, 500, 1_200, 3_200, 10_000, 35_000, 150_000, 500_000, 500_001)
    tightened = [by_aql(lot, "1.0", severity="tightened").accept for lot in sizes]
    reduced = [by_aql(lot, "1.0", severity="reduced").accept for lot in sizes]
    assert tightened == [0, 0, 0, 1, 1, 2, 3, 5, 8, 12, 18]
    assert reduced == [0, 0, 1, 1, 2, 3, 5, 6, 8, 10, 10]


def test_tightened_is_harder_and_reduced_looks_at_fewer() -> None:
    for aql in AQLS:
        for lot in (20, 100, 1_000, 30_000, 600_000):
            for level in ("I", "II", "III"):
                normal, tight, less = (by_aql(lot, aql, level, s) for s in ("normal", "tightened", "reduced"))
                assert tight.accept * normal.size <= normal.accept * tight.size, (aql, lot, level)
                assert less.size <= normal.size
