"""What the receiving desk expects and what the shipping desk has to send, the latest first (收货、发货工作台)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce

from modules.inventory.models import Delivery, DeliveryLine, Receipt
from modules.inventory.selectors.ship_from import warehouses_of
from modules.inventory.selectors.stock import free_by_warehouse
from modules.shared.data.models import Product, PurchaseOrder, PurchaseOrderLine, SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.registry.registry import registry

ZERO = Decimal(0)
MOST = 1000  # lines; a desk works from the front of the list
TO_COME = (PurchaseOrder.Status.CONFIRMED, PurchaseOrder.Status.PART_RECEIVED)
TO_GO = (SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)


def expected_receipts(actor: Actor) -> dict[str, Any]:
    """What comes of each order on each day: the supplier's day, else ours. With the draft that somebody has begun.
    `more`: there is more than is told. Two queries."""
    orders = visible(actor, registry().entities["shared.purchase_order"], PurchaseOrder.objects.all())
    rows = (
        PurchaseOrderLine.objects.filter(
            order__in=orders.filter(status__in=TO_COME, is_migrated=False),
            product__kind=Product.Kind.GOODS,
            base_quantity__gt=F("received") + F("cancelled"),
        )
        .annotate(day=Coalesce("confirmed_on", "due_on", "order__due_on"))
        .select_related("order__supplier", "product__unit")
        .order_by(F("day").asc(nulls_last=True), "order__number", "position", "pk")
    )
    lines, more = _first(rows)
    drafts = Receipt.objects.filter(
        order__in={x.order_id for x in lines}, status=Receipt.Status.DRAFT, kind=Receipt.Kind.RECEIPT
    )
    begun = {of: {"id": pk, "label": number} for of, pk, number in drafts.values_list("order_id", "pk", "number")}
    found: dict[tuple[int, date | None], dict[str, Any]] = {}
    for line in lines:
        if line.open_quantity <= 0:
            continue
        order = line.order
        row = found.setdefault(
            (order.pk, line.day),
            {
                "key": f"{order.pk}-{line.day or ''}",
                "order": {"id": order.pk, "label": order.number, "version": order.version},
                "supplier": {"id": order.supplier_id, "label": str(order.supplier)},
                "day": line.day,
                "confirmed": True,
                "draft": begun.get(order.pk),
                "lines": [],
            },
        )
        row["confirmed"] = row["confirmed"] and line.confirmed_on is not None
        row["lines"].append(_line(line, line.open_quantity))
    return {"results": list(found.values()), "more": more}


def orders_to_ship(actor: Actor) -> dict[str, Any]:
    """What is owed to customers and on no delivery yet, by order: `ready` when all of it is locked or free, `short`
    when some is, `waiting` when nothing is. Free stock goes to whoever is due first. `more`: there is more than is
    told. An order that is served from one warehouse counts on the stock there only. Four queries."""
    orders = visible(actor, registry().entities["shared.sales_order"], SalesOrder.objects.all())
    rows = (
        SalesOrderLine.objects.filter(
            order__in=orders.filter(status__in=TO_GO, is_migrated=False),
            product__kind=Product.Kind.GOODS,
            base_quantity__gt=F("delivered") + F("cancelled"),
        )
        .annotate(day=Coalesce("promised_on", "requested_on", "order__requested_on", "order__ordered_on"))
        .select_related("order__customer", "product__unit")
        .order_by("day", "order__number", "position", "pk")
    )
    lines, more = _first(rows)
    drafts = DeliveryLine.objects.filter(
        order_line__in=[x.pk for x in lines],
        delivery__status=Delivery.Status.DRAFT,
        delivery__kind=Delivery.Kind.DELIVERY,
    )
    drafted: dict[int, Decimal] = defaultdict(Decimal)
    leaves: dict[int, int] = {}  # order line → the warehouse that its draft leaves
    for pk, warehouse, sent in drafts.values_list("order_line_id", "delivery__warehouse_id").annotate(Sum("quantity")):
        drafted[pk] += sent
        if warehouse is not None:
            leaves[pk] = warehouse
    sites = warehouses_of({x.order_id: x.order.customer_id for x in lines})
    free = _Free({x.product_id for x in lines}, set(sites.values()))
    for line in lines:  # a draft locks nothing: what is on one beyond its line's lock is spoken for all the same
        spoken_for = max(drafted[line.pk] - line.reserved, ZERO)
        free.take(line.product_id, leaves.get(line.pk) or sites.get(line.order_id), spoken_for)
    found: dict[int, dict[str, Any]] = {}
    for line in lines:
        sent = drafted[line.pk]
        owed = line.open_quantity - sent
        if owed <= 0:
            continue
        # what was locked first stands on the draft
        locked = min(max(line.reserved - sent, ZERO), owed)
        more_free = free.take(line.product_id, sites.get(line.order_id), owed - locked)
        order = line.order
        row = found.setdefault(
            order.pk,
            {
                "order": {"id": order.pk, "label": order.number, "version": order.version},
                "customer": {"id": order.customer_id, "label": str(order.customer)},
                "day": line.day,
                "lines": [],
            },
        )
        row["lines"].append({**_line(line, owed), "ready": locked + more_free})
    for row in found.values():
        row["state"] = _state(row["lines"])
    return {"results": list(found.values()), "more": more}


class _Free:
    """Free stock by warehouse, given away bit by bit. Who may be served from anywhere takes first where nobody else has
    to be served from."""

    def __init__(self, products: set[int], wanted: set[int]) -> None:
        self.there, self.wanted = free_by_warehouse(products), wanted

    def take(self, product: int, site: int | None, quantity: Decimal) -> Decimal:
        """As much of it as there is; gone then."""
        there, taken = self.there.get(product, {}), ZERO
        anywhere = sorted(there, key=lambda place: (place in self.wanted, -there[place]))
        for place in anywhere if site is None else [site]:
            part = min(quantity - taken, max(there.get(place, ZERO), ZERO))
            if part > 0:
                there[place] -= part
                taken += part
        return taken


def _state(lines: Sequence[dict[str, Any]]) -> str:
    if all(x["ready"] >= x["quantity"] for x in lines):
        return "ready"
    return "short" if any(x["ready"] > 0 for x in lines) else "waiting"


def _first(rows: QuerySet[Any]) -> tuple[list[Any], bool]:
    found = list(rows[: MOST + 1])
    return found[:MOST], len(found) > MOST


def _line(line: Any, quantity: Decimal) -> dict[str, Any]:
    product = line.product
    return {
        "id": line.pk,
        "product": {"id": product.pk, "label": product.code, "name": product.name, "name_zh": product.name_zh},
        "quantity": quantity,
        "unit": product.unit.code,
    }
