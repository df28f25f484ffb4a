"""List scheduling: one task after the other where it fits, so that whatever comes out can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappop, heappush

from modules.production.rules.scheduling.board import Board
from modules.production.rules.scheduling.terms import Bar, Key, Schedule, Shop, Task
from modules.production.rules.scheduling.working_time import FOREVER

NOBODY: Mapping[Key, Bar] = {}


def placed(shop: Shop, order: Iterable[Key], wishes: Mapping[Key, Bar] = NOBODY) -> Schedule:
    """Each task of `order` in turn as early as it can be; one with a wish stays where it was, if it can, and otherwise
    goes no earlier. `order` must name what comes first first."""
    board = Board(shop)
    unplaced = set()
    for key in order:
        if key in board.bars:
            continue
        task, wish = shop.tasks[key], wishes.get(key)
        bar = None if wish is None else board.again(task, wish, 0)
        if bar is None:
            bar = board.earliest(task, 0 if wish is None else wish.start)
        if bar is None:
            unplaced.add(key)
        else:
            board.put(bar)
    return Schedule(board.bars, frozenset(unplaced))


def forward(shop: Shop) -> Schedule:
    """As early as possible: in the turn in which things were promised where nobody gets late by that, so that a promise
    stays what it was; else the most urgent first, by several ideas of urgency: the best that comes out."""
    ideas: list[Urgency] = [_by_latest_start, _by_due, _by_work_left]
    found = []
    if any(job.turn is not None for job in shop.jobs.values()):
        found.append(placed(shop, in_order(shop, _by_turn(shop))))
        if in_time(shop, found[0]):
            return found[0]
    found += [placed(shop, in_order(shop, urgency(shop))) for urgency in ideas]
    return min(found, key=lambda s: s.score(shop))


def in_time(shop: Shop, schedule: Schedule) -> bool:
    """Everything has its place and nobody is late."""
    return not schedule.unplaced and not schedule.late(shop)


def backward(shop: Shop) -> Schedule:
    """As late as possible and still in time; what does not fit before it is due goes forward from now."""
    board = Board(shop)
    ends = {job.key: job.due for job in shop.jobs.values()}
    urgent = _by_latest_start(shop)
    # From the last operations back: an operation is looked at when all that waits for it was.
    waiting = {key: len(shop.followers[key]) for key in shop.tasks}
    ready: list[tuple[int, int, Key]] = []
    for key, count in waiting.items():
        if not count:
            heappush(ready, (-urgent[key], -shop.rank[key], key))
    while ready:
        *_, key = heappop(ready)
        task = shop.tasks[key]
        due = ends[task.job]
        if key not in board.bars and due is not None:
            bar = board.latest(task, due)
            if bar is not None:
                board.put(bar)
        for link in task.after:
            waiting[link.before] -= 1
            if not waiting[link.before]:
                heappush(ready, (-urgent[link.before], -shop.rank[link.before], link.before))
    wishes = {key: bar for key, bar in board.bars.items() if key not in shop.held}
    # What found no place goes first: it is late already.
    first = {key: wishes[key].start if key in wishes else urgent[key] - FOREVER for key in shop.tasks}
    return placed(shop, in_order(shop, first), wishes)


def in_order(shop: Shop, urgency: Mapping[Key, int]) -> Sequence[Key]:
    """All tasks by urgency, the smallest first, but none before what must come first."""
    waiting = {key: len(task.after) for key, task in shop.tasks.items()}
    ready = [(urgency[key], shop.rank[key], key) for key, count in waiting.items() if not count]
    ready.sort()
    order = []
    while ready:
        *_, key = heappop(ready)
        order.append(key)
        for follower, _link in shop.followers[key]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heappush(ready, (urgency[follower], shop.rank[follower], follower))
    return order


def least_minutes(task: Task) -> int:
    return min(mode.setup + mode.run for mode in task.modes)


def work_left(shop: Shop) -> dict[Key, int]:
    """Of each task: the longest chain of work from its beginning to the end of all that waits for it."""
    left: dict[Key, int] = {}
    for key in sorted(shop.tasks, key=shop.rank.__getitem__, reverse=True):
        after = max((left[f] + link.gap for f, link in shop.followers[key]), default=0)
        left[key] = after + least_minutes(shop.tasks[key])
    return left


# Ideas of urgency. Weight matters where two are about as urgent: it takes something off what is left of the time.

Urgency = Callable[[Shop], dict[Key, int]]


def _dues(shop: Shop) -> dict[Key, int]:
    """Of each task: when the first job is due that waits for it."""
    dues: dict[Key, int] = {}
    for key in sorted(shop.tasks, key=shop.rank.__getitem__, reverse=True):
        own = shop.jobs[shop.tasks[key].job].due
        dues[key] = min([FOREVER if own is None else own, *(dues[f] for f, _link in shop.followers[key])])
    return dues


def _by_latest_start(shop: Shop) -> dict[Key, int]:
    left = work_left(shop)
    return {key: due - left[key] * _weighed(shop, key) for key, due in _dues(shop).items()}


def _by_due(shop: Shop) -> dict[Key, int]:
    return {key: due - 60 * _weighed(shop, key) for key, due in _dues(shop).items()}


def _by_work_left(shop: Shop) -> dict[Key, int]:
    return {key: -minutes * _weighed(shop, key) for key, minutes in work_left(shop).items()}


def _by_turn(shop: Shop) -> dict[Key, int]:
    turns = {key: shop.jobs[task.job].turn for key, task in shop.tasks.items()}
    return {key: FOREVER if turn is None else turn for key, turn in turns.items()}


def _weighed(shop: Shop, key: Key) -> int:
    return shop.jobs[shop.tasks[key].job].weight
