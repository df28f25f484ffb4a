"""Planning lead times that are shorter than what the routing takes: what is proposed would begin too late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from modules.production.models import Operation, PlannedOrder
from modules.production.rules.routing import pieces_begun

WORKING_DAYS = 5
DAY = Decimal(24 * 60)


def routing_days(proposals: Iterable[PlannedOrder]) -> dict[int, int]:
    """Proposal → working days that its routing takes one operation after the other on one machine each, where these are
    more than its product's lead time. Operations that overlap count as far as they cannot. One query; `proposals` come
    with their products and units."""
    makes = [p for p in proposals if p.kind == PlannedOrder.Kind.MAKE]
    routings: dict[int, list[Operation]] = defaultdict(list)
    rows = Operation.objects.filter(product__in={p.product_id for p in makes}).select_related("work_centre")
    for operation in rows.order_by("product_id", "position", "id"):
        routings[operation.product_id].append(operation)
    found = {}
    for proposal in makes:
        steps = routings.get(proposal.product_id, [])
        begun = pieces_begun(proposal.quantity, [s.yield_percent for s in steps], proposal.product.unit.decimals)
        days = sum((_days(step, pieces) for step, pieces in zip(steps, begun, strict=True)), Decimal(0))
        whole = int(days.to_integral_value(ROUND_CEILING))
        if whole > proposal.product.lead_time_days:
            found[proposal.pk] = whole
    return found


def _days(step: Operation, pieces: Decimal) -> Decimal:
    waits = (step.queue_minutes + step.move_minutes) / DAY
    if step.work_centre is None:
        return waits + step.outside_days
    a_day = step.work_centre.hours_per_week * 60 / WORKING_DAYS * step.work_centre.efficiency / 100
    if a_day <= 0:
        return waits
    counted = min(step.transfer_batch, pieces) if step.transfer_batch else pieces
    return waits + (step.setup_minutes + step.run_minutes * counted) / a_day
