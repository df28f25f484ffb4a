"""The words of finite scheduling: what is to be done, on what, and where it was put.

Time is whole minutes since the beginning of the horizon. A resource is anything that can be busy: machines, people with
a skill, tools; `units` of it that are alike, each doing one thing at a time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from modules.production.rules.scheduling.working_time import ALWAYS, WorkingTime

Key = Hashable


@dataclass(frozen=True)
class Resource:
    key: Key
    time: WorkingTime = ALWAYS
    units: int = 1


@dataclass(frozen=True)
class Mode:
    """One way to do a task: on all of `needs` together, the machine first (it is what is set up), for `run` working
    minutes after `setup`. Without needs the minutes are those of the clock: work done outside."""

    needs: tuple[Key, ...]
    run: int
    setup: int = 0


@dataclass(frozen=True)
class Link:
    """A task that must come first. `gap`: minutes of the clock between the two (move, queue, cooling).

    Overlapping: this one may begin when `ahead` minutes of the other's run are done; `tail` minutes of it are then
    left to do when the other has ended."""

    before: Key
    gap: int = 0
    ahead: int | None = None
    tail: int = 0


@dataclass(frozen=True)
class Task:
    """An operation of a job. `family`: what needs no set-up after its like. `earliest`: when material is there."""

    key: Key
    job: Key
    modes: tuple[Mode, ...]
    after: tuple[Link, ...] = ()
    family: str = ""
    earliest: int = 0


@dataclass(frozen=True)
class Job:
    """An order: when it is due, and how much a late minute of it weighs. Without a due minute it is never late. `turn`:
    its place among all, the first promised first, and what goes into an order before the order."""

    key: Key
    due: int | None = None
    weight: int = 1
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a task was put: `units[i]` of the i-th need of its mode. Set-up comes first and lies within."""

    task: Key
    mode: int
    start: int
    end: int
    setup: int = 0
    units: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shop:
    """What is to be scheduled. `held` bars stay as they are: begun, locked by a planner, or within the frozen zone.
    `changes`: set-up minutes from one family to another, where that matters more than a task's own set-up."""

    resources: Mapping[Key, Resource]
    tasks: Mapping[Key, Task]
    jobs: Mapping[Key, Job]
    now: int = 0
    held: Mapping[Key, Bar] = field(default_factory=dict)
    changes: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @cached_property
    def _times(self) -> dict[tuple[Key, ...], WorkingTime]:
        return {}

    def time_of(self, mode: Mode) -> WorkingTime:
        """When all that the mode needs is there together."""
        known = self._times.get(mode.needs)
        if known is None:
            known = ALWAYS
            for need in mode.needs:
                known = self.resources[need].time if known is ALWAYS else known.common(self.resources[need].time)
            self._times[mode.needs] = known
        return known

    @cached_property
    def followers(self) -> dict[Key, list[tuple[Key, Link]]]:
        """Of each task: those that wait for it."""
        found: dict[Key, list[tuple[Key, Link]]] = {key: [] for key in self.tasks}
        for task in self.tasks.values():
            for link in task.after:
                found[link.before].append((task.key, link))
        return found

    @cached_property
    def rank(self) -> dict[Key, int]:
        """Each task's place in an order in which what must come first comes first. Raises ValueError on a circle."""
        waiting = {key: len(task.after) for key, task in self.tasks.items()}
        ready = [key for key, count in waiting.items() if not count]
        for key in ready:
            for follower, _link in self.followers[key]:
                waiting[follower] -= 1
                if not waiting[follower]:
                    ready.append(follower)
        if len(ready) < len(self.tasks):
            raise ValueError("operations wait for one another in a circle")
        return {key: place for place, key in enumerate(ready)}

    def change(self, before: str | None, family: str, setup: int) -> int:
        """Minutes of set-up after `before` (None: nothing is known of what was there)."""
        if before is None:
            return setup
        known = self.changes.get((before, family))
        if known is not None:
            return known
        return 0 if family and family == before else setup


@dataclass(frozen=True)
class Schedule:
    """`unplaced`: tasks for which no working time is left within the horizon, and those that wait for them."""

    bars: Mapping[Key, Bar]
    unplaced: frozenset[Key] = frozenset()

    def ends(self, shop: Shop) -> dict[Key, int]:
        """When each job is done, as far as all of it was placed."""
        return ends_of(shop, self.bars.values(), self.unplaced)

    def late(self, shop: Shop) -> int:
        """Weighted minutes late, of all jobs that were placed."""
        return sum(
            shop.jobs[job].weight * max(end - due, 0)
            for job, end in self.ends(shop).items()
            if (due := shop.jobs[job].due) is not None
        )

    def score(self, shop: Shop) -> int:
        """The less the better: weighted minutes late, then when all is done. An unplaced task outweighs everything."""
        ends = self.ends(shop)
        return LATE * self.late(shop) + max(ends.values(), default=0) + UNPLACED * len(self.unplaced)


LATE = 10
UNPLACED = 10**12


def ends_of(shop: Shop, bars: Iterable[Bar], unplaced: Iterable[Key] = ()) -> dict[Key, int]:
    ends: dict[Key, int] = {}
    for bar in bars:
        job = shop.tasks[bar.task].job
        ends[job] = max(ends.get(job, 0), bar.end)
    for key in unplaced:
        ends.pop(shop.tasks[key].job, None)
    return ends
