"""The clock of dunning, the way between plans, amounts: for all inputs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.changes import Plan, Way, way
from billing.rules.dunning import FULL, Facts, Standing, Terms, verdict
from billing.rules.money import from_minor, to_minor

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ORDER = list(Standing)
days = st.integers(-400, 400).map(lambda n: NOW + timedelta(hours=n * 6))
maybe = st.none() | days
statuses = st.sampled_from(
    ["", "active", "trialing", "past_due", "unpaid", "canceled", "incomplete", "incomplete_expired", "paused"]
)


def has_a_clock(known: Facts) -> bool:
    """Without any date to count from the clock begins when it is looked at; Stripe always gives one."""
    if known.status in ("past_due", "unpaid"):
        return known.owing_since is not None
    return known.status not in ("canceled", "paused") or not known.ended_at is known.trial_until is None


facts = st.builds(Facts, statuses, maybe, maybe, maybe, maybe).filter(has_a_clock)


def after(days: int, status: str = "past_due") -> Standing:
    return verdict(Facts(status, NOW), NOW + timedelta(days=days)).standing


def test_the_steps_of_a_payment_that_fails() -> None:
    steps = [after(n) for n in (0, 13, 14, 20, 21, 50, 51, 110, 111)]
    assert steps == ["past_due", "past_due", "grace", "grace", "read_only", "read_only", "suspended", "suspended",
                     "closed"]  # fmt: skip
    assert after(1, "unpaid") == "grace", "Stripe has given up before our days are over"


def test_the_steps_after_a_trial_and_after_a_subscription() -> None:
    trial = Facts(trial_until=NOW)
    assert verdict(trial, NOW - timedelta(seconds=1)).standing == "trialing"
    assert verdict(trial, NOW).standing == "read_only"
    over = Facts("canceled", ended_at=NOW + timedelta(days=5), trial_until=NOW)
    assert verdict(over, NOW + timedelta(days=34)).standing == "read_only"
    assert verdict(over, NOW + timedelta(days=35)).standing == "suspended"
    assert verdict(Facts(), NOW).standing == "active", "let in without a trial"


@given(facts, days, st.integers(0, 5000))
def test_time_alone_never_makes_it_better(known: Facts, now: datetime, hours: int) -> None:
    earlier, later = verdict(known, now), verdict(known, now + timedelta(hours=hours))
    assert ORDER.index(later.standing) >= ORDER.index(earlier.standing)


@given(facts, days)
def test_the_verdict_holds_until_it_says(known: Facts, now: datetime) -> None:
    found = verdict(known, now)
    if found.until is not None:
        assert found.until > now
        assert verdict(known, found.until - timedelta(microseconds=1)).standing == found.standing
        assert verdict(known, found.until).standing != found.standing
    assert (found.locked_since is None) == (found.standing in FULL)


def test_a_payment_taken_back_has_a_clock_of_its_own() -> None:
    paid = Facts("active", disputed_since=NOW)
    steps = [verdict(paid, NOW + timedelta(days=n)).standing for n in (0, 13, 14, 20, 21, 51, 111)]
    assert steps == ["past_due", "past_due", "grace", "grace", "read_only", "suspended", "closed"]
    late = Facts("past_due", NOW - timedelta(days=15), disputed_since=NOW)
    found = verdict(late, NOW)
    assert (found.standing, found.until) == ("grace", NOW + timedelta(days=6)), "the worse of the two"
    older = Facts("past_due", NOW, disputed_since=NOW - timedelta(days=30))
    assert verdict(older, NOW).standing == "read_only"
    assert verdict(older, NOW).until == NOW - timedelta(days=30) + timedelta(days=51)


@given(facts, days)
def test_whoever_pays_has_everything(known: Facts, now: datetime) -> None:
    paid = Facts("active", None, known.ended_at, known.trial_until)
    assert verdict(paid, now).standing == Standing.ACTIVE


@given(facts, days, st.integers(0, 60))
def test_longer_terms_lock_nobody_earlier(known: Facts, now: datetime, more: int) -> None:
    longer = Terms(past_due=14 + more, grace=7, read_only=30, suspended=60)
    assert ORDER.index(verdict(known, now, longer).standing) <= ORDER.index(verdict(known, now).standing)


# --- plans ------------------------------------------------------------------------------------------------------------

MODULES = ("crm", "inventory", "production", "finance")
COVERS = {m: frozenset([m]) for m in MODULES} | {"suite": frozenset(MODULES)}
keys = st.one_of(st.just(frozenset(["suite"])), st.frozensets(st.sampled_from(MODULES), min_size=1))
plans = st.builds(Plan, keys, st.integers(1, 50), st.sampled_from(["month", "year"]))


def given_by(plan: Plan) -> frozenset[str]:
    return frozenset[str]().union(*(COVERS[k] for k in plan.keys))


@given(plans, plans)
def test_growth_is_now_and_loss_is_later(present: Plan, wanted: Plan) -> None:
    steps = way(present, wanted, COVERS)
    now = steps.now or present
    assert given_by(now) == given_by(present) | given_by(wanted), "nothing is lost now, everything new is there"
    assert sum(len(COVERS[k]) for k in now.keys) == len(given_by(now)), "nothing is paid for twice"
    assert now.seats == max(present.seats, wanted.seats)
    assert (steps.later or now) == wanted
    assert way(wanted, wanted, COVERS) == Way(None, None)


@given(plans)
def test_ending_is_later(present: Plan) -> None:
    steps = way(present, Plan(frozenset(), 1, "month"), COVERS)
    assert steps.now is None
    assert steps.later is not None
    assert not steps.later.keys


@given(st.integers(0, 10**12), st.sampled_from(["CNY", "USD", "JPY"]))
def test_cents_there_and_back(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency), currency) == minor


def test_amounts_without_exact_cents_are_refused() -> None:
    with pytest.raises(ValueError, match="cents"):
        to_minor(Decimal("0.001"), "USD")
    with pytest.raises(ValueError, match="cents"):
        to_minor(Decimal("0.5"), "JPY")
