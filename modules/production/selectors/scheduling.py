"""The shop as scheduling sees it: open operations of released orders, work centres with their time, what is planned.

Minutes count from a midnight some days back, so that what began in the past has its place too."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, Subquery
from django.utils import timezone

from modules.production.models import (
    OperationAlternative,
    ProductionOrder,
    ProductionOrderComponent,
    ProductionOrderOperation,
    WorkCentre,
)
from modules.production.models import Resource as ToolOrSkill
from modules.production.rules.material import Made, turns, without_circles
from modules.production.rules.scheduling.terms import Bar, Job, Key, Link, Mode, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import ALWAYS
from modules.production.selectors.held import free_unit, held_bars, held_time
from modules.production.selectors.material import ORDER, Waits, material_waits
from modules.production.selectors.subcontracting import back_from_outside
from modules.production.selectors.working_windows import working_windows
from tenon.tenancy.context import current

Status = ProductionOrderOperation.Status
OPEN = (ProductionOrder.Status.RELEASED, ProductionOrder.Status.IN_PROGRESS)
BACK = timedelta(days=14)
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Floor:
    """`bars`: where the operations that are planned stand now. `revision` changes with everything that is scheduled."""

    shop: Shop
    bars: dict[Key, Bar]
    operations: dict[int, ProductionOrderOperation]
    centres: dict[int, WorkCentre]
    origin: datetime
    revision: str

    def minute(self, at: datetime) -> int:
        return max(int((at - self.origin).total_seconds() // 60), 0)

    def moment(self, minute: int) -> datetime:
        return self.origin + timedelta(minutes=minute)

    def centre_of(self, bar: Bar) -> int | None:
        """The work centre a bar stands on; none for work outside."""
        needs = self.shop.tasks[bar.task].modes[bar.mode].needs
        return None if not needs else needs[0][1]  # type: ignore[index]


def only(there: Floor, orders: Collection[int]) -> Floor:
    """The floor with what is planned and with all of `orders`; what waits to be planned at all is left out."""
    kept = {key for key, task in there.shop.tasks.items() if key in there.bars or task.job in orders}
    tasks = {
        key: replace(task, after=tuple(link for link in task.after if link.before in kept))
        for key, task in there.shop.tasks.items()
        if key in kept
    }
    jobs = {task.job: there.shop.jobs[task.job] for task in tasks.values()}
    return replace(there, shop=replace(there.shop, tasks=tasks, jobs=jobs))


def floor(*, frozen_hours: int = 0) -> Floor:
    """A constant number of queries. Held are operations that run or are fixed, and those that begin in the frozen
    hours."""
    zone, now = ZoneInfo(current().time_zone), timezone.now()
    origin = origin_of(now, zone)
    centres = {c.pk: c for c in WorkCentre.objects.select_related("calendar").order_by("code")}
    windows = working_windows(origin)
    resources: dict[Key, Resource] = {
        ("centre", pk): Resource(("centre", pk), windows[pk], c.machines) for pk, c in centres.items()
    }
    for pk, count in ToolOrSkill.objects.values_list("pk", "count"):
        resources["tool", pk] = Resource(("tool", pk), ALWAYS, count)
    operations = _operations()
    orders = {order[0].order_id: order for order in _by_order(operations)}
    waits = material_waits(material_lines())
    parts = _parts(orders, waits)
    turn = turns([Made(pk, order[0].order.product_id) for pk, order in orders.items()], parts)
    shop = Shop(
        resources,
        {
            pk: task
            for key, order in orders.items()
            for pk, task in _tasks(order, centres, origin, zone, _there(waits.get(key, ()), orders, parts[key]))
        },
        {key: _job(order[0].order, origin, zone, turn[key]) for key, order in orders.items()},
        now=max(int((now - origin).total_seconds() // 60) + 1, 0),
    )
    known = {o.pk: o for o in operations}
    made = Floor(shop, {}, known, centres, origin, _revision((o.pk, o.version) for o in operations))
    until = shop.now + frozen_hours * 60 if frozen_hours else 0
    return _with_held(_with_bars(made, until))


def origin_of(now: datetime, zone: ZoneInfo) -> datetime:
    """Minute 0."""
    return datetime.combine((now - BACK).astimezone(zone).date(), time(), zone).astimezone(now.tzinfo)


def _operations() -> list[ProductionOrderOperation]:
    return list(
        ProductionOrderOperation.objects.filter(order__status__in=OPEN)
        .exclude(status=Status.DONE)
        .select_related("order__product__unit", "operation")
        .annotate(back_on=Subquery(back_from_outside()))
        .prefetch_related(
            Prefetch("operation__alternatives", queryset=OperationAlternative.objects.order_by("rank", "id"))
        )
        .order_by("order_id", "position", "id")
    )


def _by_order(operations: Sequence[ProductionOrderOperation]) -> list[list[ProductionOrderOperation]]:
    found: dict[int, list[ProductionOrderOperation]] = defaultdict(list)
    for operation in operations:
        found[operation.order_id].append(operation)
    return list(found.values())


def operations_revision() -> str:
    """The revision of what is scheduled, without reading all of it."""
    rows = ProductionOrderOperation.objects.filter(order__status__in=OPEN).exclude(status=Status.DONE)
    return _revision(rows.order_by("order_id", "position", "id").values_list("pk", "version"))


def _revision(versions: Iterable[tuple[int, int]]) -> str:
    return hashlib.sha256(repr([tuple(v) for v in versions]).encode()).hexdigest()[:16]


def material_lines() -> dict[int, tuple[int, int]]:
    """Component line → (order, product), of orders that have not begun: what has begun does not wait."""
    rows = ProductionOrderComponent.objects.filter(
        order__status=ProductionOrder.Status.RELEASED, required__gt=F("issued")
    )
    return {pk: (order, product) for pk, order, product in rows.values_list("pk", "order_id", "product_id")}


Orders = Mapping[int, Sequence[ProductionOrderOperation]]


def _parts(orders: Orders, waits: Mapping[int, Sequence[Waits]]) -> dict[int, set[int]]:
    """Order → those on the floor that make its material."""
    return without_circles({
        key: {w.supply.id for w in waits.get(key, ()) if w.supply.entity == ORDER and w.supply.id in orders}
        for key in orders
    })  # fmt: skip


def _there(waits: Sequence[Waits], orders: Orders, parts: Collection[int]) -> tuple[date | None, list[Key]]:
    """The day on which the material is there that no order on the floor makes, and the last operations of those that
    do make some."""
    days = [w.on for w in waits if w.supply.entity != ORDER or w.supply.id not in orders]
    return max(days, default=None), [orders[part][-1].pk for part in sorted(parts)]


def _job(order: ProductionOrder, origin: datetime, zone: ZoneInfo, turn: int) -> Job:
    end = datetime.combine(order.due_on + timedelta(days=1), time(), zone)
    return Job(order.pk, int((end - origin).total_seconds() // 60), turn=turn)


def _tasks(
    order: Sequence[ProductionOrderOperation],
    centres: dict[int, WorkCentre],
    origin: datetime,
    zone: ZoneInfo,
    material: tuple[date | None, list[Key]],
) -> list[tuple[int, Task]]:
    # Material is planned to be there when the order starts, and may come later; what has begun does not wait for it.
    day, parts = material
    began = order[0].order.status == ProductionOrder.Status.IN_PROGRESS
    start = datetime.combine(max(order[0].order.start_on, day or date.min), time(), zone)
    earliest = 0 if began else max(int((start - origin).total_seconds() // 60), 0)
    found: list[tuple[int, Task]] = []
    before: ProductionOrderOperation | None = None
    for operation in order:
        links = (
            tuple(Link(part) for part in parts) if before is None else (link_of(before.pk, before, operation, centres),)
        )
        # Batches of one routing operation that follow each other share their set-up.
        family = str(operation.operation_id or "")
        modes, begins = modes_of(operation, centres), earliest
        if not modes[0].needs and (back := operation.back_on) is not None:  # type: ignore[attr-defined]
            modes, begins = _until(back, operation, modes[0], earliest, origin, zone)
        task = Task(operation.pk, operation.order_id, modes, links, family, begins)
        found.append((operation.pk, task))
        before = operation
    return found


def _until(
    day: date, operation: ProductionOrderOperation, mode: Mode, earliest: int, origin: datetime, zone: ZoneInfo
) -> tuple[tuple[Mode, ...], int]:
    """An operation that was ordered outside takes until the day on which its pieces come back, that day included: what
    is there already from now on, else its own days before that."""
    today = current().today()
    end = datetime.combine(max(day, today) + timedelta(days=1), time(), zone)
    until = int((end - origin).total_seconds() // 60)
    if operation.status != Status.WAITING:
        now = int((timezone.now() - origin).total_seconds() // 60) + 1
        return (replace(mode, run=max(until - now, 1)),), earliest
    return (mode,), max(earliest, until - mode.run)


def whole_minutes(minutes: Decimal) -> int:
    return int(minutes.to_integral_value(ROUND_CEILING))


def modes_of(operation: ProductionOrderOperation, centres: Mapping[int, WorkCentre]) -> tuple[Mode, ...]:
    """The ways to do what is left of an operation: its work centre and the alternatives, with tool and skill."""
    if operation.work_centre_id is None:
        return (Mode((), max(operation.outside_days, 1) * DAY_MINUTES),)
    routing = operation.operation
    beside: tuple[Key, ...] = ()
    ways = [(operation.work_centre_id, operation.setup_minutes, operation.run_minutes)]
    if routing is not None:
        beside = tuple(("tool", pk) for pk in (routing.tool_id, routing.skill_id) if pk)
        others = [(a.work_centre_id, a.setup_minutes, a.run_minutes) for a in routing.alternatives.all()]
        own = {centre: (setup, run) for centre, setup, run in others}
        if routing.work_centre_id is not None:
            first = (routing.work_centre_id, operation.setup_minutes, operation.run_minutes)
            ways = [first, *others]
            # Somebody chose another one by hand: it stays, with its own times where it has some.
            if operation.work_centre_id not in {centre for centre, *_ in ways}:
                times = own.get(operation.work_centre_id, first[1:])
                ways = [(operation.work_centre_id, *times)]
    begun = operation.status != Status.WAITING
    if begun:
        ways = [way for way in ways if way[0] == operation.work_centre_id] or ways[:1]
    found = []
    for centre, setup, run in ways:
        slow = Decimal(100) / centres[centre].efficiency
        minutes = max(whole_minutes(run * operation.open_quantity * slow), 1)
        found.append(Mode((("centre", centre), *beside), minutes, 0 if begun else whole_minutes(setup * slow)))
    return tuple(found)


def link_of(
    key: Key,
    before: ProductionOrderOperation,
    operation: ProductionOrderOperation,
    centres: Mapping[int, WorkCentre],
) -> Link:
    """How an operation waits for the one before it, whose task is `key`."""
    gap = whole_minutes(before.move_minutes + operation.queue_minutes)
    batch = before.transfer_batch
    if not batch or batch >= before.open_quantity or before.work_centre_id is None or operation.work_centre_id is None:
        return Link(key, gap)
    slow = Decimal(100) / centres[before.work_centre_id].efficiency
    slow_here = Decimal(100) / centres[operation.work_centre_id].efficiency
    ahead, tail = (
        whole_minutes(before.run_minutes * batch * slow),
        whole_minutes(operation.run_minutes * batch * slow_here),
    )
    return Link(key, gap, max(ahead, 1), tail)


def _with_bars(made: Floor, frozen_until: int) -> Floor:
    """The floor with what is planned as bars, and what may not move held."""
    shop = made.shop
    bars: dict[Key, Bar] = {}
    busy: dict[tuple[Key, int], int] = {}
    planned = sorted(
        (o for o in made.operations.values() if o.planned_start or o.status != Status.WAITING),
        key=lambda o: (o.planned_start or made.origin, o.pk),
    )
    for operation in planned:
        bar = _bar(made, operation, busy)
        if bar is None:
            continue
        bars[bar.task] = bar
    held = {
        key: bar
        for order in _by_order(list(made.operations.values()))
        for key, bar in _held(made, order, bars, frozen_until)
    }
    return replace(made, shop=replace(shop, held=held), bars=bars)


def _with_held(made: Floor) -> Floor:
    """Time that is held for promises is nobody else's: it stays where it is, and is of no order."""
    held = held_bars(held_time(), made.shop.resources, made.minute)
    if not held:
        return made
    bars = {one.key: one.bar for one in held}
    shop = replace(
        made.shop,
        tasks={**made.shop.tasks, **{one.key: one.task for one in held}},
        jobs={**made.shop.jobs, **{one.task.job: Job(one.task.job) for one in held}},
        held={**made.shop.held, **bars},
    )
    return replace(made, shop=shop, bars={**made.bars, **bars})


def _held(
    made: Floor, order: Sequence[ProductionOrderOperation], bars: dict[Key, Bar], frozen_until: int
) -> Iterator[tuple[Key, Bar]]:
    """What runs, and from the first operation on those that are fixed or frozen: where one moves, or should have begun
    already, those after it have to move too."""
    still = True
    for operation in order:
        bar = bars.get(operation.pk)
        waits = operation.status == Status.WAITING
        still = still and bar is not None and (not waits or bar.start >= made.shop.now)
        if bar is not None and (not waits or (still and (operation.is_fixed or bar.start < frozen_until))):
            yield operation.pk, bar
        else:
            still = False


def _bar(made: Floor, operation: ProductionOrderOperation, busy: dict[tuple[Key, int], int]) -> Bar | None:
    task, shop = made.shop.tasks[operation.pk], made.shop
    mode = next(
        (n for n, m in enumerate(task.modes) if not m.needs or m.needs[0] == ("centre", operation.work_centre_id)), None
    )
    if mode is None:
        return None
    way = task.modes[mode]
    start = shop.now if operation.planned_start is None else made.minute(operation.planned_start)
    if operation.status != Status.WAITING:  # what is left of it is done from now on
        done = shop.time_of(way).finish(shop.now, way.run)
        end = shop.now + way.run if done is None else done
        start = min(start, shop.now)
    else:
        end = made.minute(operation.planned_end) if operation.planned_end else start
    setup = max(shop.time_of(way).between(start, end) - way.run, 0) if operation.status == Status.WAITING else 0
    units = []
    for need in way.needs:
        count = shop.resources[need].units
        unit = min(operation.machine, count) - 1 if need == way.needs[0] else free_unit(need, count, start, busy)
        units.append(unit)
        busy[need, unit] = max(busy.get((need, unit), 0), end)
    return Bar(operation.pk, mode, start, end, setup, tuple(units))
