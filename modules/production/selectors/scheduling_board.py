"""What the schedule board shows of a window of time: bars, when work centres work, and how much of that is taken."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from modules.production.models import ProductionOrder, ProductionOrderOperation, WorkCentre
from modules.production.rules.scheduling.working_time import WorkingTime
from modules.production.selectors.held import held_time
from modules.production.selectors.scheduling import OPEN, operations_revision
from modules.production.selectors.shortages import Clearance, clear_to_build
from modules.production.selectors.working_time import working_times
from tenon.tenancy.context import current

Row = dict[str, Any]
Status = ProductionOrderOperation.Status
DAY = 24 * 60
MOST_WAITING = 200


def schedule_board(since: date, until: date) -> Row:
    """[since, until) in local days. A constant number of queries."""
    zone = ZoneInfo(current().time_zone)
    start, end = (datetime.combine(day, time(), zone) for day in (since, until))
    centres = list(WorkCentre.objects.filter(is_active=True).select_related("calendar").order_by("code"))
    spans = working_times(centres, start, end)
    bars = [*_bars(start, end), *_held(start, end)]
    days = [since + timedelta(days=n) for n in range((until - since).days)]
    edges = [datetime.combine(day, time(), zone) for day in (*days, until)]
    taken: dict[int | None, list[Row]] = defaultdict(list)
    for bar in bars:
        taken[bar["centre"]].append(bar)
    rows = []
    for centre in centres:
        worked = WorkingTime((_minute(a, start), _minute(b, start)) for a, b in spans[centre.pk])
        rows.append({
            "id": centre.pk,
            "code": centre.code,
            "label": centre.name,
            "machines": centre.machines,
            "time": spans[centre.pk],
            "days": _load(worked, [_minute(edge, start) for edge in edges], days, taken[centre.pk], start, centre),
        })  # fmt: skip
    return {
        "revision": operations_revision(),
        "now": timezone.now(),
        "since": since,
        "until": until,
        "edges": edges,
        "centres": rows,
        "bars": bars,
        "waiting": _waiting(),
    }


def _minute(at: datetime, start: datetime) -> int:
    return int((at - start).total_seconds() // 60)


def _load(
    worked: WorkingTime, edges: list[int], days: list[date], bars: list[Row], start: datetime, centre: WorkCentre
) -> list[Row]:
    """Minutes of each day: what all machines could do, and what is planned on them."""
    planned: dict[int, int] = defaultdict(int)
    for bar in bars:
        a, b = max(_minute(bar["start"], start), edges[0]), min(_minute(bar["end"], start), edges[-1])
        for n, (begins, ends) in enumerate(pairwise(edges)):
            if a < ends and b > begins:
                planned[n] += worked.between(max(a, begins), min(b, ends))
    return [
        {"day": day, "capacity": worked.between(edges[n], edges[n + 1]) * centre.machines, "planned": planned[n]}
        for n, day in enumerate(days)
    ]


def _bars(start: datetime, end: datetime) -> list[Row]:
    rows = list(
        ProductionOrderOperation.objects.filter(order__status__in=OPEN, planned_start__lt=end, planned_end__gt=start)
        .exclude(status=Status.DONE)
        .select_related("order__product__unit", "supplier")
        .order_by("planned_start", "id")
    )
    ends = dict(
        ProductionOrderOperation.objects.filter(order__in={row.order_id for row in rows})
        .exclude(status=Status.DONE)
        .values_list("order_id")
        .annotate(last=Max("planned_end"))
    )
    zone = ZoneInfo(current().time_zone)
    found = []
    for row in rows:
        order = row.order
        last = ends[row.order_id]
        due = datetime.combine(order.due_on + timedelta(days=1), time(), zone)
        found.append({
            "id": row.pk,
            "version": row.version,
            "order": {"id": order.pk, "label": order.number},
            "product": {"id": order.product_id, "label": order.product.code, "name": order.product.name},
            "unit": order.product.unit.code,
            "quantity": row.open_quantity,
            "done": 0 if not row.quantity else round(float((row.quantity - row.open_quantity) / row.quantity), 3),
            "name": row.name,
            "position": row.position,
            "centre": row.work_centre_id,
            "supplier": None if row.supplier is None else row.supplier.name,
            "machine": row.machine,
            "start": row.planned_start,
            "end": row.planned_end,
            "status": row.status,
            "fixed": row.is_fixed,
            "due_on": order.due_on,
            "late": last > due,
            "made_for": order.demand_label,
        })  # fmt: skip
    return found


def _held(start: datetime, end: datetime) -> list[Row]:
    """Time that is held for promises, called by its negative id: nobody moves it here."""
    rows = held_time().filter(starts_at__lt=end, ends_at__gt=start)
    return [
        {
            "id": -row.pk,
            "version": row.version,
            "order": {"id": row.hold_id, "label": row.hold.head_label},
            "product": {
                "id": row.operation.product_id, "label": row.operation.product.code, "name": row.operation.product.name,
            },
            "unit": row.operation.product.unit.code,
            "quantity": row.quantity,
            "done": 0,
            "name": row.operation.name,
            "position": row.operation.position,
            "centre": row.work_centre_id,
            "supplier": None,
            "machine": row.machine,
            "start": row.starts_at,
            "end": row.ends_at,
            "status": "held",
            "fixed": True,
            "due_on": row.hold.promised_on,
            "late": False,
            "made_for": row.hold.head_label,
        }
        for row in rows.select_related("hold", "operation__product__unit")
    ]  # fmt: skip


def _waiting() -> list[Row]:
    """Orders that are released and stand nowhere yet, what is due first on top."""
    orders = list(
        ProductionOrder.objects.filter(
            Exists(
                ProductionOrderOperation.objects.filter(
                    order=OuterRef("pk"), planned_start__isnull=True, status=Status.WAITING
                )
            ),
            status__in=OPEN,
        )
        .select_related("product__unit")
        .order_by("due_on", "pk")[:MOST_WAITING]
    )
    material = clear_to_build() if orders else {}
    return [
        {
            "order": {"id": order.pk, "label": order.number},
            "product": {"id": order.product_id, "label": order.product.code, "name": order.product.name},
            "quantity": order.quantity,
            "unit": order.product.unit.code,
            "due_on": order.due_on,
            "made_for": order.demand_label,
            "material": _material(material.get(order.pk)),
        }
        for order in orders
    ]


def _material(clearance: Clearance | None) -> Row:
    """What an order lacks, and the day on which the last of it comes (none: nothing is on the way)."""
    missing = clearance.missing if clearance is not None else []
    days = [m.arrives_on for m in missing]
    return {
        "missing": [{"label": m.label, "quantity": m.quantity} for m in missing[:5]],
        "count": len(missing),
        "arrives_on": None if None in days else max((d for d in days if d), default=None),
    }
