"""What is promised, put before everybody else: the day it would have then, and who would slip by it. Nothing is
written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from modules.production.models import ProductionOrder
from modules.production.rules.promising.terms import Reason
from modules.production.rules.scheduling.slips import Slip, rush, slips
from modules.production.rules.scheduling.terms import Job, Key, Link, Task, ends_of
from modules.production.selectors.promises import ORDER, Promised, World
from modules.production.selectors.scheduling import Floor, floor


@dataclass(frozen=True)
class Rushed:
    """`on`: the day as rush; `slips` of orders that end at another minute by it, who gets latest first."""

    on: date
    slips: list[Slip]
    floor: Floor


def rushed(found: Promised, world: World) -> Rushed | None:
    """None where there is nothing to gain: nothing of it waits for a machine."""
    if found.on is None or found.answer is None or not any(r.wait for _depth, r in found.answer.all()):
        return None
    there = floor()
    lots = [reason for _depth, reason in found.answer.all() if reason.tasks]
    last = {id(reason): reason.tasks[-1].key for reason in lots}
    orders: dict[int, list[Key]] = {}
    for pk, operation in there.operations.items():
        orders.setdefault(operation.order_id, []).append(pk)
    tasks: dict[Key, Task] = {}
    for reason in lots:
        first, *others = reason.tasks
        links, earliest = _material(reason, last, orders)
        tasks |= {task.key: task for task in (replace(first, after=links, earliest=earliest), *others)}
    shop = replace(
        there.shop,
        tasks={**{k: t for k, t in there.shop.tasks.items() if k in there.bars}, **tasks},
        jobs={**there.shop.jobs, **{task.job: Job(task.job) for task in tasks.values()}},
    )
    kept = {key: replace(t, after=tuple(x for x in t.after if x.before in shop.tasks)) for key, t in shop.tasks.items()}
    shop = replace(shop, tasks=kept)
    before = ends_of(shop, there.bars.values())
    after = rush(shop, there.bars, {task.job for task in tasks.values()})
    if after.unplaced & set(tasks):
        return None
    ready = [found.own[n].on for n in range(len(found.own))]
    for reason in found.answer.reasons:
        if reason.tasks:
            ready.append(world.clock.day_of(after.bars[last[id(reason)]].end - 1))
        elif reason.ready is not None:
            ready.append(reason.ready.on)
    known = set(before)
    return Rushed(max(ready), [s for s in slips(shop, before, after) if s.job in known], there)


def _material(reason: Reason, last: dict[int, Key], orders: dict[int, list[Key]]) -> tuple[tuple[Link, ...], int]:
    """What a lot begins after: others of the promise, orders on the floor, what comes otherwise."""
    links, earliest = [], 0
    for one in reason.below:
        if id(one) in last:
            links.append(Link(last[id(one)]))
        elif one.source is not None and one.source.entity == ORDER and one.source.id in orders:
            links.append(Link(orders[one.source.id][-1]))
        elif one.ready is not None:
            earliest = max(earliest, one.ready.minute)
    return tuple(dict.fromkeys(links)), earliest


def of_orders(slipped: Sequence[Slip]) -> dict[Any, ProductionOrder]:
    """Order id → order."""
    return ProductionOrder.objects.select_related("product").in_bulk([s.job for s in slipped])
