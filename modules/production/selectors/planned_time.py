"""What stands on work centres, as promises see it.

Schedules change now and then, promises are asked for all day: a process keeps what it has read, under the digest of
exactly that, and asks the database for the digest only. What runs is reckoned anew each time: what is
left of it is done from now on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from modules.production.rules.promising.capacity import Capacity
from modules.production.rules.scheduling.terms import Bar, Key, Mode, Shop, Task
from modules.production.rules.scheduling.working_time import WorkingTime
from modules.production.selectors.held import free_unit
from modules.production.selectors.scheduling import whole_minutes
from tenon.tenancy.context import current

_KEPT = 16  # companies served by one process in turn, and the days they are in
_OPEN = """
  from production_productionorderoperation o
  join production_productionorder w on w.id = o.order_id and w.status in ('released', 'in_progress')
  join production_workcentre c on c.id = o.work_centre_id
  left join production_operation p on p.id = o.operation_id
 where o.status <> 'done'
"""
# Of what is read itself, not of versions: what was planned, looked at and taken back leaves the version it had.
_DIGEST = f"""
select md5(string_agg(row(o.id, o.order_id, o.work_centre_id, p.tool_id, p.skill_id, o.operation_id, o.machine,
                          o.planned_start, o.planned_end, o.status, w.start_on, w.due_on, o.position, o.setup_minutes,
                          o.run_minutes, o.quantity, o.good, o.scrap, o.rework, c.efficiency)::text, ';' order by o.id))
       {_OPEN}
"""
# In the order in which the board counts alike tools. Minutes are those of the clock since the day's origin.
_READ = f"""
select o.id, o.order_id, o.work_centre_id, p.tool_id, p.skill_id, coalesce(o.operation_id::text, ''), o.machine,
       floor(extract(epoch from o.planned_start - %(origin)s) / 60)::bigint,
       floor(extract(epoch from o.planned_end - %(origin)s) / 60)::bigint, o.status = 'waiting',
       w.start_on, w.due_on, o.position, o.setup_minutes,
       o.run_minutes * (o.quantity - o.good - o.scrap - o.rework), c.efficiency
       {_OPEN} order by o.planned_start, o.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """An operation where it is planned: it stands from `start` to `end`, minutes of the clock. Of what runs `start` is
    when it was planned (None: it was not), and its end is to be reckoned. What waits without a start is released and
    not scheduled: it takes its time all the same, from `begins` on, in its `turn` (due day, order, position)."""

    task: Task
    machine: int
    start: int | None
    end: int | None
    waits: bool
    begins: date
    turn: tuple[date, int, int]

    @property
    def scheduled(self) -> bool:
        return not self.waits or self.start is not None

    @property
    def mode(self) -> Mode:
        return self.task.modes[0]


_known: dict[tuple[str, datetime, str], list[Standing]] = {}


def planned_on(origin: datetime, centres: Collection[int | None], tools: Collection[int]) -> list[Standing]:
    """What stands on these work centres, or holds these tools and skills elsewhere. One query while nothing has
    changed. Not to be written to."""
    wanted: set[Key] = {("centre", pk) for pk in centres} | {("tool", pk) for pk in tools}
    return [one for one in _all(origin) if not wanted.isdisjoint(one.mode.needs)]


def _all(origin: datetime) -> list[Standing]:
    key = (current().schema, origin, _digest())
    found = _known.get(key)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(_READ, {"origin": origin})
            found = [_standing(*row) for row in cursor.fetchall()]
        for old in list(_known)[: 1 - _KEPT]:
            _known.pop(old, None)
        # Under the digest as it was before: who changed something in between finds another one.
        if _digest() == key[2]:
            _known[key] = found
    return found


def _digest() -> str:
    with connection.cursor() as cursor:
        cursor.execute(_DIGEST)
        return str(cursor.fetchall()[0][0])


def _standing(
    pk: int, order: int, centre: int, tool: int | None, skill: int | None, family: str, machine: int,
    start: int | None, end: int | None, waits: bool, begins: date, due: date, position: int,
    setup: Decimal, run: Decimal, efficiency: Decimal,
) -> Standing:  # fmt: skip
    needs: tuple[Key, ...] = (("centre", centre), *(("tool", one) for one in (tool, skill) if one))
    slow = Decimal(100) / efficiency
    mode = Mode(needs, max(whole_minutes(run * slow), 1), whole_minutes(setup * slow) if waits else 0)
    return Standing(
        Task(pk, order, (mode,), (), family), machine, None if start is None else max(start, 0),
        None if end is None else max(end, 0), waits, begins, (due, order, position),
    )  # fmt: skip


def bars_of(planned: Iterable[Standing], shop: Shop) -> tuple[dict[Key, Task], dict[Key, Bar]]:
    """As selectors/scheduling.py reads them, without what only placing them anew would need."""
    tasks: dict[Key, Task] = {}
    bars: dict[Key, Bar] = {}
    busy: dict[tuple[Key, int], int] = {}
    for one in planned:
        if not one.scheduled:
            continue
        task, mode = one.task, one.mode
        start, end, setup = _stretch(one, shop.time_of(mode), shop.now)
        first = mode.needs[0]
        units = [min(one.machine, shop.resources[first].units) - 1]
        for need in mode.needs[1:]:
            unit = free_unit(need, shop.resources[need].units, start, busy)
            units.append(unit)
            busy[need, unit] = max(busy.get((need, unit), 0), end)
        tasks[task.key] = task
        bars[task.key] = Bar(task.key, 0, start, end, setup, tuple(units))
    return tasks, bars


def put_in_turn(
    capacity: Capacity, planned: Iterable[Standing], bars: Mapping[Key, Bar], minute_of: Callable[[date], int]
) -> None:
    """What is released and not scheduled yet, where scheduling it now would put it: into the time that is free, the one
    that is due first before the others, one operation of an order after the other."""
    planned = list(planned)
    done: dict[Key, int] = defaultdict(int)
    for one in planned:
        if one.scheduled:
            done[one.task.job] = max(done[one.task.job], bars[one.task.key].end)
    for one in sorted((one for one in planned if not one.scheduled), key=lambda one: one.turn):
        placed = capacity.place([one.task], max(done[one.task.job], minute_of(one.begins)))
        if placed is not None:
            done[one.task.job] = placed.end


def _stretch(one: Standing, time: WorkingTime, now: int) -> tuple[int, int, int]:
    """From, until, set-up of it."""
    start = now if one.start is None else one.start
    if one.waits:
        end = start if one.end is None else one.end
        return start, end, max(time.between(start, end) - one.mode.run, 0)
    done = time.finish(now, one.mode.run)
    return min(start, now), now + one.mode.run if done is None else done, 0
