"""The time that the schedule leaves free where some products are made: only their work centres and tools are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone

from modules.production.models import Operation, OperationAlternative, ProductionOrderOperation, WorkCentre
from modules.production.models import Resource as ToolOrSkill
from modules.production.rules.promising.capacity import Capacity
from modules.production.rules.promising.terms import Ready
from modules.production.rules.routing import pieces_begun
from modules.production.rules.scheduling.terms import Job, Key, Resource, Shop, Task
from modules.production.rules.scheduling.working_time import ALWAYS
from modules.production.rules.terms import from_micro
from modules.production.selectors.held import held_bars, held_time
from modules.production.selectors.planned_time import bars_of, planned_on, put_in_turn
from modules.production.selectors.scheduling import (
    OPEN,
    link_of,
    modes_of,
    origin_of,
)
from modules.production.selectors.working_windows import working_windows
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

Status = ProductionOrderOperation.Status
MINUTE = timedelta(minutes=1)
# Asked by every promise.
_OPERATIONS = PlainQuery(
    Operation, "from production_operation r where r.product_id = any(%s) order by r.product_id, r.position, r.id"
)


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


class _Begun:
    """An operation of an order that is not there yet, as releasing would copy it from the routing."""

    __slots__ = ("open_quantity", "operation", "status")

    def __init__(self, operation: Operation, pieces: Decimal) -> None:
        self.operation, self.open_quantity, self.status = operation, pieces, Status.WAITING

    def __getattr__(self, name: str) -> Any:
        return getattr(self.operation, name)


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
        before: Any = None
        for n, (operation, pieces) in enumerate(zip(operations, begun, strict=True)):
            row: Any = _Begun(operation, pieces)
            links = () if before is None else (link_of((job, n - 1), before, row, self.centres),)
            tasks.append(Task((job, n), job, modes_of(row, self.centres), links, str(operation.pk)))
            before = row
        return tasks

    def place_of(self, key: Key) -> str:
        """The name of a work centre."""
        return self.centres[key[1]].name  # type: ignore[index]


def free_time(decimals: Mapping[int, int], clock: LocalClock) -> FreeTime | None:
    """`decimals` of the units of the products that are made. None where none of them has operations: lead times say it
    all. A constant number of queries."""
    steps = _OPERATIONS.all(list(decimals))
    if not steps:
        return None
    prefetch_related_objects(
        steps, Prefetch("alternatives", queryset=OperationAlternative.objects.order_by("rank", "id"))
    )
    operations: dict[int, list[Operation]] = defaultdict(list)
    for operation in steps:
        operations[operation.product_id].append(operation)
    wanted = {o.work_centre_id for o in steps} | {a.work_centre_id for o in steps for a in o.alternatives.all()}
    tools = {pk for o in steps for pk in (o.tool_id, o.skill_id) if pk}
    planned = planned_on(clock.origin, wanted, tools)
    uses = Q(work_centre__in=[pk for pk in wanted if pk]) | Q(tool__in=tools) | Q(skill__in=tools)
    held = list(held_time().filter(uses))
    wanted |= {row.work_centre_id for row in held}
    places: set[Any] = {need for one in planned for need in one.mode.needs}  # others hold the tools
    wanted |= {pk for kind, pk in places if kind == "centre"}
    tools |= {pk for kind, pk in places if kind == "tool"}
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
    tasks, bars = bars_of(planned, shop)
    for one in held_bars(held, resources, lambda at: _minute(at, clock)):
        tasks[one.key], bars[one.key] = one.task, one.bar
    shop = Shop(resources, tasks, {task.job: Job(task.job) for task in tasks.values()}, now=shop.now)
    capacity = Capacity(shop, bars)
    put_in_turn(capacity, planned, bars, clock.minute_of)
    return FreeTime(capacity, operations, centres, decimals)


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
