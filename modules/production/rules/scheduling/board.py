"""The board that bars are put on: what each unit of each resource does, and where the next task fits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from modules.production.rules.scheduling.terms import Bar, Key, Mode, Shop, Task
from modules.production.rules.scheduling.working_time import FOREVER, WorkingTime


@dataclass(slots=True)
class _Stay:
    """What keeps a unit busy; `family` and `full` (the set-up it would need after anything else) matter on machines."""

    start: int
    end: int
    family: str
    setup: int
    full: int


@dataclass(slots=True)
class _Unit:
    """One of the units of a resource: what it does, one after the other. `rooms`: the minutes of work that are free
    before each stay, so that a full day is passed at a glance."""

    time: WorkingTime
    stays: list[_Stay] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)

    def put(self, stay: _Stay) -> None:
        i = bisect_right(self.starts, stay.start)
        # Only held bars can meet: the later one then counts from where the earlier one ends.
        if i and self.ends[i - 1] > stay.start:
            stay.start = self.ends[i - 1]
        if i < len(self.starts):
            stay.end = min(stay.end, self.starts[i])
        if stay.start >= stay.end:
            return
        self.stays.insert(i, stay)
        self.starts.insert(i, stay.start)
        self.ends.insert(i, stay.end)
        self.rooms.insert(i, self.time.between(self.ends[i - 1] if i else 0, stay.start))
        if i + 1 < len(self.starts):
            self.rooms[i + 1] = self.time.between(stay.end, self.starts[i + 1])

    def free_from(self, start: int, end: int) -> int:
        """`start` where [start, end) is free, else when what stands in the way ends."""
        i = bisect_right(self.ends, start)
        return start if i == len(self.starts) or self.starts[i] >= end else self.ends[i]


class Board:
    """Bars are only ever added, each where it fits between those already there."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.bars: dict[Key, Bar] = {}
        self.units = {key: [_Unit(r.time) for _ in range(r.units)] for key, r in shop.resources.items()}
        for bar in sorted(shop.held.values(), key=lambda b: b.start):
            self.put(bar)

    def put(self, bar: Bar) -> None:
        task = self.shop.tasks[bar.task]
        mode = task.modes[bar.mode]
        self.bars[bar.task] = bar
        if bar.end > bar.start:
            for need, unit in zip(mode.needs, bar.units, strict=True):
                self.units[need][unit].put(_Stay(bar.start, bar.end, task.family, bar.setup, mode.setup))

    # Forwards.

    def earliest(self, task: Task, least: int) -> Bar | None:
        """The bar that ends first of all that begin at `least` or later and after what must come before."""
        best: Bar | None = None
        for number, mode in enumerate(task.modes):
            bounds = self._bounds(task, mode, least)
            if bounds is None:
                continue
            for unit in range(len(self.units[mode.needs[0]])) if mode.needs else (0,):
                found = self._on(task, number, unit, *bounds)
                if found is not None and (best is None or (found.end, found.start) < (best.end, best.start)):
                    best = found
        return best

    def again(self, task: Task, wish: Bar, least: int) -> Bar | None:
        """The bar where it was, if it still can be there; its end is reckoned anew."""
        if wish.mode >= len(task.modes) or wish.start < least:
            return None
        mode = task.modes[wish.mode]
        if len(wish.units) != len(mode.needs):
            return None
        if any(u >= len(self.units[n]) for n, u in zip(mode.needs, wish.units, strict=True)):
            return None
        bounds = self._bounds(task, mode, least)
        if bounds is None or wish.start < bounds[0]:
            return None
        found = self._on(task, wish.mode, wish.units[0] if wish.units else 0, wish.start, bounds[1], units=wish.units)
        return found if found is not None and found.start == wish.start else None

    def alone(self, task: Task, mode: Mode, least: int) -> int | None:
        """When it would begin at `least` or later if nobody stood in its way."""
        bounds, time = self._bounds(task, mode, least), self.shop.time_of(mode)
        if bounds is None:
            return None
        start, ends = bounds
        later = time.begin(ends, mode.setup + mode.run)
        return time.opens(start if later is None else max(start, later))

    def _bounds(self, task: Task, mode: Mode, least: int) -> tuple[int, int] | None:
        """Not to begin before the first, not to end before the second; None where there is no time left."""
        shop = self.shop
        start, end = max(least, task.earliest, shop.now), 0
        for link in task.after:
            bar = self.bars.get(link.before)
            if bar is None:
                return None
            if link.ahead is None:
                start = max(start, bar.end + link.gap)
                continue
            ready = shop.time_of(shop.tasks[link.before].modes[bar.mode]).finish(bar.start, bar.setup + link.ahead)
            last = shop.time_of(mode).finish(bar.end + link.gap, max(link.tail, 1))
            if ready is None or last is None:
                return None
            start, end = max(start, min(ready, bar.end) + link.gap), max(end, last)
        return start, end

    def _on(
        self, task: Task, number: int, unit: int, least: int, ends: int, units: tuple[int, ...] | None = None
    ) -> Bar | None:
        """The earliest bar on one unit of the machine with all else it needs (on `units` of that, where given)."""
        mode = task.modes[number]
        time = self.shop.time_of(mode)
        start: int | None = least
        while start is not None:
            found = self._gap(task, mode, time, unit, start, ends) if mode.needs else self._outside(mode, start, ends)
            if found is None:
                return None
            start, end, setup = found
            taken, later = [unit], start
            for need, wished in zip(mode.needs[1:], units[1:] if units else (None,) * len(mode.needs[1:]), strict=True):
                choice, free = self._free(need, start, end, wished)
                taken.append(choice)
                later = max(later, free)
            if later == start:
                return Bar(task.key, number, start, end, setup, tuple(taken) if mode.needs else ())
            start = time.opens(later)
        return None

    def _free(self, need: Key, start: int, end: int, wished: int | None) -> tuple[int, int]:
        """A unit that is free all the time, or the one that is free again first, and when."""
        lanes = self.units[need]
        choices = range(len(lanes)) if wished is None else (wished,)
        free, choice = min((lanes[n].free_from(start, end), n) for n in choices)
        return choice, free

    @staticmethod
    def _outside(mode: Mode, least: int, ends: int) -> tuple[int, int, int]:
        start = max(least, ends - mode.run - mode.setup)
        return start, start + mode.setup + mode.run, mode.setup

    def _gap(
        self, task: Task, mode: Mode, time: WorkingTime, unit: int, least: int, ends: int
    ) -> tuple[int, int, int] | None:
        lane, shop = self.units[mode.needs[0]][unit], self.shop
        stays, rooms, count, run = lane.stays, lane.rooms, len(lane.stays), mode.run
        i = bisect_right(lane.ends, least)
        while True:
            while i < count and rooms[i] < run:
                i += 1
            before = stays[i - 1] if i else None
            setup = shop.change(before.family if before else None, task.family, mode.setup)
            minutes = setup + run
            start = time.opens(least if before is None else max(least, before.end))
            if start is None:
                return None
            end = time.finish(start, minutes)
            if end is not None and end < ends:
                later = time.begin(ends, minutes)
                start = max(start, ends if later is None else later)
                end = time.finish(start, minutes)
            if end is None:
                return None
            if i == count:
                return start, end, setup
            after = stays[i]
            if end <= after.start and after.setup >= shop.change(task.family, after.family, after.full):
                return start, end, setup
            i += 1

    # Backwards.

    def latest(self, task: Task, most: int) -> Bar | None:
        """The bar that begins last of all that end by `most` and before what waits for it (which must be placed)."""
        best: Bar | None = None
        for number, mode in enumerate(task.modes):
            bounds = self._limits(task, mode, most)
            if bounds is None:
                continue
            for unit in range(len(self.units[mode.needs[0]])) if mode.needs else (0,):
                found = self._back_on(task, number, unit, *bounds)
                if found is not None and (best is None or found.start > best.start):
                    best = found
        return best

    def _limits(self, task: Task, mode: Mode, most: int) -> tuple[int, int] | None:
        """To end by the first; to begin by the second."""
        shop, end, start = self.shop, most, FOREVER
        for follower, link in shop.followers[task.key]:
            bar = self.bars.get(follower)
            if bar is None:
                return None
            if link.ahead is None:
                end = min(end, bar.start - link.gap)
                continue
            tail = shop.time_of(shop.tasks[follower].modes[bar.mode]).begin(bar.end, max(link.tail, 1))
            ready = shop.time_of(mode).begin(bar.start - link.gap, mode.setup + link.ahead)
            if tail is None or ready is None:
                return None
            end, start = min(end, tail - link.gap), min(start, ready)
        return end, start

    def _back_on(self, task: Task, number: int, unit: int, most: int, start_by: int) -> Bar | None:
        mode = task.modes[number]
        time = self.shop.time_of(mode)
        for start, end, setup in self._gaps_back(task, mode, time, unit, most, start_by):
            if start < max(task.earliest, self.shop.now):
                return None
            taken = [unit]
            for need in mode.needs[1:]:
                choice, free = self._free(need, start, end, None)
                if free != start:
                    break
                taken.append(choice)
            else:
                return Bar(task.key, number, start, end, setup, tuple(taken) if mode.needs else ())
        return None

    def _gaps_back(
        self, task: Task, mode: Mode, time: WorkingTime, unit: int, most: int, start_by: int
    ) -> Iterator[tuple[int, int, int]]:
        """Places from the latest on. Between two bars only the latest is tried: another may be free when a second
        resource is not, and is then missed; it is what forward placing is for."""
        if not mode.needs:
            begins = min(most - mode.setup - mode.run, start_by)
            yield begins, begins + mode.setup + mode.run, mode.setup
            return
        shop, lane = self.shop, self.units[mode.needs[0]][unit]
        i = bisect_right(lane.starts, most)
        while i >= 0:
            before, after = (lane.stays[i - 1] if i else None), (lane.stays[i] if i < len(lane.stays) else None)
            i -= 1
            if after and after.setup < shop.change(task.family, after.family, after.full):
                continue
            setup = shop.change(before.family if before else None, task.family, mode.setup)
            latest = time.begin(min(most, after.start if after else most), setup + mode.run)
            if latest is None:
                return
            start = time.opens(min(latest, start_by))
            if start is None or start > start_by or (before and start < before.end):
                continue
            done = time.finish(start, setup + mode.run)
            if done is not None:
                yield start, done, setup
