"""What is held of promises: the time of machines, and for whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from modules.production.models import HeldMaterial, HeldOperation, ProductionOrder, PromiseHold
from modules.production.rules.scheduling.terms import Bar, Key, Mode, Resource, Task
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from tenon.tenancy.context import current

HELD_MATERIAL = "production.held_material"
State = PromiseHold.State


def hold_ref(hold: PromiseHold) -> RecordRef:
    return RecordRef("production.promise_hold", hold.pk, hold.head_label)


def material_ref(row: HeldMaterial) -> RecordRef:
    return RecordRef(HELD_MATERIAL, row.pk, row.hold.head_label)


def held_time() -> QuerySet[HeldOperation]:
    """Of holds whose day is not over, and of drafts that were made of one."""
    live = Q(hold__state=State.HELD, hold__until__gte=current().today())
    ordered = Q(hold__state=State.ORDERED, order__status=ProductionOrder.Status.DRAFT)
    return HeldOperation.objects.filter(live | ordered).order_by("starts_at", "id")


def held_demand(product_ids: Collection[int] | None) -> list[Demand]:
    """Material that is held for promises: nobody else's to count on."""
    rows = HeldMaterial.objects.select_related("hold").filter(
        hold__state=State.HELD, hold__until__gte=current().today()
    )
    if product_ids is not None:
        rows = rows.filter(product_id__in=product_ids)
    return [
        Demand(material_ref(r), r.product_id, r.quantity, r.needed_on, hold_ref(r.hold)) for r in rows.order_by("pk")
    ]


def kept(lines: Iterable[RecordRef]) -> dict[tuple[str, int], PromiseHold]:
    """(line entity, id) → its hold: while it is held, and while a draft made of it waits to be released. Lines that are
    not written yet have none."""
    wanted = {(line.entity, line.id) for line in lines if line.id > 0}
    if not wanted:
        return {}
    rows = PromiseHold.objects.filter(
        Q(state=State.HELD, until__gte=current().today()) | Q(state=State.ORDERED),
        line_entity__in={entity for entity, _pk in wanted}, line_id__in={pk for _entity, pk in wanted},
    )  # fmt: skip
    holds = list(rows)
    orders = {lot["order"] for hold in holds for lot in hold.lots if "order" in lot}
    drafts = set(
        ProductionOrder.objects.filter(pk__in=orders, status=ProductionOrder.Status.DRAFT).values_list("pk", flat=True)
        if orders else ()
    )  # fmt: skip
    return {
        (hold.line_entity, hold.line_id): hold
        for hold in holds
        if hold.state == State.HELD or any(lot.get("order") in drafts for lot in hold.lots)
    }


@dataclass(frozen=True)
class HeldBar:
    """An operation's time as the schedule sees it."""

    key: Key
    task: Task
    bar: Bar


def held_bars(
    rows: Iterable[HeldOperation], resources: Mapping[Key, Resource], minute: Callable[[datetime], int]
) -> list[HeldBar]:
    """What is held stays where it is: a bar of its own for each operation."""
    found, busy = [], dict[tuple[Key, int], int]()
    for row in rows:
        key: Key = ("held", row.pk)
        start, end = minute(row.starts_at), minute(row.ends_at)
        needs = (("centre", row.work_centre_id), *(("tool", pk) for pk in (row.tool_id, row.skill_id) if pk))
        if end <= start or any(need not in resources for need in needs):
            continue
        units = []
        for need in needs:
            count = resources[need].units
            unit = min(row.machine, count) - 1 if need == needs[0] else free_unit(need, count, start, busy)
            units.append(unit)
            busy[need, unit] = max(busy.get((need, unit), 0), end)
        mode = Mode(needs, max(end - start - row.setup_minutes, 1), row.setup_minutes)
        task = Task(key, ("held", row.hold_id, row.lot), (mode,), (), str(row.operation_id))
        found.append(HeldBar(key, task, Bar(key, 0, start, end, row.setup_minutes, tuple(units))))
    return found


def free_unit(need: Key, count: int, start: int, busy: Mapping[tuple[Key, int], int]) -> int:
    """Which of the tools that are alike an operation has is written nowhere: one that is free."""
    return min(range(count), key=lambda unit: (busy.get((need, unit), 0) > start, busy.get((need, unit), 0)))
