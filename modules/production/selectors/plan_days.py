"""On which day everything of a plan is there, with the time that machines have: proposals, drafts and released orders
together on one board, as scheduling places them (rules/scheduling), everything anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from modules.production.models import ProductionOrder, ProductionOrderComponent
from modules.production.rules.material import Made, turns, without_circles
from modules.production.rules.net import BESIDES, PLANNED, STOCK
from modules.production.rules.scheduling.listing import forward
from modules.production.rules.scheduling.terms import Job, Key, Link, Mode, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import WorkingTime
from modules.production.rules.terms import Plan, Planned, in_turn, micro
from modules.production.selectors.free_capacity import LocalClock, free_time, local_clock
from modules.production.selectors.material import MATERIAL, ORDER
from modules.production.selectors.planning_input import PlanningInput
from modules.production.selectors.scheduling import DAY_MINUTES, Floor, floor
from modules.production.selectors.working_windows import HORIZON
from modules.shared.data.rules.calendars import WorkCalendar
from tenon.tenancy.context import current

FINITE = "production.scheduling"
DRAFT = ProductionOrder.Status.DRAFT


@dataclass(frozen=True)
class _Job:
    """A draft or a proposal to make."""

    key: Key
    product: int
    quantity: int
    release_on: date
    due_on: date


def days_of_needs(found: PlanningInput, result: Plan) -> dict[Hashable, date | None]:
    """Need (its peg) → the day on which the last of what covers it is there; None when that is not within the horizon.
    Where companies do not schedule, what is made takes its lead time. A constant number of queries."""
    covers = _covers(result)
    proposals = _proposals(result)
    supplies = {s.source: s.on for s in found.supplies}
    made = _made(found, result, proposals, covers) if current().has_feature(FINITE) else {}
    late = found.today + timedelta(days=1)

    def there(source: Any) -> date | None:
        if source[0] == STOCK:
            return found.today
        if source[0] in (PLANNED, BESIDES):
            key = (PLANNED, source[1], source[2])
            return made[key] if key in made else proposals[key].due_on
        if source in made:
            return made[source]
        on = supplies[source]
        return on if on >= found.today else late  # what is late has not come today

    days: dict[Hashable, date | None] = {}
    for need, sources in covers.items():
        ready = [there(source) for source in sources]
        days[need] = None if None in ready else max(day for day in ready if day is not None)
    return days


def _covers(result: Plan) -> dict[Hashable, set[Hashable]]:
    covers: dict[Hashable, set[Hashable]] = defaultdict(set)
    for need, source, _quantity in result.pegging:
        covers[need].add(source)
    for key, proposal in _proposals(result).items():
        for need, _quantity in proposal.pegs:
            covers[need].add(key)
    return covers


def _proposals(result: Plan) -> dict[tuple[str, int, int], Planned]:
    """Called as netting calls them: by product and place."""
    places: dict[int, int] = defaultdict(int)
    found = {}
    for proposal in result.planned:
        found[PLANNED, proposal.product, places[proposal.product]] = proposal
        places[proposal.product] += 1
    return found


def _made(
    found: PlanningInput,
    result: Plan,
    proposals: Mapping[tuple[str, int, int], Planned],
    covers: Mapping[Hashable, Iterable[Hashable]],
) -> dict[Hashable, date | None]:
    """Proposal to make or production order, as netting calls it → the day on which its last operation ends."""
    clock, there = local_clock(), floor()
    drafts = [
        _Job((ORDER, pk), product, micro(quantity), start, due)
        for pk, product, quantity, start, due in ProductionOrder.objects.filter(status=DRAFT)
        .order_by("pk").values_list("pk", "product_id", "quantity", "start_on", "due_on")
    ]  # fmt: skip
    proposed = [_Job(k, p.product, p.quantity, p.release_on, p.due_on) for k, p in proposals.items() if p.make]
    jobs = {job.key: job for job in (*drafts, *proposed)}
    released = {(ORDER, pk) for pk in there.shop.jobs if isinstance(pk, int)}
    shop, last, by_days = _shop(there, jobs, released, _below(covers), found, proposals, clock)
    placed = forward(shop)
    days: dict[Hashable, date | None] = {}
    for key, task in last.items():
        bar = placed.bars.get(task)
        if bar is None:
            days[key] = None
        elif key in by_days:  # there as a working day begins
            days[key] = found.calendar.on_or_after(clock.day_of(bar.end))
        else:  # what ends at midnight is there that day
            days[key] = clock.day_of(max(bar.end - 1, 0))
    return days


class _WholeDays:
    """Working days from midnight to midnight: what has no operations takes so many of them, and nobody waits for it."""

    def __init__(self, clock: LocalClock, today: date) -> None:
        self.clock, self.today = clock, today
        self.known: dict[str, WorkingTime] = {}

    def of(self, calendar: WorkCalendar) -> WorkingTime:
        name = repr(calendar.signature())
        if name not in self.known:
            days = (self.today + timedelta(days=n) for n in range(HORIZON.days))
            self.known[name] = WorkingTime(
                (self.clock.minute_of(day), self.clock.minute_of(day + timedelta(days=1)))
                for day in days
                if calendar.is_working(day)
            )
        return self.known[name]


def _below(covers: Mapping[Hashable, Iterable[Hashable]]) -> dict[Hashable, set[Hashable]]:
    """Order or proposal → what its material comes from."""
    pks = [need[1] for need in covers if need[0] == MATERIAL]  # type: ignore[index]
    orders = dict(ProductionOrderComponent.objects.filter(pk__in=pks).values_list("pk", "order_id"))
    below: dict[Hashable, set[Hashable]] = defaultdict(set)
    need: Any
    for need, sources in covers.items():
        if need[0] == MATERIAL:
            below[ORDER, orders[need[1]]].update(sources)
        elif need[0] == PLANNED:
            below[need].update(sources)
    return below


def _shop(
    there: Floor,
    jobs: Mapping[Key, _Job],
    released: set[tuple[str, int]],
    below: Mapping[Hashable, set[Hashable]],
    found: PlanningInput,
    proposals: Mapping[tuple[str, int, int], Planned],
    clock: LocalClock,
) -> tuple[Shop, dict[Hashable, Key], set[Hashable]]:
    """The board of everything, the last task of each job, and the jobs that have no operations."""
    time = free_time({job.product: found.items[job.product].decimals for job in jobs.values()}, clock)
    tasks, own, by_days = dict(there.shop.tasks), {}, set()
    resources = {**(time.capacity.shop.resources if time is not None else {}), **there.shop.resources}
    windows = _WholeDays(clock, found.today)
    for key, job in jobs.items():
        steps = time.routing(job.product, job.quantity, key) if time is not None else []
        if not steps:
            by_days.add(key)
            calendar = found.items[job.product].calendar or found.calendar
            whole = calendar.count(job.release_on, job.due_on)
            place: Key = ("days", key)
            resources[place] = Resource(place, windows.of(calendar))
            steps = [Task((key, 0), key, (Mode((place,), max(whole * DAY_MINUTES, 1)),))]
        own[key] = steps
    last: dict[Hashable, Key] = {key: steps[-1].key for key, steps in own.items()}
    ends: dict[Key, Key] = {}
    for task in there.shop.tasks.values():
        if isinstance(task.job, int):
            ends[task.job] = task.key  # operations stand in turn
    last |= {key: ends[key[1]] for key in released if key[1] in ends}
    parts, supplies = _parts(jobs, released, below, last), {s.source: s.on for s in found.supplies}
    for key, job in jobs.items():
        days = [job.release_on, *_bought(below.get(key, ()), proposals, supplies, last)]
        first = own[key][0]
        after = tuple(Link(last[part]) for part in sorted(parts[key], key=repr))
        own[key][0] = replace(first, after=(*first.after, *after), earliest=max(clock.minute_of(max(days)), 0))
        tasks |= {task.key: task for task in own[key]}
    for key in released:
        _wait(tasks, there, key[1], parts[key], last, _bought(below.get(key, ()), proposals, {}, last), clock)
    turn = _turns(jobs, released, parts)
    shop_jobs = {pk: replace(job, turn=turn.get((ORDER, pk), job.turn)) for pk, job in there.shop.jobs.items()}
    for key, job in jobs.items():
        shop_jobs[key] = Job(key, clock.minute_of(job.due_on + timedelta(days=1)), turn=turn[key])
    return replace(there.shop, resources=resources, tasks=tasks, jobs=shop_jobs), last, by_days


def _parts(
    jobs: Mapping[Key, _Job],
    released: set[tuple[str, int]],
    below: Mapping[Hashable, set[Hashable]],
    last: Mapping[Hashable, Key],
) -> dict[Hashable, set[Hashable]]:
    """Job → the jobs that make its material, without circles."""
    keys = [*sorted(released), *jobs]
    number = {key: n for n, key in enumerate(keys)}
    wanted: dict[int, set[int]] = {}
    for key in keys:
        names = {_main(source) for source in below.get(key, ())}
        wanted[number[key]] = {
            number[name]
            for name in names
            if name in number and name in last and name != key and not (name in released and key in released)
        }
    return {keys[n]: {keys[m] for m in parts} for n, parts in without_circles(wanted).items()}


def _main(source: Any) -> Hashable:
    """What comes besides a proposal comes with it."""
    return (PLANNED, source[1], source[2]) if source[0] == BESIDES else source  # type: ignore[no-any-return]


def _bought(
    sources: Iterable[Hashable],
    proposals: Mapping[tuple[str, int, int], Planned],
    supplies: Mapping[Hashable, date],
    last: Mapping[Hashable, Key],
) -> list[date]:
    """The days of what is not made on the board."""
    days = []
    source: Any
    for source in sources:
        if source in last:
            continue
        if source in proposals:
            days.append(proposals[source].due_on)
        elif source in supplies:
            days.append(supplies[source])
    return days


def _wait(
    tasks: dict[Key, Task], there: Floor, order: int, parts: set[Hashable], last: Mapping[Hashable, Key],
    days: list[date], clock: LocalClock,
) -> None:  # fmt: skip
    """A released order that has not begun waits for proposals and drafts, too."""
    first = next((t for t in there.shop.tasks.values() if t.job == order), None)
    if first is None or first.key in there.shop.held:
        return
    operation = there.operations.get(first.key)  # type: ignore[call-overload]
    if operation is None or operation.order.status != ProductionOrder.Status.RELEASED:
        return
    after = (*first.after, *(Link(last[part]) for part in sorted(parts, key=repr)))
    earliest = max([first.earliest, *(clock.minute_of(day) for day in days)])
    tasks[first.key] = replace(first, after=after, earliest=earliest)


def _turns(
    jobs: Mapping[Key, _Job], released: set[tuple[str, int]], parts: Mapping[Hashable, set[Hashable]]
) -> dict[Hashable, int]:
    """Orders first, as they were made, then proposals by the day they are due; what goes into one just before it."""
    proposed = sorted(
        (key for key in jobs if key[0] == PLANNED),  # type: ignore[index]
        key=lambda k: (jobs[k].due_on, jobs[k].product, in_turn(k)),
    )
    keys = [*sorted({*released, *(key for key in jobs if key[0] == ORDER)}), *proposed]  # type: ignore[index, type-var]
    number = {key: n for n, key in enumerate(keys)}
    products = {n: jobs[key].product if key in jobs else 0 for key, n in number.items()}
    found = turns(
        [Made(n, products[n]) for n in number.values()],
        {n: {number[part] for part in parts.get(key, ())} for key, n in number.items()},
    )
    return {key: found[n] for key, n in number.items()}
