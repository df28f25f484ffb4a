"""A salesperson of the demo has agreed on more than they may alone: the change waits for the head of sales."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from modules.shared.data.models import SalesChangeLimit, SalesOrder
from modules.shared.data.services import sales_order_change
from tenon.access.actor import Actor
from tenon.access.models import Role
from tenon.records.service import acting

# Of a confirmed order a salesperson may move this much alone: (amount, percent of the order)
LIMIT = (Decimal(500), Decimal(10))


def changes(owner: Actor, rep: Actor, say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    with acting(owner):
        amount, percent = LIMIT
        SalesChangeLimit(role=Role.objects.get(key="sales"), amount=amount, percent=percent).save()
        SalesChangeLimit(role=Role.objects.get(key="sales_manager"), amount=Decimal(20000)).save()
    mine = SalesOrder.objects.filter(status="confirmed", is_migrated=False, owner_id=rep.member_id)
    order = mine.exclude(lines__delivered__gt=0).order_by("pk").first()
    if order is None:
        return
    lines = [
        {"id": line.pk, "quantity": line.quantity * (1 if n else 3)}
        for n, line in enumerate(order.lines.order_by("position"))
    ]
    sales_order_change(actor=rep, order=order, lines=lines, reason="The customer opens a second shop")
    say(f"{'Order changes':<24}{1:>6} waits for the head of sales")
