"""The forecast by hand, its tree, its periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from modules.crm.rules.forecast import Figures, OpenDeal, Period, accuracy, own_figures, tree


def deal(owner: int | None, category: str, amount: int, chance: str = "0.5") -> OpenDeal:
    return OpenDeal(owner, category, D(amount), D(chance))


def test_categories_add_up() -> None:
    """Won 100; committed 50, best case 40, pipeline 30; weighted 100 + 25 + 10 + 3. What is left out counts nowhere."""
    own = own_figures(
        [deal(1, "commit", 50), deal(1, "best", 40, "0.25"), deal(1, "pipeline", 30, "0.1"), deal(1, "omitted", 999)],
        [(1, D(100)), (None, D(7))],
    )  # fmt: skip
    mine = own[1]
    assert (mine.won, mine.commit, mine.best, mine.pipeline, mine.weighted, mine.deals) == (100, 150, 190, 30, 138, 3)
    assert own[None].won == 7


def test_a_manager_has_what_those_below_have() -> None:
    """1 leads 2 and 3, 3 leads 4. 5 has nothing and leads nobody; nobody's deals come last."""
    own = own_figures([], [(2, D(20)), (4, D(40)), (1, D(1)), (None, D(5))])
    lines = tree(own, {1: None, 2: 1, 3: 1, 4: 3, 5: None}, {1: "A", 2: "C", 3: "B", 4: "D"})
    assert [(line.member, line.depth, line.own.won, line.team.won, line.reports) for line in lines] == [
        (1, 0, 1, 61, True), (3, 1, 0, 40, True), (4, 2, 40, 40, False), (2, 1, 20, 20, False), (None, 0, 5, 5, False),
    ]  # fmt: skip


def test_a_circle_of_managers_counts_everybody_once() -> None:
    own = own_figures([], [(1, D(1)), (2, D(2))])
    lines = tree(own, {1: 2, 2: 1}, {})
    assert sum(line.own.won for line in lines) == 3
    assert max(line.team.won for line in lines) == 3
    # Of somebody whose manager is out of sight nobody is above.
    assert [(line.member, line.depth) for line in tree(own, {1: 7, 2: 7}, {})] == [(1, 0), (2, 0)]


def test_periods() -> None:
    quarter = Period.of("2026-Q4")
    assert (quarter.since, quarter.until) == (date(2026, 10, 1), date(2026, 12, 31))
    assert Period.of("2028-02").until == date(2028, 2, 29)
    assert Period.month(date(2026, 11, 24)).key == "2026-11"
    for wrong in (
        "",
        "2026",
        "2026-13",
        "2026-Q5",
        "26-01",
        "2026-1",
        "x-01",
        "0000-01",
        "2026-00",
        "9999-12",
        "²026-01",
    ):
        with pytest.raises(ValueError, match="no period"):
            Period.of(wrong)
    today = date(2026, 11, 24)
    assert Period.of("2026-11").expects(date(2026, 3, 1), today)  # overdue: from today on
    assert not Period.of("2026-03").expects(date(2026, 3, 1), today)
    assert not Period.of("2026-11").expects(None, today)


def test_accuracy_is_against_what_came() -> None:
    assert accuracy(D(90), D(100)) == D("0.9")
    assert accuracy(D(110), D(100)) == D("0.9")
    assert accuracy(D(500), D(100)) == 0
    assert accuracy(D(5), D(0)) is None
    assert Figures().weighted == 0
