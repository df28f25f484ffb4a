"""What is next at a work centre, and how its shift goes (派工单)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from modules.production.models import (
    AndonCall,
    Downtime,
    LossReason,
    ProductionOrder,
    ProductionOrderOperation,
    ProductionReport,
    WorkCentre,
    WorkSession,
)
from modules.production.selectors.instructions import instructions_for, readers_of
from modules.production.selectors.shortages import Clearance, clear_to_build
from tenon.tenancy.context import current

Status = ProductionOrderOperation.Status
OPEN = (ProductionOrder.Status.RELEASED, ProductionOrder.Status.IN_PROGRESS)
ZERO = Decimal(0)
MOST = 60
RANK: dict[str, int] = {Status.RUNNING: 0, Status.PAUSED: 1}


def dispatch_list(centre: WorkCentre) -> list[dict[str, Any]]:
    """Operations that are open at a work centre: what is being worked on, then by planned start, then by what is due
    first. A constant number of queries."""
    rows = list(
        ProductionOrderOperation.objects.select_related("order__product__unit", "operation__tool", "operation__skill")
        .filter(work_centre=centre, order__status__in=OPEN)
        .exclude(status=Status.DONE)
        .order_by(F("planned_start").asc(nulls_last=True), "order__due_on", "order_id", "position", "id")
    )
    rows.sort(key=lambda o: RANK.get(o.status, 2))
    rows = rows[:MOST]
    orders = {row.order_id for row in rows}
    siblings: dict[int, list[ProductionOrderOperation]] = defaultdict(list)
    for each in ProductionOrderOperation.objects.filter(order__in=orders).order_by("position", "id"):
        siblings[each.order_id].append(each)
    working: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for session in WorkSession.objects.select_related("worker").filter(operation__in=rows, ended_at__isnull=True):
        working[session.operation_id].append({
            "id": session.worker_id, "name": session.worker.name, "since": session.counted_until,
        })  # fmt: skip
    material = clear_to_build() if rows else {}
    told = _instructions(rows)
    return [{**_row(row, siblings[row.order_id], working[row.pk], material), **told[row.pk]} for row in rows]


def _instructions(rows: Sequence[ProductionOrderOperation]) -> dict[int, dict[str, Any]]:
    """What each is done by, and who has read it. Two queries at most."""
    holds = instructions_for(rows)
    readers = readers_of(list({i.pk: i for i in holds.values()}.values()))
    return {
        row.pk: {
            "instruction": {
                "id": found.pk, "revision": found.revision, "must_be_read": found.must_be_read,
                "read_by": readers.get(found.pk, []),
            } if (found := holds.get(row.pk)) else None
        }
        for row in rows
    }  # fmt: skip


def _row(
    row: ProductionOrderOperation,
    siblings: Sequence[ProductionOrderOperation],
    working: list[dict[str, Any]],
    material: dict[int, Clearance],
) -> dict[str, Any]:
    main = [o for o in siblings if o.rework_of_id is None]
    place = next(i for i, o in enumerate(main) if o.pk in (row.pk, row.rework_of_id))
    left = _left(row, main, place, siblings)
    missing = material[row.order_id].missing if not place and row.order_id in material else []
    made, tool, skill = row.good + row.scrap + row.rework, None, None
    if row.operation is not None:
        tool, skill = row.operation.tool, row.operation.skill
    return {
        "id": row.pk,
        "order": {"id": row.order_id, "label": row.order.number},
        "product": {"id": row.order.product_id, "label": row.order.product.code, "name": row.order.product.name},
        "unit": row.order.product.unit.code,
        "name": row.name,
        "position": place + 1,
        "positions": len(main),
        "rework": row.rework_of_id is not None,
        "status": row.status,
        "quantity": row.quantity,
        "good": row.good,
        "scrap": row.scrap,
        "reworked": row.rework,
        "left": left,
        "run_minutes": row.run_minutes,
        "minutes_each": (row.minutes / made).quantize(Decimal("0.1")) if made else None,
        "tool": str(tool) if tool else "",
        "skill": str(skill) if skill else "",
        "planned_end": row.planned_end,
        "due_on": row.order.due_on,
        "working": working,
        "missing": [
            {"label": m.label, "quantity": m.quantity, "arrives_on": m.arrives_on} for m in missing
        ],
    }  # fmt: skip


def _left(
    row: ProductionOrderOperation,
    main: Sequence[ProductionOrderOperation],
    place: int,
    siblings: Sequence[ProductionOrderOperation],
) -> Decimal:
    """Pieces that are there to be worked on, without locking anything (services/operation_flow.py decides)."""
    done = row.good + row.scrap + row.rework
    if row.rework_of_id is not None:
        return row.quantity - done
    if not place:
        return row.order.started - done
    before = main[place - 1]
    saved = sum((o.good for o in siblings if o.rework_of_id == before.pk), ZERO)
    return before.good + saved - done


def terminal(centre: WorkCentre) -> dict[str, Any]:
    """All that a terminal at a work centre shows."""
    today = ProductionReport.objects.filter(work_centre=centre, reported_on=current().today())
    sums = today.aggregate(good=Sum("good"), scrap=Sum("scrap"), rework=Sum("rework"))
    return {
        "work_centre": {"id": centre.pk, "label": centre.name, "code": centre.code, "machines": centre.machines},
        "queue": dispatch_list(centre),
        "now": timezone.now(),
        "today": {key: value or ZERO for key, value in sums.items()},
        "downtimes": [
            {"id": d.pk, "reason": d.reason.name, "started_at": d.started_at}
            for d in Downtime.objects.select_related("reason").filter(work_centre=centre, ended_at__isnull=True)
        ],
        "calls": [_call(c) for c in _open_calls().filter(work_centre=centre)],
        "reasons": [
            {"id": r.pk, "kind": r.kind, "name": r.name}
            for r in LossReason.objects.filter(is_active=True).order_by("kind", "code")
        ],
    }


def board() -> dict[str, Any]:
    """Every work centre at a glance: what runs, what waits, who calls, what stands still (安灯看板)."""
    today = current().today()
    centres = list(WorkCentre.objects.filter(is_active=True).order_by("code"))
    counts: dict[int | None, Any] = {
        row["work_centre"]: row
        for row in ProductionOrderOperation.objects.filter(order__status__in=OPEN)
        .exclude(status=Status.DONE)
        .values("work_centre")
        .annotate(
            running=Count("id", filter=Q(status=Status.RUNNING)), waiting=Count("id", filter=~Q(status=Status.RUNNING))
        )
    }
    made: dict[int | None, Any] = {
        row["work_centre"]: row
        for row in ProductionReport.objects.filter(reported_on=today)
        .values("work_centre")
        .annotate(good=Sum("good"), scrap=Sum("scrap"))
    }
    stands: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for down in Downtime.objects.select_related("reason").filter(ended_at__isnull=True).order_by("started_at"):
        stands[down.work_centre_id].append({"id": down.pk, "reason": down.reason.name, "started_at": down.started_at})
    calls: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for call in _open_calls():
        calls[call.work_centre_id].append(_call(call))
    return {
        "results": [
            {
                "id": c.pk, "code": c.code, "name": c.name,
                "running": counts.get(c.pk, {}).get("running", 0), "waiting": counts.get(c.pk, {}).get("waiting", 0),
                "good": made.get(c.pk, {}).get("good") or ZERO, "scrap": made.get(c.pk, {}).get("scrap") or ZERO,
                "downtimes": stands[c.pk], "calls": calls[c.pk],
            }
            for c in centres
        ]
    }  # fmt: skip


def _open_calls() -> QuerySet[AndonCall]:
    open_calls = AndonCall.objects.exclude(status=AndonCall.Status.CLOSED)
    return open_calls.select_related("reason", "caller", "answered_by").order_by("called_at")


def _call(call: AndonCall) -> dict[str, Any]:
    return {
        "id": call.pk, "reason": call.reason.name, "status": call.status, "called_at": call.called_at,
        "caller": call.caller.name if call.caller else "", "note": call.note,
        "answered_by": call.answered_by.name if call.answered_by else "",
    }  # fmt: skip
