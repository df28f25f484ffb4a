"""One order as several, several as one: quantities and cost are kept."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.production.models import ProductionOrder, SubcontractOrder
from modules.production.services.material_locks import lock_at_release
from modules.production.services.order_operations import begin_with, copy_operations
from modules.production.services.orders import (
    Status,
    check_quantity,
    copy_bill,
    locked,
    production_order_cancel,
    supply_shrunk,
)
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import frame, service

MOST_BATCHES = 100
UNTOUCHED = (Status.DRAFT, Status.RELEASED)


@service("production.order.create")
def production_order_split(*, actor: Actor, order: ProductionOrder, quantity: Decimal) -> ProductionOrder:
    """`quantity` of an order into which nothing has gone becomes an order of its own, in the same state and for the
    same line. Raises StateRefused, Invalid."""
    order = _untouched(order)
    check_quantity(order.product, quantity)
    if quantity >= order.quantity:
        raise Invalid.field("quantity", _("Less than the order makes"), "max_value")
    part = ProductionOrder(
        number=next_number("WO"), product=order.product, bom=order.bom, status=order.status, quantity=quantity,
        start_on=order.start_on, due_on=order.due_on, demand_entity=order.demand_entity, demand_id=order.demand_id,
        demand_label=order.demand_label, sales_order_id=order.sales_order_id, backflush=order.backflush,
        tolerance=order.tolerance, note=order.note, custom=order.custom,
    )  # fmt: skip
    _resize(order, order.quantity - quantity)
    _resize(part, quantity)
    supply_shrunk(actor, order)
    return part


@service("production.order.create")
def production_order_batch(*, actor: Actor, order: ProductionOrder, size: Decimal) -> list[ProductionOrder]:
    """An order into which nothing has gone becomes several of at most `size` pieces each (分批); the first keeps its
    number. Raises StateRefused, Invalid."""
    order = _untouched(order)
    check_quantity(order.product, size)
    if size >= order.quantity:
        raise Invalid.field("size", _("Less than the order makes"), "max_value")
    if order.quantity > size * MOST_BATCHES:
        raise Invalid.field("size", _("That would be more than %(most)s orders") % {"most": MOST_BATCHES}, "max_value")
    made = [order]
    while order.quantity > size:
        # What is cut off last is the remainder: all others are whole batches.
        rest = order.quantity % size
        made.append(production_order_split(actor=actor, order=order, quantity=rest or size))
        order.refresh_from_db()
    return made


@service("production.order.create")
def production_order_merge(*, actor: Actor, order: ProductionOrder, other: ProductionOrder) -> ProductionOrder:
    """An order of the same thing for the same line goes into this one; nothing has gone into either. The earlier days
    hold. Raises StateRefused, Invalid."""
    if order.pk == other.pk:
        raise Invalid.field("other", _("Another order"), "same")
    first, second = sorted((order, other), key=lambda o: o.pk)
    both = {o.pk: _untouched(o) for o in (first, second)}
    order, other = both[order.pk], both[other.pk]
    for name in ("product_id", "bom_id", "status", "demand_entity", "demand_id"):
        if getattr(order, name) != getattr(other, name):
            raise Invalid.field("other", _("Orders of the same thing, in the same state, for the same line"), "differs")
    production_order_cancel(actor=actor, order=other, reason=str(_("Merged into %(order)s") % {"order": order.number}))
    order.start_on, order.due_on = min(order.start_on, other.start_on), min(order.due_on, other.due_on)
    _resize(order, order.quantity + other.quantity)
    return order


def _untouched(order: ProductionOrder) -> ProductionOrder:
    order = locked(order, UNTOUCHED, _("Only orders into which nothing has gone are split or merged"))
    outside = SubcontractOrder.objects.filter(order_operation__order=order)
    if order.components.filter(issued__gt=0).exists() or order.reports.exists() or outside.exists():
        raise StateRefused(_("Only orders into which nothing has gone are split or merged"))
    return order


def _resize(order: ProductionOrder, quantity: Decimal) -> None:
    order.quantity = quantity
    begin_with(order)
    order.save()
    copy_bill(order, frozen=order.status == Status.RELEASED)
    if order.status == Status.RELEASED:
        for operation in order.operations.all():
            operation.delete()
        copy_operations(order)
        lock_at_release(frame().actor, order)
