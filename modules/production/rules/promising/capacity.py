"""The time that what is planned leaves free, and putting operations into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from modules.production.rules.promising.terms import Wait
from modules.production.rules.scheduling.board import Board
from modules.production.rules.scheduling.terms import Bar, Key, Shop, Task


@dataclass(slots=True)
class Placed:
    """`wait`: the longest that an operation stood in line."""

    bars: list[Bar]
    wait: Wait | None

    @property
    def start(self) -> int:
        return min(bar.start for bar in self.bars)

    @property
    def end(self) -> int:
        return max(bar.end for bar in self.bars)


class Capacity:
    """A shop in which everything that is planned stays where it is, as a re-plan leaves it where nobody gets late by
    that; what is promised is put into the gaps, the first promised first."""

    def __init__(self, shop: Shop, bars: Mapping[Key, Bar]) -> None:
        self._tasks: dict[Key, Task] = dict(shop.tasks)
        self.shop = replace(shop, tasks=self._tasks, held={**bars, **shop.held})
        self._board = Board(self.shop)

    def place(self, tasks: Sequence[Task], least: int) -> Placed | None:
        """Each as early as it can be from minute `least` on; they stay there. None when time runs out."""
        bars, longest = [], None
        for task in tasks:
            self._tasks[task.key] = task
            bar = self._board.earliest(task, least)
            if bar is None:
                return None
            wait = self._waited(task, bar, least)
            if wait is not None and (longest is None or wait.until - wait.since > longest.until - longest.since):
                longest = wait
            self._board.put(bar)
            bars.append(bar)
        return Placed(bars, longest)

    def _waited(self, task: Task, bar: Bar, least: int) -> Wait | None:
        mode = task.modes[bar.mode]
        alone = self._board.alone(task, mode, least) if mode.needs else None
        return None if alone is None or alone >= bar.start else Wait(mode.needs[0], alone, bar.start)
