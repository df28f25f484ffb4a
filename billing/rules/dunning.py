"""How a company stands, from what it owes and for how long. Stripe's retries run beside this clock, not through it.

trialing → (trial over) → read-only → suspended → closed
active → past due → grace → read-only → suspended → closed        a payment: active at once, from anywhere

A payment that the bank took back is owed again: its clock runs beside the subscription's, and the worse of the two
counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# Stripe's words for a subscription that gives nothing (never paid the first time, or over).
ENDED = frozenset({"canceled", "incomplete_expired"})
OWING = frozenset({"past_due", "unpaid"})
NOT_BEGUN = frozenset({"", "incomplete", "incomplete_expired"})


class Standing(StrEnum):
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"  # everything works; the payment is tried again
    GRACE = "grace"  # everything works; it was tried for the last time
    READ_ONLY = "read_only"
    SUSPENDED = "suspended"  # export and billing only
    CLOSED = "closed"  # billing only; the data is due to go


ORDER = tuple(Standing)  # each worse than the one before
FULL = frozenset({Standing.TRIALING, Standing.ACTIVE, Standing.PAST_DUE, Standing.GRACE})


@dataclass(frozen=True)
class Terms:
    """Days that each step lasts."""

    past_due: int = 14
    grace: int = 7
    read_only: int = 30
    suspended: int = 60


@dataclass(frozen=True)
class Facts:
    """`status` is Stripe's, empty without a subscription. `owing_since`: the oldest unpaid invoice.
    `disputed_since`: the oldest payment that was taken back and is still owed."""

    status: str = ""
    owing_since: datetime | None = None
    ended_at: datetime | None = None
    trial_until: datetime | None = None
    disputed_since: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """`until` is when it changes by itself, `locked_since` when writing ended."""

    standing: Standing
    until: datetime | None = None
    locked_since: datetime | None = None


def verdict(facts: Facts, now: datetime, terms: Terms | None = None) -> Verdict:
    """A company that never had a trial nor a subscription was let in by whoever runs Tenon: active."""
    terms = terms or Terms()
    if facts.disputed_since is not None:
        return _worse(facts, facts.disputed_since, now, terms)
    on_trial = facts.trial_until is not None and now < facts.trial_until
    if facts.status == "trialing":
        return Verdict(Standing.TRIALING)
    if facts.status in OWING:
        return _owing(facts.owing_since or now, now, terms, given_up=facts.status == "unpaid")
    if facts.status in NOT_BEGUN or facts.status in ENDED:
        if on_trial:
            return Verdict(Standing.TRIALING, facts.trial_until)
        ends = [e for e in (facts.ended_at if facts.status == "canceled" else None, facts.trial_until) if e is not None]
        if not ends:
            return Verdict(Standing.ACTIVE) if facts.status in NOT_BEGUN else _locked(now, now, terms)
        return _locked(max(ends), now, terms)
    if facts.status == "paused":  # a trial at Stripe that ended without a card
        return _locked(facts.ended_at or facts.trial_until or now, now, terms)
    return Verdict(Standing.ACTIVE)


def _owing(since: datetime, now: datetime, terms: Terms, *, given_up: bool = False) -> Verdict:
    lock = since + timedelta(days=terms.past_due + terms.grace)
    last_try = since + timedelta(days=terms.past_due)
    if now < last_try and not given_up:
        return Verdict(Standing.PAST_DUE, last_try)
    if now < lock:
        return Verdict(Standing.GRACE, lock)
    return _locked(lock, now, terms)


def _worse(facts: Facts, since: datetime, now: datetime, terms: Terms) -> Verdict:
    """The subscription's clock and that of the payment taken back, side by side."""
    without = replace(facts, disputed_since=None)

    def both(at: datetime) -> tuple[Verdict, Verdict]:
        return verdict(without, at, terms), _owing(since, at, terms)

    def worst(pair: tuple[Verdict, Verdict]) -> Standing:
        return max((v.standing for v in pair), key=ORDER.index)

    present = both(now)
    standing, locked = worst(present), [v.locked_since for v in present if v.locked_since]
    at: datetime | None = now
    while at is not None:
        at = min((v.until for v in both(at) if v.until), default=None)
        if at is not None and worst(both(at)) != standing:
            break
    return Verdict(standing, at, min(locked, default=None))


def _locked(since: datetime, now: datetime, terms: Terms) -> Verdict:
    suspended = since + timedelta(days=terms.read_only)
    closed = suspended + timedelta(days=terms.suspended)
    if now < suspended:
        return Verdict(Standing.READ_ONLY, suspended, since)
    if now < closed:
        return Verdict(Standing.SUSPENDED, closed, since)
    return Verdict(Standing.CLOSED, None, since)
