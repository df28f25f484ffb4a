"""The time that the schedule leaves free where some products are made: only their work centres and tools are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q
from django.utils import timezone

from modules.production.models import Operation, OperationAlternative, ProductionOrderOperation, WorkCentre
from modules.production.models import Resource as ToolOrSkill
from modules.production.models.operation import COPIED
from modules.production.rules.promising.capacity import Capacity
from modules.production.rules.promising.terms import Ready
from modules.production.rules.routing import pieces_begun
from modules.production.rules.scheduling.terms import Bar, Job, Key, Mode, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import ALWAYS
from modules.production.rules.terms import from_micro
from modules.production.selectors.held import free_unit, held_bars, held_time
from modules.production.selectors.scheduling import (
    OPEN,
    link_of,
    modes_of,
    origin_of,
    whole_minutes,
)
from modules.production.selectors.working_windows import working_windows
from tenon.tenancy.context import current

Status = ProductionOrderOperation.Status
MINUTE = timedelta(minutes=1)
_PLANNED = (
    "id", "order_id", "work_centre_id", "operation__tool_id", "operation__skill_id", "operation_id", "machine",
    "planned_start", "planned_end", "status", "setup_minutes", "run_minutes", "quantity", "good", "scrap", "rework",
)  # fmt: skip


@dataclass(frozen=True)
class LocalClock:
    """Minutes since `origin`, days of the company."""

    origin: datetime
    zone: ZoneInfo

    def minute_of(self, day: date) -> int:
        return int((datetime.combine(day, time(), self.zone) - self.origin).total_seconds() // 60)

    def day_of(self, minute: int) -> date:
        return self.moment_of(minute).astimezone(self.zone).date()

    def moment_of(self, minute: int) -> datetime:
        return self.origin + minute * MINUTE


def local_clock() -> LocalClock:
    zone = ZoneInfo(current().time_zone)
    return LocalClock(origin_of(timezone.now(), zone), zone)


@dataclass(frozen=True)
class FreeTime:
    """`operations`: of each product that is made with any."""

    capacity: Capacity
    operations: Mapping[int, Sequence[Operation]]
    centres: Mapping[int, WorkCentre]
    decimals: Mapping[int, int]

    def routing(self, product: int, quantity: int, job: Key) -> list[Task]:
        """What a production order of so many would do: as releasing copies it and scheduling reads it."""
        operations = self.operations.get(product, ())
        begun = pieces_begun(
            from_micro(quantity), [o.yield_percent for o in operations], self.decimals.get(product, 6)
        )  # fmt: skip
        tasks: list[Task] = []
        before: ProductionOrderOperation | None = None
        for n, (operation, pieces) in enumerate(zip(operations, begun, strict=True)):
            copied = {name: getattr(operation, name) for name in COPIED}
            row = ProductionOrderOperation(operation=operation, quantity=pieces, **copied)
            links = () if before is None else (link_of((job, n - 1), before, row, self.centres),)
            tasks.append(Task((job, n), job, modes_of(row, self.centres), links, str(operation.pk)))
            before = row
        return tasks

    def place_of(self, key: Key) -> str:
        """The name of a work centre."""
        return self.centres[key[1]].name  # type: ignore[index]


def free_time(products: Collection[int], clock: LocalClock) -> FreeTime | None:
    """None where none of the products has operations: lead times say it all. A constant number of queries."""
    operations: dict[int, list[Operation]] = defaultdict(list)
    rows = Operation.objects.filter(product__in=products).select_related("product__unit")
    alternatives = Prefetch("alternatives", queryset=OperationAlternative.objects.order_by("rank", "id"))
    for operation in rows.prefetch_related(alternatives).order_by("product_id", "position", "id"):
        operations[operation.product_id].append(operation)
    if not operations:
        return None
    steps = [operation for of in operations.values() for operation in of]
    wanted = {o.work_centre_id for o in steps} | {a.work_centre_id for o in steps for a in o.alternatives.all()}
    tools = {pk for o in steps for pk in (o.tool_id, o.skill_id) if pk}
    planned = _planned(wanted, tools)
    uses = Q(work_centre__in=[pk for pk in wanted if pk]) | Q(tool__in=tools) | Q(skill__in=tools)
    held = list(held_time().filter(uses))
    wanted |= {row.work_centre_id for row in held}
    wanted |= {row[2] for row in planned}  # others hold the tools
    tools |= {pk for row in planned for pk in row[3:5] if pk}
    tools |= {pk for row in held for pk in (row.tool_id, row.skill_id) if pk}
    centres = WorkCentre.objects.select_related("calendar").in_bulk([pk for pk in wanted if pk])
    now = timezone.now()
    windows = working_windows(clock.origin)
    resources: dict[Key, Resource] = {
        ("centre", pk): Resource(("centre", pk), windows[pk], centre.machines) for pk, centre in centres.items()
    }
    for pk, count in ToolOrSkill.objects.filter(pk__in=tools).values_list("pk", "count"):
        resources["tool", pk] = Resource(("tool", pk), ALWAYS, count)
    shop = Shop(resources, {}, {}, now=max(int((now - clock.origin).total_seconds() // 60) + 1, 0))
    tasks, bars = _bars(planned, shop, centres, clock)
    for one in held_bars(held, resources, lambda at: _minute(at, clock)):
        tasks[one.key], bars[one.key] = one.task, one.bar
    shop = Shop(resources, tasks, {task.job: Job(task.job) for task in tasks.values()}, now=shop.now)
    decimals = {of[0].product_id: of[0].product.unit.decimals for of in operations.values()}
    return FreeTime(Capacity(shop, bars), operations, centres, decimals)


def _planned(centres: Collection[int | None], tools: Collection[int]) -> list[tuple]:
    """What stands on them, in the order in which the board counts alike tools."""
    rows = ProductionOrderOperation.objects.filter(order__status__in=OPEN).exclude(status=Status.DONE)
    uses = Q(work_centre__in=[pk for pk in centres if pk])
    if tools:
        uses |= Q(operation__tool__in=tools, work_centre__isnull=False)
        uses |= Q(operation__skill__in=tools, work_centre__isnull=False)
    rows = rows.filter(uses, Q(planned_start__isnull=False) | ~Q(status=Status.WAITING))
    return list(rows.order_by("planned_start", "id").values_list(*_PLANNED))


def _bars(
    planned: Sequence[tuple], shop: Shop, centres: Mapping[int, WorkCentre], clock: LocalClock
) -> tuple[dict[Key, Task], dict[Key, Bar]]:
    """As selectors/scheduling.py reads them, without what only placing them anew would need."""
    tasks: dict[Key, Task] = {}
    bars: dict[Key, Bar] = {}
    busy: dict[tuple[Key, int], int] = {}
    for pk, order, centre, tool, skill, family, machine, starts, ends, status, setup, run, *pieces in planned:
        slow = Decimal(100) / centres[centre].efficiency
        quantity, good, scrap, rework = pieces
        minutes = max(whole_minutes(run * (quantity - good - scrap - rework) * slow), 1)
        waits = status == Status.WAITING
        mode = Mode(
            (("centre", centre), *(("tool", one) for one in (tool, skill) if one)), minutes,
            whole_minutes(setup * slow) if waits else 0,
        )  # fmt: skip
        time_ = shop.time_of(mode)
        start = shop.now if starts is None else _minute(starts, clock)
        if waits:
            end = _minute(ends, clock) if ends else start
            before = max(time_.between(start, end) - minutes, 0)
        else:  # what is left of it is done from now on
            done = time_.finish(shop.now, minutes)
            start, end, before = min(start, shop.now), shop.now + minutes if done is None else done, 0
        units = []
        for need in mode.needs:
            count = shop.resources[need].units
            unit = min(machine, count) - 1 if need == mode.needs[0] else free_unit(need, count, start, busy)
            units.append(unit)
            busy[need, unit] = max(busy.get((need, unit), 0), end)
        tasks[pk] = Task(pk, order, (mode,), (), str(family or ""))
        bars[pk] = Bar(pk, 0, start, end, before, tuple(units))
    return tasks, bars


def _minute(at: datetime, clock: LocalClock) -> int:
    return max(int((at - clock.origin).total_seconds() // 60), 0)


def scheduled_ends(orders: Collection[int], clock: LocalClock) -> dict[int, Ready]:
    """Production order → when its last operation ends, of those that are scheduled to the end."""
    ends: dict[int, Ready] = {}
    unknown: set[int] = set()
    rows = ProductionOrderOperation.objects.filter(order__in=orders, order__status__in=OPEN).exclude(status=Status.DONE)
    for order, end in rows.values_list("order_id", "planned_end") if orders else ():
        if end is None:
            unknown.add(order)
            continue
        minute = _minute(end, clock)
        known = ends.get(order)
        if known is None or known.minute < minute:
            ends[order] = Ready(minute, clock.day_of(max(minute - 1, 0)))
    return {order: ready for order, ready in ends.items() if order not in unknown}
