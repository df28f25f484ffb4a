"""From which warehouse a demand is served, where somebody said so."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q

from modules.inventory.models import ShipFrom
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import SalesOrder

SALES_LINE = "shared.sales_order_line"


def ship_from(order: SalesOrder) -> int | None:
    """The warehouse of one order. One query."""
    return warehouses_of({order.pk: order.customer_id}).get(order.pk)


def ship_from_of(lines: Iterable[RecordRef]) -> dict[tuple[str, int], int]:
    """Demand line → the warehouse that serves it; only sales order lines have one. One query at most."""
    ids = {line.id for line in lines if line.entity == SALES_LINE}
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """select l.id, coalesce(of_order.warehouse_id, of_customer.warehouse_id)
                 from data_salesorderline l join data_salesorder o on o.id = l.order_id
                 left join inventory_shipfrom of_order on of_order.order_id = o.id
                 left join inventory_shipfrom of_customer on of_customer.customer_id = o.customer_id
                where l.id = any(%s) and (of_order.id is not null or of_customer.id is not null)""",
            [list(ids)],
        )
        return {(SALES_LINE, pk): warehouse for pk, warehouse in cursor.fetchall()}


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
