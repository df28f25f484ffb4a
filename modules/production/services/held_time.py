"""Time that was held for a promise and is an order's now."""

from __future__ import annotations

from django.utils import timezone

from modules.production.models import HeldOperation, ProductionOrder


def time_taken_over(order: ProductionOrder) -> None:
    """The operations of an order that is released stand where they were promised, as far as that is still to come and
    the order makes as many; the time is theirs from now on."""
    held = {row.operation_id: row for row in HeldOperation.objects.select_for_update().filter(order=order)}
    if not held:
        return
    now = timezone.now()
    if all(row.starts_at >= now and row.quantity == order.quantity for row in held.values()):
        for step in order.operations.all():
            row = held.get(step.operation_id or 0)
            if row is not None:
                step.planned_start, step.planned_end = row.starts_at, row.ends_at
                step.work_centre_id, step.machine = row.work_centre_id, row.machine
                step.save()
    for row in held.values():
        row.delete()
