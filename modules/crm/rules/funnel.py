"""The funnel and its speed, from the stage history and from nothing else.

* entered(s): deals whose first entry into stage s lies in the period.
* reached(s): of these, those that within D days of that entry stood in a later open stage of the pipeline or were won.
* young(s): of those that have not, those whose D days are not over; they count neither way:
  conversion(s) = reached ÷ (entered − young).
* days(s): median of the days from the entry to the later stage, of those that reached it.
* win rate = won ÷ (won + lost) of the deals closed in the period, each by its last closing there; one that was reopened
  and not closed again is not closed.
* cycle: median of the days from a deal's first row to its winning, of the deals won in the period.
* velocity = open deals × average amount × win rate ÷ cycle days: what the pipeline brings a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """A row of the history: the deal stood in `stage` from `at` on. Rows of a changed amount name the same stage."""

    deal: int
    stage: int
    kind: str  # open, won, lost
    at: datetime


@dataclass(frozen=True)
class Conversion:
    stage: int
    entered: int
    reached: int
    young: int
    days: float | None

    @property
    def rate(self) -> float | None:
        ripe = self.entered - self.young
        return self.reached / ripe if ripe else None


@dataclass(frozen=True)
class Closed:
    won: int
    lost: int
    cycle: float | None  # days

    @property
    def rate(self) -> float | None:
        return self.won / (self.won + self.lost) if self.won + self.lost else None


def by_deal(steps: Iterable[Step]) -> dict[int, list[Step]]:
    """Deal → its steps in order."""
    found: dict[int, list[Step]] = defaultdict(list)
    for step in sorted(steps, key=lambda s: s.at):
        found[step.deal].append(step)
    return dict(found)


def conversions(
    deals: Mapping[int, Sequence[Step]], stages: Sequence[int], *, since: datetime, until: datetime, within: timedelta,
    now: datetime,
) -> list[Conversion]:  # fmt: skip
    """Of each open stage, `stages` in their order. Entries in [since, until)."""
    place = {stage: index for index, stage in enumerate(stages)}
    out = []
    for stage in stages:
        entered = reached = young = 0
        days = []
        for steps in deals.values():
            first = next((s.at for s in steps if s.stage == stage), None)
            if first is None or not since <= first < until:
                continue
            entered += 1
            later = next((s.at for s in steps if s.at > first and _further(s, place, stage)), None)
            if later is not None and later - first <= within:
                reached += 1
                days.append((later - first).total_seconds() / 86_400)
            elif now - first < within and _still_open(steps):
                young += 1
        out.append(Conversion(stage, entered, reached, young, median(days) if days else None))
    return out


def _further(step: Step, place: Mapping[int, int], stage: int) -> bool:
    return step.kind == "won" or (step.kind == "open" and place.get(step.stage, -1) > place[stage])


def _still_open(steps: Sequence[Step]) -> bool:
    return steps[-1].kind == "open"


def closed(deals: Mapping[int, Sequence[Step]], *, since: datetime, until: datetime) -> Closed:
    """What was closed in [since, until), counted by how and when each deal was closed for good."""
    won = lost = 0
    cycles = []
    for steps in deals.values():
        last = _closing(steps)
        if last is None or not since <= last.at < until:
            continue
        if last.kind == "won":
            won += 1
            cycles.append((last.at - steps[0].at).total_seconds() / 86_400)
        else:
            lost += 1
    return Closed(won, lost, median(cycles) if cycles else None)


def _closing(steps: Sequence[Step]) -> Step | None:
    """The entry into the closing stage that the deal still stands in."""
    if steps[-1].kind == "open":
        return None
    found = steps[-1]
    for step in reversed(steps):
        if step.kind == "open":
            break
        found = step
    return found


def velocity(open_deals: int, amount: Decimal, rate: float | None, cycle: float | None) -> Decimal | None:
    """Company currency a day: `amount` is Σ of the open deals, which is count × average. A cycle counts as a day at
    least: deals that were won as they were entered would bring millions."""
    if not open_deals or rate is None or cycle is None:
        return None
    return amount * Decimal(repr(rate)) / Decimal(repr(max(cycle, 1.0)))
