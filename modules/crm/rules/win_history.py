"""What was known of a deal at a moment: the features of the win probability.

Everything comes from ledgers and moments: rows of the stage history up to the moment, activities done, quotes sent and
competitors written down by then, deals of the owner and the customer closed by then. Fields of the deal as it is now
are not read: they may have been set when it was closed (its final amount, who it was lost to)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import log, log1p

WEEK = timedelta(days=7)
MOST_WEEKS = 52  # of one deal: one that lay about for years must not outweigh the others
LATELY = timedelta(days=30)
FEATURES = (
    "age", "still", "amount", "no_amount", "pushed", "overdue", "no_date", "back", "touches", "silent", "quoted",
    "rival", "fresh", "customer", "owner",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """A row of the stage history. `amount` in the company's currency, None: unknown."""

    at: datetime
    stage: int
    kind: str  # open, won, lost
    amount: float | None = None
    expected: date | None = None
    owner: int | None = None
    backward: bool = False


@dataclass
class Deal:
    """`events` and `touches` (moments of activities done) in order; first moments of a quote sent, a rival known."""

    id: int
    party: int
    events: list[Event]
    touches: list[datetime] = field(default_factory=list)
    quoted: datetime | None = None
    rival: datetime | None = None

    @property
    def opened(self) -> datetime:
        return self.events[0].at

    @property
    def won(self) -> bool:
        return self.events[-1].kind == "won"

    @property
    def closed(self) -> datetime | None:
        """When it was closed for good: a deal that was reopened counts as what became of it in the end."""
        end = None
        for event in reversed(self.events):
            if event.kind == "open":
                break
            end = event.at  # rows of a changed amount may follow the closing
        return end


@dataclass(frozen=True)
class Closing:
    at: datetime
    won: bool
    owner: int | None
    party: int
    deal: int


class Record:
    """How owners and customers had done by a moment."""

    def __init__(self, closings: Iterable[Closing]) -> None:
        self._owner: dict[tuple[int, bool], list[datetime]] = defaultdict(list)
        self._party: dict[tuple[int, bool], list[datetime]] = defaultdict(list)
        for one in sorted(closings, key=lambda c: c.at):
            if one.owner is not None:
                self._owner[(one.owner, one.won)].append(one.at)
            self._party[(one.party, one.won)].append(one.at)

    def owner(self, member: int | None, moment: datetime) -> tuple[int, int]:
        """(won, lost) before the moment."""
        return (0, 0) if member is None else _before(self._owner, member, moment)

    def party(self, party: int, moment: datetime) -> tuple[int, int]:
        """Deals that the customer had given us and not given us before the moment."""
        return _before(self._party, party, moment)


def _before(ends: Mapping[tuple[int, bool], list[datetime]], key: int, moment: datetime) -> tuple[int, int]:
    won, lost = (bisect_left(ends.get((key, how), ()), moment) for how in (True, False))
    return won, lost


@dataclass(frozen=True)
class Snapshot:
    deal: int
    at: datetime
    stage: int
    values: tuple[float, ...]  # in the order of FEATURES
    shown: dict[str, float | None]  # for words: days, counts, amount


def snapshot(deal: Deal, moment: datetime, record: Record, zone: tzinfo) -> Snapshot | None:
    """The deal as it was known then; None where it was not open."""
    past = deal.events[: bisect_right(deal.events, moment, key=lambda e: e.at)]
    if not past or past[-1].kind != "open":
        return None
    now, today = past[-1], moment.astimezone(zone).date()
    entered = _entered(past)
    age, still = (_days(moment - since) for since in (past[0].at, entered))
    pushed = sum(
        1 for before, after in pairwise(past) if before.expected and after.expected and after.expected > before.expected
    )
    back = sum(1 for event in past if event.backward)
    until = bisect_right(deal.touches, moment)
    lately = until - bisect_right(deal.touches, moment - LATELY)
    silent = min(_days(moment - (deal.touches[until - 1] if until else past[0].at)), 90.0)
    won, lost = record.owner(now.owner, moment)
    given, refused = record.party(deal.party, moment)
    quoted = deal.quoted is not None and deal.quoted <= moment
    rival = deal.rival is not None and deal.rival <= moment
    overdue = now.expected is not None and now.expected < today
    values = (
        log1p(age), log1p(still), log1p(now.amount or 0.0), float(now.amount is None), float(min(pushed, 5)),
        float(overdue), float(now.expected is None), float(min(back, 3)), log1p(lately), log1p(silent), float(quoted),
        float(rival), float(age < 7), log((given + 2) / (refused + 2)), log((won + 2) / (lost + 2)),
    )  # fmt: skip
    shown = {
        "age": round(age), "still": round(still), "amount": now.amount, "pushed": pushed, "back": back,
        "touches": lately, "silent": round(silent), "given": given, "refused": refused,
        "owner_won": won, "owner_lost": lost,
    }  # fmt: skip
    return Snapshot(deal.id, moment, now.stage, values, shown)


def weekly(deal: Deal, record: Record, zone: tzinfo) -> Iterator[Snapshot]:
    """As it was known on the day it was opened and each week after that, while it was open."""
    end = deal.closed
    if end is None:
        return
    for week in range(MOST_WEEKS):
        # A moment after it was opened: what was entered with it is known.
        moment = deal.opened + week * WEEK
        if moment >= end:
            return
        seen = snapshot(deal, moment, record, zone)
        if seen is not None:
            yield seen


def ripe(deals: Sequence[Deal], until: datetime, least: int) -> list[Deal]:
    """Of the deals closed by `until` those opened so long before that nine in ten of their like were closed by then: of
    the younger ones only the quick are closed, and the quick are won or lost more often than the others. All that are
    closed, where that leaves fewer than `least`."""
    closed = [(deal, end) for deal in deals if (end := deal.closed) is not None and end <= until]
    if not closed:
        return []
    cycles = sorted(end - deal.opened for deal, end in closed)
    latest = until - cycles[(len(cycles) - 1) * 9 // 10]
    old = [deal for deal, _end in closed if deal.opened <= latest]
    return old if len(old) >= least else [deal for deal, _end in closed]


def _entered(past: Sequence[Event]) -> datetime:
    """When it came into the stage it stands in: rows of a changed amount are no new entry."""
    since = past[-1].at
    for event in reversed(past):
        if event.stage != past[-1].stage:
            break
        since = event.at
    return since


def _days(span: timedelta) -> float:
    return max(span.total_seconds() / 86_400, 0.0)
