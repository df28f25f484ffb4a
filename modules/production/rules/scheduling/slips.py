"""What a change moves: a rush order put in between, a bar dragged elsewhere, and by how much others slip."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from modules.production.rules.scheduling.listing import in_order, placed
from modules.production.rules.scheduling.terms import Bar, Key, Schedule, Shop

FIRST = -(10**9)


@dataclass(frozen=True)
class Slip:
    """A job that ends at another minute than before. `before` is None for one that was not planned yet, `after` for one
    that no longer fits."""

    job: Key
    before: int | None
    after: int | None
    due: int | None

    @property
    def minutes(self) -> int:
        """How much later than before; earlier is negative."""
        return 0 if self.before is None or self.after is None else self.after - self.before

    @property
    def late(self) -> bool:
        return self.due is not None and (self.after is None or self.after > self.due)


def rush(shop: Shop, now: Mapping[Key, Bar], jobs: Collection[Key]) -> Schedule:
    """The schedule with the tasks of `jobs` put in between: into gaps, where they are in time there and nobody moves;
    else before everybody else but what is held, and the others give way."""
    wishes = {key: bar for key, bar in now.items() if shop.tasks[key].job not in jobs}
    order = in_order(shop, _starts(shop, wishes, others=FIRST))
    waiting = _waiting_for(shop, jobs)
    still = {key: bar for key, bar in wishes.items() if key not in waiting}
    gentle = placed(replace(shop, held=still | dict(shop.held)), order, wishes)
    ends = gentle.ends(shop)
    dues = {job: shop.jobs[job].due for job in jobs}
    if all(job in ends and due is not None and ends[job] <= due for job, due in dues.items()):
        return gentle
    return placed(shop, order, wishes)


def _waiting_for(shop: Shop, jobs: Collection[Key]) -> set[Key]:
    """All that can only begin when something of `jobs` is done."""
    found = {key for key, task in shop.tasks.items() if task.job in jobs}
    look = list(found)
    while look:
        new = {follower for follower, _link in shop.followers[look.pop()]} - found
        found |= new
        look += new
    return found


def moved(shop: Shop, now: Mapping[Key, Bar], wished: Mapping[Key, Bar]) -> Schedule:
    """The schedule with some bars put elsewhere: each there, or as soon after as it can be; whoever is in the way or
    waits for one of them gives way, and nobody else moves."""
    wishes = {**now, **wished}
    order = _starts(shop, wishes, others=-FIRST)
    # Of two that want the same minute, the one that was dragged there has it; also before who began earlier and is
    # still at work then.
    for key, bar in wished.items():
        order[key] = min([bar.start, *(b.start for k, b in now.items() if k != key and _meets(shop, b, bar))]) - 1
    return placed(shop, in_order(shop, order), wishes)


def _meets(shop: Shop, one: Bar, other: Bar) -> bool:
    if one.start >= other.end or other.start >= one.end:
        return False
    mine, theirs = (
        set(zip(shop.tasks[b.task].modes[b.mode].needs, b.units, strict=True)) for b in (one, other)
    )  # fmt: skip
    return not mine.isdisjoint(theirs)


def _starts(shop: Shop, wishes: Mapping[Key, Bar], others: int) -> dict[Key, int]:
    return {key: wishes[key].start if key in wishes else others for key in shop.tasks}


def slips(shop: Shop, before: Mapping[Key, int], after: Schedule) -> list[Slip]:
    """The jobs whose end changes, what becomes latest first. `before`: when each was to end."""
    ends = after.ends(shop)
    found = [
        Slip(key, before.get(key), ends.get(key), job.due)
        for key, job in shop.jobs.items()
        if before.get(key) != ends.get(key)
    ]
    return sorted(found, key=lambda s: (-s.minutes, str(s.job)))


def held_within(shop: Shop, bars: Mapping[Key, Bar], frozen_until: int) -> Shop:
    """The same shop where bars that begin in the frozen zone stay as they are."""
    frozen = {key: bar for key, bar in bars.items() if bar.start < frozen_until and key in shop.tasks}
    return replace(shop, held={**frozen, **shop.held})
