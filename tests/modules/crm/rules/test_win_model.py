"""The win probability on a made-up company whose truth is known, and that nothing of the closing leaks into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log

import numpy as np
import pytest

from demo.histories import Way, ways
from modules.crm.rules.win_history import FEATURES, Closing, Deal, Event, Record, ripe, snapshot, weekly
from modules.crm.rules.win_model import (
    LEAST_DEALS,
    Snapshot,
    Weights,
    base_rates,
    brier,
    fit,
    measure,
    reasons,
    weigh,
)

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
TODAY = START + timedelta(days=720)
GUESSES = {1: 0.1, 2: 0.3, 3: 0.5, 4: 0.75}


def made(number: int, way: Way) -> Deal:
    opened = START + timedelta(days=way.opened)

    def at(day: float) -> datetime:
        return opened + timedelta(days=day)

    events, stage = [], 1
    expected: date | None = None
    news = sorted([(day, 0, index) for day, index in way.moves] + [(day, 1, planned) for day, planned in way.dates])
    back = False
    for day, kind, what in news:
        if kind == 0:
            back, stage = what + 1 < stage, what + 1
        else:
            back, expected = False, at(what).date()
        events.append(Event(at(day), stage, "open", float(way.amount), expected, way.seller, back))
    end = "won" if way.won else "lost"
    events.append(Event(at(way.ends), 5 if way.won else 6, end, float(way.amount), expected, way.seller))
    return Deal(
        number, way.customer, events, [at(day) for day in way.touches],
        None if way.quoted is None else at(way.quoted), None if way.rival is None else at(way.rival),
    )  # fmt: skip


def record_of(deals: list[Deal]) -> Record:
    return Record(
        Closing(deal.events[-1].at, deal.won, deal.events[-1].owner, deal.party, deal.id)
        for deal in deals
        if deal.closed is not None
    )


@pytest.fixture(scope="module")
def world() -> tuple[list[Way], list[Deal]]:
    drawn = ways(seed=7, count=1600, days=700)
    return drawn, [made(number, way) for number, way in enumerate(drawn)]


def test_it_beats_the_base_rate_on_deals_it_has_not_seen_and_is_calibrated(
    world: tuple[list[Way], list[Deal]],
) -> None:
    """Fitted to what was closed in the first 500 days; asked about every week after them of deals closed later."""
    _drawn, deals = world
    cut, record = START + timedelta(days=500), record_of(deals)
    early = ripe(deals, cut, LEAST_DEALS)
    seen = {deal.id: list(weekly(deal, record, UTC)) for deal in early}
    weights, bases = weigh(early, seen), base_rates(early, seen, GUESSES)
    late = [deal for deal in deals if (end := deal.closed) is not None and cut < end <= TODAY]
    rows = [(one, deal.won) for deal in late for one in weekly(deal, record, UTC) if one.at > cut]
    said = [weights.probability(one) for one, _won in rows]
    came = [won for _one, won in rows]
    report = measure(said, came, [bases[one.stage].rate for one, _won in rows], len(late))
    assert report.deals > 400
    assert report.brier < 0.85 * report.base_brier, report
    # The base rate as if one had known the late deals themselves does no better either.
    share = {s: float(np.mean([won for one, won in rows if one.stage == s])) for s in GUESSES}
    oracle = brier(np.array([share[one.stage] for one, _won in rows]), np.array(came, float))
    assert report.brier < 0.9 * oracle
    # What is said comes, band by band; a band of few says little.
    for band in report.bins:
        if band.count >= 100:
            assert abs(band.said - band.came) < 0.08, report.bins
    assert abs(float(np.mean(said)) - float(np.mean(came))) < 0.04


def test_it_comes_near_the_truth_on_the_day_a_deal_is_opened(world: tuple[list[Way], list[Deal]]) -> None:
    drawn, deals = world
    cut, record = START + timedelta(days=500), record_of(deals)
    early = ripe(deals, cut, LEAST_DEALS)
    weights = weigh(early, {deal.id: list(weekly(deal, record, UTC)) for deal in early})
    late = [(way, deal) for way, deal in zip(drawn, deals, strict=True) if deal.opened > cut]
    said = np.array([weights.probability(next(weekly(deal, record, UTC))) for _way, deal in late])
    truth = np.array([way.chance for way, _deal in late])
    assert float(np.corrcoef(said, truth)[0, 1]) > 0.75
    assert abs(float(said.mean() - truth.mean())) < 0.08


def test_a_fit_reports_on_held_out_deals_and_is_the_same_twice(world: tuple[list[Way], list[Deal]]) -> None:
    _drawn, deals = world
    record = record_of(deals)
    first = fit(deals, record, until=TODAY, zone=UTC, stages=GUESSES)
    assert first.used
    assert first.report is not None
    assert first.report.brier < first.report.base_brier
    assert (sum(b.count for b in first.report.bins), first.weights is not None) == (first.report.snapshots, True)
    assert fit(list(reversed(deals)), record, until=TODAY, zone=UTC, stages=GUESSES).bases == first.bases


def test_noise_does_not_speak(world: tuple[list[Way], list[Deal]]) -> None:
    """Deals whose end is a coin's: the model is no better than the base rate beyond chance, the few say nothing."""
    few = world[1][: LEAST_DEALS - 1]
    result = fit(few, record_of(few), until=TODAY, zone=UTC, stages=GUESSES)
    assert (result.weights, result.used, result.deals) == (None, False, len(few))
    base = result.bases[1]
    assert base.rate == pytest.approx((base.won + 10 * 0.1) / (base.deals + 10))
    empty = fit([], Record([]), until=TODAY, zone=UTC, stages=GUESSES)
    assert {stage: base.rate for stage, base in empty.bases.items()} == pytest.approx(GUESSES)


def leaky(change: Callable[[Deal], Deal], deals: list[Deal]) -> bool:
    """Whether a change at or after the closing changes anything the model is taught."""
    record = record_of(deals)
    before = [one for deal in deals for one in weekly(deal, record, UTC)]
    changed = [change(deal) for deal in deals]
    return before != [one for deal in changed for one in weekly(deal, record, UTC)]


def test_nothing_set_at_the_closing_is_learnt(world: tuple[list[Way], list[Deal]]) -> None:
    deals = world[1][:200]

    def rewritten(deal: Deal) -> Deal:
        """The amount, date and owner that were entered with the closing; what was done and known from then on."""
        end = deal.events[-1]
        last = replace(end, amount=1.0, expected=date(2030, 1, 1), owner=99, kind="lost", stage=6)
        later = end.at + timedelta(minutes=1)
        return replace(
            deal, events=[*deal.events[:-1], last, replace(last, at=later)], touches=[*deal.touches, end.at, later],
            quoted=deal.quoted or end.at, rival=deal.rival or end.at,
        )  # fmt: skip

    assert not leaky(rewritten, deals)
    assert leaky(lambda deal: replace(deal, touches=[deal.opened, *deal.touches]), deals)


def test_what_was_known_of_a_deal() -> None:
    """Opened with 100,000 due on the 20th; put off to the 30th on day 8; into stage 2 on day 10 and back on day 12; a
    call on day 5. On day 20: twenty days old, eight in its stage, fifteen since the call, not overdue."""

    def day(n: int) -> datetime:
        return START + timedelta(days=n)

    deal = Deal(
        1, 5,
        [
            Event(day(0), 1, "open", 1e5, date(2024, 1, 20), 3), Event(day(8), 1, "open", 1e5, date(2024, 1, 30), 3),
            Event(day(10), 2, "open", 1e5, date(2024, 1, 30), 3),
            Event(day(12), 1, "open", 1e5, date(2024, 1, 30), 3, True), Event(day(40), 6, "lost", 9e5, None, 3),
        ],
        [day(5)],
    )  # fmt: skip
    record = Record([
        Closing(day(1), True, 3, 5, 7), Closing(day(2), False, 3, 8, 8), Closing(day(3), True, 4, 5, 9),
        Closing(day(30), True, 3, 5, 10),
    ])  # fmt: skip
    seen = snapshot(deal, day(20), record, UTC)
    assert seen is not None
    assert seen.shown == {
        "age": 20, "still": 8, "amount": 1e5, "pushed": 1, "back": 1, "touches": 1, "silent": 15,
        "given": 2, "refused": 0, "owner_won": 1, "owner_lost": 1,
    }  # fmt: skip
    values = dict(zip(FEATURES, seen.values, strict=True))
    assert (values["overdue"], values["quoted"], values["rival"], values["no_amount"]) == (0, 0, 0, 0)
    assert (values["owner"], values["customer"]) == (0.0, log(2))
    late = snapshot(deal, day(36), record, UTC)
    assert late is not None
    assert dict(zip(FEATURES, late.values, strict=True))["overdue"] == 1
    assert snapshot(deal, day(41), record, UTC) is None
    assert snapshot(deal, START - timedelta(days=1), record, UTC) is None
    assert [one.at for one in weekly(deal, record, UTC)] == [day(n) for n in range(0, 40, 7)]


def test_a_deal_reopened_counts_as_it_ended() -> None:
    def day(n: int) -> datetime:
        return START + timedelta(days=n)

    events = [
        Event(day(0), 1, "open"), Event(day(9), 6, "lost"), Event(day(20), 1, "open"), Event(day(30), 5, "won"),
        Event(day(35), 5, "won", 5.0),
    ]  # fmt: skip
    deal = Deal(1, 1, events)
    assert (deal.won, deal.closed) == (True, day(30))
    assert [one.at for one in weekly(deal, Record([]), UTC)] == [day(0), day(7), day(21), day(28)]
    assert Deal(1, 1, events[:3]).closed is None


def test_shares_add_up_to_the_probability() -> None:
    width = len(FEATURES)
    weights = Weights([1, 2], [0.5, 0.5, *[0.0] * width], [0.5, 0.5, *[1.0] * width],
                      [-0.4, 0.4, *[0.0] * (width - 1), 1.0], 0.1, 2.0, -0.3)  # fmt: skip
    seen = Snapshot(1, START, 2, (*[0.0] * (width - 1), 0.5), {})
    shares = weights.shares(seen)
    assert (shares["stage"], shares["owner"]) == pytest.approx((1.6, 1.0))
    assert weights.log_odds(seen) == pytest.approx(2.0 * 0.1 - 0.3 + 1.6 + 1.0)
    told = reasons(weights, seen)
    assert [r.feature for r in told] == ["stage", "owner"]
    assert told[0].points == pytest.approx(1 / (1 + np.exp(-2.5)) - 1 / (1 + np.exp(-0.9)))
