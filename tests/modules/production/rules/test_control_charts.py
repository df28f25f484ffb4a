"""Control charts, against figures worked out by hand and the identities that the printed constants obey."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal as D

import pytest

from modules.production.rules.control_charts import CONSTANTS, attributes, capability, individuals, signals, xbar_r

FLAT = (D(-3), D(0), D(3))


def found_at(values: Sequence[float | int], *asked: int) -> dict[int, tuple[int, ...]]:
    """Readings with centre 0 and one deviation = 1 → where (first is 0) which tests hold."""
    found = signals([D(str(v)) for v in values], [FLAT] * len(values), asked or (1, 2, 3, 4, 5, 6, 7, 8))
    return {at: tests for at, tests in enumerate(found) if tests}


@pytest.mark.parametrize("n", CONSTANTS)
def test_constants_obey_what_they_are_made_of(n: int) -> None:
    """A2 = 3 ÷ (d2 √n); D3 and D4 lie around 1, D3 never below zero."""
    a2, d3, d4, d2 = CONSTANTS[n]
    assert abs(a2 - 3 / (d2 * D(n).sqrt())) <= D("0.0011")
    assert d3 == 0 if n <= 6 else abs(d3 + d4 - 2) <= D("0.0011")


def test_means_and_ranges_by_hand() -> None:
    """Samples (10, 12), (11, 13), (9, 13), (10, 10): means 11, 12, 11, 10, together 11; ranges 2, 2, 4, 0, mean 2.
    11 ± 1.880 × 2; ranges up to 3.267 × 2; deviation 2 ÷ 1.128."""
    found = xbar_r([[D(10), D(12)], [D(11), D(13)], [D(9), D(13)], [D(10), D(10)]])
    first = found.main.points[0]
    assert (first.lower, first.centre, first.upper) == (D("7.240"), D(11), D("14.760"))
    assert [p.value for p in found.main.points] == [11, 12, 11, 10]
    spread = found.spread.points[2]
    assert (spread.value, spread.lower, spread.centre, spread.upper) == (4, 0, 2, D("6.534"))
    assert found.sigma == D(2) / D("1.128")
    assert (found.main.signals, found.spread.signals) == (0, 0)


def test_single_readings_by_hand() -> None:
    """10, 12, 11, 13: mean 11.5; moving ranges 2, 1, 2, mean 5/3. 11.5 ± 3 × (5/3) ÷ 1.128 = 11.5 ± 4.4326."""
    found = individuals([D(10), D(12), D(11), D(13)])
    point = found.main.points[0]
    assert (point.centre, round(point.upper, 4), round(point.lower, 4)) == (D("11.5"), D("15.9326"), D("7.0674"))
    assert [p.value for p in found.spread.points] == [2, 1, 2]
    assert round(found.spread.points[0].upper, 4) == D("5.4450")


def test_bad_pieces_of_equal_samples() -> None:
    """2, 4, 3, 3 and 13 of 50: 25 of 250 are 10 %; 5 ± 3 √(50 × 0.1 × 0.9) = 5 ± 6.3640: the fifth is beyond."""
    chart = attributes([(2, 50), (4, 50), (3, 50), (3, 50), (13, 50)])
    assert (chart.kind, chart.points[0].centre, chart.points[0].lower) == ("np", 5, 0)
    assert round(chart.points[0].upper, 4) == D("11.3640")
    assert [p.tests for p in chart.points] == [(), (), (), (), (1,)]


def test_bad_pieces_of_unequal_samples_have_limits_of_their_own() -> None:
    """5 of 100 and 15 of 100 … 20 of 200 together 10 %: 0.1 ± 3 √(0.09 ÷ n): 0.09 at 100, 0.0636 at 200."""
    chart = attributes([(5, 100), (15, 100), (20, 200)])
    assert (chart.kind, [p.value for p in chart.points]) == ("p", [D("0.05"), D("0.15"), D("0.1")])
    assert [round(p.upper, 4) for p in chart.points] == [D("0.1900"), D("0.1900"), D("0.1636")]
    assert [round(p.lower, 4) for p in chart.points] == [D("0.0100"), D("0.0100"), D("0.0364")]


def test_each_pattern_and_one_step_less_than_it() -> None:
    assert found_at([0, 3.1, 3], 1) == {1: (1,)}
    assert found_at([0.5] * 9, 2) == {8: (2,)}
    assert found_at([0.5] * 8 + [-0.5], 2) == {}
    assert found_at([1, 2, 3, 4, 5, 6], 3) == {5: (3,)}
    assert found_at([1, 2, 3, 4, 5, 5], 3) == {}
    assert found_at([0, 1] * 7, 4) == {13: (4,)}
    assert found_at([0, 1] * 6 + [0, 0], 4) == {}
    assert found_at([2.1, 0, 2.1], 5) == {2: (5,)}
    assert found_at([2.1, 0, -2.1], 5) == {}
    assert found_at([2.1, 2.1, 0], 5) == {1: (5,)}
    assert found_at([2, 2, 2], 5) == {}  # on the line: inside
    assert found_at([1.1, 1.1, 0, 1.1, 1.1], 6) == {4: (6,)}
    assert found_at([1.1, 1.1, 0, 1, 1.1], 6) == {}
    assert found_at([0.5, -0.5, 0] * 5, 7) == {14: (7,)}
    assert found_at([1.1, -1.1] * 4, 8) == {7: (8,)}
    assert found_at([1.1, -1.1] * 3 + [1.1, 0.9], 8) == {}


def test_readings_that_do_not_vary_signal_nothing_but_their_steadiness() -> None:
    found = individuals([D(5)] * 4)
    assert (found.sigma, found.main.signals) == (0, 0)


def test_how_well_a_process_fits_its_limits() -> None:
    """Mean 10.1, deviation 0.1, limits 9.7 and 10.3: Cp 0.6 ÷ 0.6 = 1, Cpk 0.2 ÷ 0.3."""
    cp, cpk = capability(D("10.1"), D("0.1"), D("9.7"), D("10.3"))
    assert (cp, round(cpk or 0, 4)) == (1, D("0.6667"))
    assert capability(D(10), D("0.1"), None, D("10.3")) == (None, 1)
    assert capability(D(10), D(0), D(9), D(11)) == (None, None)
