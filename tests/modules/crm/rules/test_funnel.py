"""Funnel, win rate, cycle and velocity by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from modules.crm.rules.funnel import Closed, Conversion, Step, by_deal, closed, conversions, velocity

A, B, C, WON, LOST = 1, 2, 3, 8, 9
KIND = {WON: "won", LOST: "lost"}
START = datetime(2026, 1, 1, tzinfo=UTC)


def day(n: float) -> datetime:
    return START + timedelta(days=n)


def way(deal: int, *passed: tuple[int, float]) -> list[Step]:
    return [Step(deal, stage, KIND.get(stage, "open"), day(at)) for stage, at in passed]


HISTORY = by_deal(
    [
        *way(1, (A, 0), (A, 2), (B, 10), (C, 14), (WON, 30)),  # row of a changed amount on day 2
        *way(2, (A, 5), (C, 25), (LOST, 40)),  # leaves out B
        *way(3, (A, 8), (LOST, 20)),
        *way(4, (A, 10), (B, 60), (A, 62), (B, 70)),  # 50 days: beyond the 30; back and forth counts once
        *way(5, (A, 90)),  # young
        *way(6, (A, 50), (LOST, 55), (A, 58), (B, 60), (WON, 70), (WON, 75)),  # reopened; its amount changed later
        *way(7, (A, 20), (LOST, 30), (A, 95)),  # open again
    ]
)


def test_each_cohort_by_its_first_entry_in_the_period() -> None:
    """Into A: all seven. On within 30 days: 1 after 10 days, 2 after 20, 6 after 10. 4 took too long, 3 was lost, 5 has
    days left; 7 was let lie for 75 days. Into B: 1, 4, 6; on: 1 after 4 days, 6 after 10; 4 was never."""
    got = conversions(HISTORY, [A, B, C], since=day(0), until=day(100), within=timedelta(days=30), now=day(101))
    assert got == [Conversion(A, 7, 3, 1, 10.0), Conversion(B, 3, 2, 0, 7.0), Conversion(C, 2, 1, 0, 16.0)]
    assert [round(row.rate or 0, 4) for row in got] == [0.5, 0.6667, 0.5]
    early = conversions(HISTORY, [A, B, C], since=day(0), until=day(9), within=timedelta(days=30), now=day(101))
    assert (early[0].entered, early[0].reached) == (3, 2)
    assert early[2].entered == 0
    assert early[2].rate is None


def test_closed_deals_count_once_as_they_ended() -> None:
    """Won: 1 after 30 days, 6 after 20 from its first day. Lost: 2, 3. The loss of 6 was taken back, 7 is open."""
    assert closed(HISTORY, since=day(0), until=day(100)) == Closed(2, 2, 25.0)
    assert closed(HISTORY, since=day(50), until=day(60)) == Closed(0, 0, None)
    assert closed(HISTORY, since=day(35), until=day(72)) == Closed(1, 1, 20.0)


def test_velocity_is_what_the_pipeline_brings_a_day() -> None:
    """10 deals of 600,000 together, 25 % won, 30 days: 5,000 a day."""
    assert velocity(10, Decimal(600_000), 0.25, 30.0) == Decimal(5000)
    assert velocity(0, Decimal(0), 0.25, 30.0) is None
    assert velocity(10, Decimal(1), None, 30.0) is None
    assert velocity(2, Decimal(900), 0.5, 0.001) == Decimal(450), "a day at least"
