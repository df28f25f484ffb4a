"""When a resource works: windows of minutes, and the arithmetic of work that pauses outside of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Window = tuple[int, int]  # [from, until) in minutes
FOREVER = 10**9


class WorkingTime:
    """Windows in which work goes on; between them it pauses, and goes on where it was. Past the last window there is
    no working time: what would end there is answered with None."""

    def __init__(self, windows: Iterable[Window]) -> None:
        joined: list[list[int]] = []
        for start, end in sorted(w for w in windows if w[0] < w[1]):
            if joined and start <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        self.windows: tuple[Window, ...] = tuple((a, b) for a, b in joined)
        self._starts = [a for a, _ in joined]
        self._ends = [b for _, b in joined]
        self._before, self._after = [], []  # minutes worked before each window, and with it
        done = 0
        for start, end in joined:
            self._before.append(done)
            done += end - start
            self._after.append(done)

    def __repr__(self) -> str:
        return f"WorkingTime({list(self.windows)})"

    def worked(self, at: int) -> int:
        """Minutes of work that lie before `at`."""
        i = bisect_right(self._starts, at) - 1
        return 0 if i < 0 else self._before[i] + min(at, self._ends[i]) - self._starts[i]

    def between(self, start: int, end: int) -> int:
        """Minutes of work in [start, end)."""
        return max(self.worked(end) - self.worked(start), 0)

    def opens(self, at: int) -> int | None:
        """The first minute of work at or after `at`."""
        i = bisect_right(self._ends, at)
        return None if i == len(self._ends) else max(at, self._starts[i])

    def finish(self, start: int, minutes: int) -> int | None:
        """When `minutes` of work are done that begin at `start`."""
        if minutes <= 0:
            return start
        done = self.worked(start) + minutes
        i = bisect_left(self._after, done)
        return None if i == len(self._after) else self._starts[i] + done - self._before[i]

    def begin(self, end: int, minutes: int) -> int | None:
        """The latest start from which `minutes` of work are done by `end`."""
        if minutes <= 0:
            return end
        left = self.worked(end) - minutes
        if left < 0:
            return None
        i = bisect_right(self._before, left) - 1
        return self._starts[i] + left - self._before[i]

    def common(self, other: WorkingTime) -> WorkingTime:
        """When both work: a machine that needs its operator stands still without one."""
        found, i, j = [], 0, 0
        while i < len(self.windows) and j < len(other.windows):
            (a, b), (c, d) = self.windows[i], other.windows[j]
            if max(a, c) < min(b, d):
                found.append((max(a, c), min(b, d)))
            i, j = (i + 1, j) if b <= d else (i, j + 1)
        return WorkingTime(found)


ALWAYS = WorkingTime([(0, FOREVER)])
