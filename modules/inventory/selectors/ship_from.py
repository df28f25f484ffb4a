"""From which warehouse a demand is served, where somebody said so."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from modules.inventory.models import ShipFrom
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder, SalesOrderLine

SALES_LINE = "shared.sales_order_line"


def ship_from(order: SalesOrder) -> int | None:
    """The warehouse of one order. One query."""
    return warehouses_of({order.pk: order.customer_id}).get(order.pk)


def ship_from_of(lines: Iterable[RecordRef]) -> dict[tuple[str, int], int]:
    """Demand line → the warehouse that serves it; only sales order lines have one. Two queries at most."""
    ids = {line.id for line in lines if line.entity == SALES_LINE}
    if not ids:
        return {}
    rows = list(SalesOrderLine.objects.filter(pk__in=ids).values_list("pk", "order_id", "order__customer_id"))
    sites = warehouses_of({order: customer for _pk, order, customer in rows})
    return {(SALES_LINE, pk): sites[order] for pk, order, _customer in rows if order in sites}


def warehouses_of(customer_of: dict[int, int]) -> dict[int, int]:
    """Order → warehouse; asked by order → customer. One query."""
    said = ShipFrom.objects.filter(Q(order_id__in=customer_of) | Q(customer_id__in=set(customer_of.values())))
    by_order: dict[int, int] = {}
    by_customer: dict[int, int] = {}
    for order, customer, warehouse in said.values_list("order_id", "customer_id", "warehouse_id"):
        if order is not None:
            by_order[order] = warehouse
        else:
            by_customer[customer] = warehouse
    found = {order: by_order.get(order) or by_customer.get(customer) for order, customer in customer_of.items()}
    return {order: warehouse for order, warehouse in found.items() if warehouse is not None}
