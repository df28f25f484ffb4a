"""The operations of an order: copied from the routing of its product."""

from __future__ import annotations

from django.db.models import QuerySet

from modules.production.models import Operation, ProductionOrder, ProductionOrderOperation
from modules.production.models.operation import COPIED
from modules.production.rules.routing import pieces_begun


def begin_with(order: ProductionOrder) -> None:
    """As many pieces as the operations of the product lose are begun with besides; the order is not saved."""
    yields = list(_routing(order).values_list("yield_percent", flat=True))
    begun = pieces_begun(order.quantity, yields, order.product.unit.decimals)
    order.started = begun[0] if begun else order.quantity


def copy_operations(order: ProductionOrder) -> None:
    """The routing as it is now, for good, with the rates of its work centres; an order that has operations keeps
    them."""
    if order.operations.exists():
        return
    routing = list(_routing(order).select_related("work_centre"))
    begun = pieces_begun(order.quantity, [o.yield_percent for o in routing], order.product.unit.decimals)
    for operation, pieces in zip(routing, begun, strict=True):
        copied = {name: getattr(operation, name) for name in COPIED}
        centre = operation.work_centre
        if centre is not None:
            copied |= {
                "planned_efficiency": centre.efficiency, "planned_labour_rate": centre.cost_rate,
                "planned_machine_rate": centre.machine_rate, "planned_overhead_rate": centre.overhead_rate,
            }  # fmt: skip
        ProductionOrderOperation(order=order, operation=operation, quantity=pieces, **copied).save()


def _routing(order: ProductionOrder) -> QuerySet[Operation]:
    return Operation.objects.filter(product_id=order.product_id).order_by("position")
