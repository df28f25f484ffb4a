"""Why orders end late: what each of their operations waited for, in the schedule as it stands. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from modules.production.rules.scheduling.terms import Bar, Job, Key, Link, Mode, Shop, Task


class Why(StrEnum):
    """`material`: bought material is not there; `order`: another order makes it; `queue`: machine, tool or skill is
    taken by what is due no later or weighs more; `busy`: by what is due later; `started`: it should have begun before;
    `fixed`: somebody put it where it is; `free`: nothing is in its way any more, scheduling anew would place it
    earlier; `too_long`: even alone it would not be in time."""

    MATERIAL = "material"
    ORDER = "order"
    QUEUE = "queue"
    BUSY = "busy"
    STARTED = "started"
    FIXED = "fixed"
    FREE = "free"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Reason:
    """`minutes` of the clock that it takes. `task`: which operation waited; `resource` and `jobs`: on what, and behind
    whom, who takes most of it first."""

    why: Why
    minutes: int
    task: Key
    resource: Key | None = None
    jobs: tuple[Key, ...] = ()


def lateness(shop: Shop, bars: Mapping[Key, Bar], starts: Mapping[Key, int]) -> dict[Key, list[Reason]]:
    """Of each job that ends after it is due: the reasons, what takes longest first. `starts`: when each was planned to
    begin. What was waited for adds up along its operations; that it is too long stands beside."""
    steps: dict[Key, list[Task]] = defaultdict(list)
    for key in sorted(bars, key=shop.rank.__getitem__):
        steps[shop.tasks[key].job].append(shop.tasks[key])
    late = {
        job: tasks
        for job, tasks in steps.items()
        if (due := shop.jobs[job].due) is not None and max(bars[t.key].end for t in tasks) > due
    }
    taken = _taken(shop, bars) if late else {}
    found = {}
    for job, tasks in late.items():
        start = starts.get(job, 0)
        reasons = [r for task in tasks for r in _waits(shop, bars, taken, task, start)]
        over = _alone(shop, bars, tasks, start) - (shop.jobs[job].due or 0)
        if over > 0:
            reasons.append(Reason(Why.TOO_LONG, over, tasks[-1].key))
        found[job] = sorted(reasons, key=lambda r: -r.minutes)
    return found


Taken = Mapping[tuple[Key, int], Sequence[Bar]]


def _taken(shop: Shop, bars: Mapping[Key, Bar]) -> Taken:
    """What each unit of each resource does, in turn."""
    found: dict[tuple[Key, int], list[Bar]] = defaultdict(list)
    for bar in sorted(bars.values(), key=lambda b: b.start):
        for need in zip(shop.tasks[bar.task].modes[bar.mode].needs, bar.units, strict=False):
            found[need].append(bar)
    return found


def _waits(shop: Shop, bars: Mapping[Key, Bar], taken: Taken, task: Task, start: int) -> list[Reason]:
    bar = bars[task.key]
    mode = task.modes[bar.mode]
    own = [link for link in task.after if _same_job(shop, link, task) and link.before in bars]
    ready = max([_ready(shop, bars, link) for link in own], default=start)
    found = []

    def until(why: Why, minute: int, *, job: Key | None = None) -> None:
        nonlocal ready
        minute = min(minute, bar.start)
        if minute > ready:
            found.append(Reason(why, minute - ready, task.key, jobs=() if job is None else (job,)))
            ready = minute

    until(Why.MATERIAL, task.earliest if task.earliest > start else 0)
    for link in task.after:
        if link.before in bars and not _same_job(shop, link, task):
            until(Why.ORDER, _ready(shop, bars, link), job=shop.tasks[link.before].job)
    # What runs already began when it did; what was in its way then is done and no longer known.
    until(Why.STARTED, min(shop.now, bar.start))
    opens = shop.time_of(mode).opens(ready)
    ready = ready if opens is None else min(opens, bar.start)
    if bar.start > ready:
        found.append(_behind(shop, taken, task, bar, mode, ready))
    return found


def _same_job(shop: Shop, link: Link, task: Task) -> bool:
    return shop.tasks[link.before].job == task.job


def _ready(shop: Shop, bars: Mapping[Key, Bar], link: Link) -> int:
    """When what waits by this link may begin."""
    before = bars[link.before]
    if link.ahead is None:
        return before.end + link.gap
    time = shop.time_of(shop.tasks[link.before].modes[before.mode])
    part = time.finish(before.start, before.setup + link.ahead)
    return min(before.end if part is None else part, before.end) + link.gap


def _behind(shop: Shop, taken: Taken, task: Task, bar: Bar, mode: Mode, ready: int) -> Reason:
    """Who has the machine, the tool or the skill meanwhile: the one of them that is taken longest."""
    minutes = bar.start - ready
    if task.key in shop.held:
        return Reason(Why.FIXED, minutes, task.key)
    most = 0
    where: Key | None = None
    whom: tuple[Key, ...] = ()
    for need, unit in zip(mode.needs, bar.units, strict=False):
        by: dict[Key, int] = defaultdict(int)
        for other in taken.get((need, unit), ()):
            part = min(other.end, bar.start) - max(other.start, ready)
            if part > 0 and other.task != task.key:
                by[shop.tasks[other.task].job] += part
        if sum(by.values()) > most:
            most, where = sum(by.values()), need
            whom = tuple(sorted(by, key=lambda job: -by[job]))
    if where is None:
        return Reason(Why.FREE, minutes, task.key)
    mine, first = shop.jobs[task.job], shop.jobs[whom[0]]
    return Reason(Why.QUEUE if _goes_before(first, mine) else Why.BUSY, minutes, task.key, where, whom)


def _goes_before(other: Job, mine: Job) -> bool:
    if other.due is None or mine.due is None:
        return other.due is not None
    return other.due <= mine.due or other.weight > mine.weight


def _alone(shop: Shop, bars: Mapping[Key, Bar], tasks: Sequence[Task], start: int) -> int:
    """When the job would end from its planned start on if nothing was waited for: its own minutes in working time, and
    the gaps between its operations."""
    spans: dict[Key, tuple[int, int]] = {}
    for task in tasks:
        bar = bars[task.key]
        mode = task.modes[bar.mode]
        time = shop.time_of(mode)
        begins = start
        for link in task.after:
            if link.before in spans:
                from_, to = spans[link.before]
                before = bars[link.before]
                own = shop.time_of(shop.tasks[link.before].modes[before.mode])
                part = None if link.ahead is None else own.finish(from_, before.setup + link.ahead)
                begins = max(begins, min(to if part is None else part, to) + link.gap)
        opens = time.opens(begins)
        begins = begins if opens is None else opens
        ends = time.finish(begins, bar.setup + mode.run)
        spans[task.key] = (begins, bar.end if ends is None else ends)
    return max(end for _start, end in spans.values())
