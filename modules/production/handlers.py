"""What production does when something happened: what it touches is planned again, and released orders are given their
share of material that has come or is on its way now. Idempotent."""

from __future__ import annotations

from collections.abc import Iterable

from modules.production.models import ProductionOrder, ProductionOrderComponent, ProductionOrderOutput
from modules.production.services.held_orders import held_orders_cancel
from modules.production.services.material_locks import material_came
from modules.production.services.planning_update import planning_changed
from modules.production.services.rework_costs import rework_costs_follow
from modules.shared.contracts.events import (
    GoodsReceived,
    GoodsShipped,
    PlanningBasisChanged,
    ProductionReported,
    PurchaseOrderConfirmed,
    SalesOrderCancelled,
    SalesOrderChanged,
    SalesOrderConfirmed,
    SupplyMoved,
)
from modules.shared.data.models import PurchaseOrderLine, SalesOrderLine
from tenon.access.actor import system


def order_confirmed(event: SalesOrderConfirmed) -> None:
    planning_changed({line.product_id for line in event.lines})


def order_changed(event: SalesOrderChanged | SalesOrderCancelled) -> None:
    """A line that is gone counts too: the event names what it was for."""
    now = set(SalesOrderLine.objects.filter(order=event.order_id).values_list("product_id", flat=True))
    _supplied(now | set(event.product_ids if isinstance(event, SalesOrderChanged) else ()))


def order_cancelled(event: SalesOrderCancelled) -> None:
    held_orders_cancel(actor=system("promises"), sales_order=event.order_id)
    order_changed(event)


def purchase_confirmed(event: PurchaseOrderConfirmed) -> None:
    lines = PurchaseOrderLine.objects.filter(order=event.order_id)
    _supplied(set(lines.values_list("product_id", flat=True)))


def supply_moved(event: SupplyMoved) -> None:
    if event.entity == "production.order":
        _supplied(_of_orders(event.ids))
    else:
        lines = PurchaseOrderLine.objects.filter(pk__in=event.ids)
        _supplied(set(lines.values_list("product_id", flat=True)))


def goods_received(event: GoodsReceived) -> None:
    _supplied({line.product_id for line in event.lines})


def basis_changed(event: PlanningBasisChanged) -> None:
    _supplied(set(event.product_ids))


def goods_shipped(event: GoodsShipped) -> None:
    planning_changed({line.product_id for line in event.lines})


def work_reported(event: ProductionReported) -> None:
    _supplied({event.product_id} | _of_orders([event.order_id]))


def _supplied(products: set[int]) -> None:
    """Locked first, so that planning finds it so."""
    material_came(products)
    planning_changed(products)


def rework_reported(event: ProductionReported) -> None:
    """What rework really cost stands on the nonconformance that asked for it."""
    rework_costs_follow(actor=system("rework"), order_id=event.order_id)


def _of_orders(ids: Iterable[int]) -> set[int]:
    """What they make and what they take."""
    ids = list(ids)
    return {
        *ProductionOrder.objects.filter(pk__in=ids).values_list("product_id", flat=True),
        *ProductionOrderComponent.objects.filter(order__in=ids).values_list("product_id", flat=True),
        *ProductionOrderOutput.objects.filter(order__in=ids).values_list("product_id", flat=True),
    }
