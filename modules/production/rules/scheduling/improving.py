"""Making a schedule better with a solver (OR-Tools CP-SAT), for as long as one lets it.

The solver sees a simpler shop: closed time is cut out, so that a pause costs nothing, and what works less than the rest
takes longer. What it finds is an order of tasks; list scheduling puts them on the board in that order, so whatever
comes out can be done, and it is never worse than what went in. A large shop is looked at window by window of time.
Importing this loads the solver: only jobs do."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from ortools.sat.python import cp_model

from modules.production.rules.scheduling.listing import in_order, least_minutes, placed, work_left
from modules.production.rules.scheduling.terms import LATE, Bar, Key, Mode, Schedule, Shop, Task
from modules.production.rules.scheduling.working_time import WorkingTime

Tell = Callable[[float, int], None]  # share of the time that has passed, the best score so far; raises to stop
POLL = 0.05
PAIRS_MOST = 40  # tasks of one machine between which set-ups are weighed
WHOLE_MOST = 400  # tasks that are looked at all together
WINDOW, WINDOW_SECONDS = 100, 0.8


def improve(
    shop: Shop,
    schedule: Schedule,
    *,
    seconds: float,
    tell: Tell | None = None,
    near: int | None = None,
    workers: int = 4,
) -> Schedule:
    """The best schedule found in `seconds`, or the one given; in a large shop the first look goes to what happens from
    minute `near` on. Raises what `tell` raises, after stopping the solver."""
    best, best_score = schedule, schedule.score(shop)
    began, chance = time.monotonic(), random.Random(7)
    while (left := seconds - (time.monotonic() - began)) > 0:
        movable = sorted((b.start, shop.rank[b.task], b.task) for b in best.bars.values() if b.task not in shop.held)
        whole = len(movable) <= WHOLE_MOST
        first = 0 if whole else chance.randrange(len(movable) - WINDOW // 2)
        if near is not None and not whole:
            first, near = sum(start < near for start, *_ in movable), None
        free = [key for *_, key in (movable if whole else movable[first : first + WINDOW])]
        if not free:
            break
        model = _Model(shop, best.bars, free)
        for order in _orders(model, left if whole else min(left, WINDOW_SECONDS), workers):
            if order is not None:
                tried = _again(shop, best, order)
                score = tried.score(shop)
                if score < best_score:
                    best, best_score = tried, score
            if tell is not None:
                tell(min((time.monotonic() - began) / seconds, 1.0), best_score)
        if whole:
            break
    return best


def _again(shop: Shop, before: Schedule, found: Mapping[Key, int]) -> Schedule:
    """Everything put on the board anew, the found ones in their order. Jobs that are in time do not come earlier for
    it, so that few bars move."""
    ends = before.ends(shop)
    calm = {key for key, job in shop.jobs.items() if job.due is not None and ends.get(key, job.due + 1) <= job.due}
    wishes = {key: bar for key, bar in before.bars.items() if key not in found and shop.tasks[key].job in calm}
    starts = {key: before.bars[key].start if key in before.bars else 0 for key in shop.tasks}
    return placed(shop, in_order(shop, starts | dict(found)), wishes)


def _orders(model: _Model, seconds: float, workers: int) -> Iterator[Mapping[Key, int] | None]:
    """What the solver finds, while it finds it; None when there is nothing new. Closing the iterator stops it."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 7
    found = _Found(model)
    worker = threading.Thread(target=solver.solve, args=(model.model, found), name="scheduling")
    worker.start()
    try:
        while worker.is_alive() or found.order is not None:
            worker.join(POLL)
            order, found.order = found.order, None
            yield None if order is None else model.minutes(order)
    finally:
        solver.stop_search()
        worker.join()


class _Found(cp_model.CpSolverSolutionCallback):
    """Keeps the last order the solver found, until it is fetched."""

    def __init__(self, model: _Model) -> None:
        super().__init__()
        self._model = model
        self.order: Mapping[Key, int] | None = None

    def on_solution_callback(self) -> None:
        self.order = {key: self.value(start) for key, start in self._model.starts.items()}


# A task, how it is done, whether it is done so, how long that takes, and when it begins.
_SetUp = tuple[Task, Mode, cp_model.IntVar, cp_model.IntVar, cp_model.IntVar]


@dataclass
class _Use:
    """What stands on one resource; of what can be set up there, also who it is of."""

    intervals: list[cp_model.IntervalVar] = field(default_factory=list)
    of: list[_SetUp] = field(default_factory=list)


class _Model:
    """The simpler shop: `free` tasks move, those that begin before the first of them stand still, those that come later
    are left out. `starts`: a variable for each free task."""

    def __init__(self, shop: Shop, bars: Mapping[Key, Bar], free: Collection[Key]) -> None:
        self.shop, self.model = shop, cp_model.CpModel()
        self.axis = WorkingTime(w for r in shop.resources.values() for w in r.time.windows)
        self._last, self._ratios = max(bars[key].end for key in free), dict[tuple[Key, ...], float]()
        self.starts: dict[Key, cp_model.IntVar] = {}
        self._ends: dict[Key, cp_model.IntVar | int] = {}
        self._uses: dict[Key, _Use] = defaultdict(_Use)
        tasks = [shop.tasks[key] for key in free]
        first = min(bars[key].start for key in free)
        total = sum(max(self._length(m, m.setup + m.run) for m in t.modes) for t in tasks)
        self._most = self._at(self._last) + total + 1
        for task in tasks:
            self._add(task, bars[task.key])
        for bar in bars.values():
            if bar.task in shop.held or (bar.start <= first and bar.task not in self.starts):
                self._hold(bar, first)
        for task in tasks:
            self._after(task)
        for key, use in self._uses.items():
            self._apart(key, use)
        self._aim()

    def minutes(self, order: Mapping[Key, int]) -> dict[Key, int]:
        """The order in minutes of the clock, so that it can be compared with bars that were left out."""
        return {key: self.axis.finish(0, at + 1) or self._last for key, at in order.items()}

    def _at(self, minute: int) -> int:
        return self.axis.worked(minute)

    def _length(self, mode: Mode, minutes: int) -> int:
        """About how long the mode takes where closed time is cut out."""
        ratio = self._ratios.get(mode.needs)
        if ratio is None:
            begin, end = self.shop.now, max(self._last, self.shop.now + 7 * 1440)
            own = self.shop.time_of(mode).between(begin, end) or 1
            ratio = self._ratios[mode.needs] = max(self.axis.between(begin, end) / own, 0.01)
        return max(round(minutes * ratio), 1) if minutes else 0

    def _add(self, task: Task, bar: Bar) -> None:
        least = self._at(max(task.earliest, self.shop.now))
        start = self.model.new_int_var(least, self._most, "")
        end = self.model.new_int_var(least, self._most, "")
        self.starts[task.key], self._ends[task.key] = start, end
        self.model.add_hint(start, self._at(bar.start))
        chosen = []
        for number, mode in enumerate(task.modes):
            full = self._length(mode, mode.setup + mode.run)
            only = len(task.modes) == 1
            use: cp_model.IntVar = self.model.new_constant(1) if only else self.model.new_bool_var("")
            # Where set-up depends on what came before, it may be as short as none.
            shortest = self._length(mode, mode.run) if self._follows_like(task, mode) else full
            size = self.model.new_int_var(shortest, full, "")
            if shortest < full:
                self._uses[mode.needs[0]].of.append((task, mode, use, size, start))
            interval = (
                self.model.new_interval_var(start, size, end, "")
                if only
                else self.model.new_optional_interval_var(start, size, end, use, "")
            )
            for need in mode.needs:
                self._uses[need].intervals.append(interval)
            if not only:
                self.model.add_hint(use, number == bar.mode)
                chosen.append(use)
        if chosen:
            self.model.add_exactly_one(chosen)

    def _follows_like(self, task: Task, mode: Mode) -> bool:
        return bool(mode.needs and mode.setup and task.family and self.shop.resources[mode.needs[0]].units == 1)

    def _hold(self, bar: Bar, first: int) -> None:
        self._ends[bar.task] = self._at(bar.end)
        start, length = self._at(bar.start), self._at(bar.end) - self._at(bar.start)
        if length and bar.end > min(first, self.shop.now):
            interval = self.model.new_fixed_size_interval_var(start, length, "")
            for need in self.shop.tasks[bar.task].modes[bar.mode].needs:
                self._uses[need].intervals.append(interval)

    def _after(self, task: Task) -> None:
        start = self.starts[task.key]
        for link in task.after:
            before = self._ends.get(link.before)
            if before is None:
                continue
            outside = Mode((), 0)
            gap = self._length(outside, link.gap)
            if link.ahead is None or link.before not in self.starts:
                self.model.add(start >= before + gap)
            else:
                first = self.shop.tasks[link.before].modes[0]
                ready = self.starts[link.before] + self._length(first, first.setup + link.ahead)
                self.model.add(start >= ready + gap)
                self.model.add(self._ends[task.key] >= before + gap + self._length(task.modes[0], max(link.tail, 1)))
        for follower, link in self.shop.followers[task.key]:
            if follower in self.shop.held and link.ahead is None:
                self.model.add(self._ends[task.key] <= self._at(self.shop.held[follower].start))

    def _apart(self, key: Key, use: _Use) -> None:
        units = self.shop.resources[key].units
        if units > 1:
            self.model.add_cumulative(use.intervals, [1] * len(use.intervals), units)
            return
        self.model.add_no_overlap(use.intervals)
        if 1 < len(use.of) <= PAIRS_MOST:
            self._set_ups(use.of)
        else:
            for _task, mode, chosen, size, _start in use.of:
                full = self._length(mode, mode.setup + mode.run)
                self.model.add(size == full).only_enforce_if(chosen)

    def _set_ups(self, mine: list[_SetUp]) -> None:
        """One after the other along a path: each is set up for what came before it."""
        arcs: list[tuple[int, int, cp_model.LiteralT]] = [(0, 0, self.model.new_bool_var(""))]  # nobody is here
        for i, (_task, mode, chosen, size, _start) in enumerate(mine, 1):
            arcs.append((i, i, chosen.negated()))
            first = self.model.new_bool_var("")
            arcs.append((0, i, first))
            arcs.append((i, 0, self.model.new_bool_var("")))
            full = self._length(mode, mode.setup + mode.run)
            self.model.add(size == full).only_enforce_if(first)
        for (i, one), (j, other) in combinations(enumerate(mine, 1), 2):
            for a, before, b, after in ((i, one, j, other), (j, other, i, one)):
                follows = self.model.new_bool_var("")
                arcs.append((a, b, follows))
                task, mode, _chosen, size, start = after
                setup = self.shop.change(before[0].family, task.family, mode.setup)
                length = self._length(mode, setup + mode.run)
                self.model.add(size >= min(length, self._length(mode, mode.setup + mode.run))).only_enforce_if(follows)
                self.model.add(start >= before[4] + before[3]).only_enforce_if(follows)
        self.model.add_circuit(arcs)

    def _aim(self) -> None:
        # What is left out comes after: it adds at least its own minutes.
        left, ends = work_left(self.shop), defaultdict[Key, list[cp_model.LinearExprT]](list)
        for key in self.starts:
            task = self.shop.tasks[key]
            ends[task.job].append(self._ends[key] + left[key] - least_minutes(task))
        span = self.model.new_int_var(0, self._most, "")
        terms: list[cp_model.LinearExprT] = [span]
        for job, last in ends.items():
            for end in last:
                self.model.add(span >= end)
            due = self.shop.jobs[job].due
            if due is not None:
                late = self.model.new_int_var(0, self._most, "")
                for end in last:
                    self.model.add(late >= end - self._at(max(due, 0)))
                terms.append(LATE * self.shop.jobs[job].weight * late)
        self.model.minimize(cp_model.LinearExpr.sum(terms))
