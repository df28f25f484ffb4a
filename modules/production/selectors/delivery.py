"""On-time delivery and plan attainment of a period, with the lines and orders behind them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Q, Sum
from django.db.models.functions import Coalesce

from modules.production.models import ProductionOrder, ProductionOrderOperation, ProductionReport
from modules.production.rules.delivery import Made, attainment, complete_on, on_time
from modules.shared.contracts.stock import ShippedDays
from modules.shared.data.models import SalesOrder, SalesOrderLine
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)
MOST = 500  # rows shown; figures count all
DEAD = (SalesOrder.Status.DRAFT, SalesOrder.Status.CANCELLED)
NEVER = (ProductionOrder.Status.DRAFT, ProductionOrder.Status.CANCELLED)


def delivery_figures(since: date, until: date) -> dict[str, Any]:
    """Of [since, until] as far as it has passed: lines of goods that were due by the day first promised, by the day
    promised now, by the day asked for, and production orders due then. What is due today and not done is not late
    before the day is over: it does not count yet. None where nothing was due, or nobody records shipments. A constant
    number of queries."""
    until = min(until, current().today())
    shipments = ports.find(ShippedDays)
    lines = _lines(since, until, shipments)
    orders = _orders(since, until)
    first, told, asked = (
        [(row, row[name]) for row in lines if row[name] and since <= row[name] <= until and _is_over(row, row[name])]
        for name in ("first_promised_on", "promised_on", "requested_on")
    )
    missed = sorted(
        ({**row, "late": row["complete_on"] is None or row["complete_on"] > due} for row, due in told),
        key=lambda row: (not row["late"], row["promised_on"], row["id"]),
    )  # fmt: skip
    return {
        "since": since,
        "until": until,
        "first": None if shipments is None else on_time([(due, row["complete_on"]) for row, due in first]),
        "lines_first": len(first),
        "promised": None if shipments is None else on_time([(due, row["complete_on"]) for row, due in told]),
        "requested": None if shipments is None else on_time([(due, row["complete_on"]) for row, due in asked]),
        "lines_promised": len(told),
        "lines_requested": len(asked),
        "attainment": attainment([Made(row["quantity"], row["good"]) for row in orders]),
        "orders_due": len(orders),
        "lines": missed[:MOST],
        "orders": sorted(orders, key=lambda row: (min(row["good"] - row["quantity"], ZERO), row["due_on"]))[:MOST],
    }


def _is_over(row: dict[str, Any], due: date) -> bool:
    """Its day is over, or it is complete."""
    return due < current().today() or row["complete_on"] is not None


def _lines(since: date, until: date, shipments: ShippedDays | None) -> list[dict[str, Any]]:
    rows = (
        SalesOrderLine.objects.exclude(order__status__in=DEAD)
        .filter(product__kind="goods", order__is_migrated=False, base_quantity__gt=F("cancelled"))
        .annotate(
            asked=Coalesce("requested_on", "order__requested_on"), first=Coalesce("first_promised_on", "promised_on")
        )
        .filter(Q(promised_on__range=(since, until)) | Q(asked__range=(since, until)) | Q(first__range=(since, until)))
        .select_related("order__customer", "product__unit")
        .order_by("pk")
    )
    lines = list(rows)
    shipped = {} if shipments is None else shipments.shipped([line.pk for line in lines])
    return [
        {
            "id": line.pk,
            "order": {"id": line.order_id, "label": line.order.number},
            "customer": line.order.customer.name,
            "product": {"id": line.product_id, "label": line.product.code, "name": line.product.name},
            "unit": line.product.unit.code,
            "quantity": line.base_quantity - line.cancelled,
            "delivered": line.delivered,
            "first_promised_on": line.first,
            "promised_on": line.promised_on,
            "requested_on": line.asked,
            "complete_on": complete_on(line.base_quantity - line.cancelled, shipped.get(line.pk, ())),
        }
        for line in lines
    ]


def _orders(since: date, until: date) -> list[dict[str, Any]]:
    """What came out good of each order by the day it was due: behind its last operation, where it has any."""
    orders = list(
        ProductionOrder.objects.exclude(status__in=NEVER)
        .filter(due_on__range=(since, until))
        .select_related("product__unit")
        .order_by("due_on", "pk")
    )
    last = dict(
        ProductionOrderOperation.objects.filter(order__in=orders).values_list("order_id").annotate(n=Max("position"))
    )
    good: dict[int, Decimal] = defaultdict(lambda: ZERO)
    reports = ProductionReport.objects.filter(order__in=orders, reported_on__lte=F("order__due_on"))
    for order, position, quantity in reports.values_list("order_id", "order_operation__position").annotate(
        n=Sum("good")
    ):
        if position is None or position == last.get(order):
            good[order] += quantity
    today = current().today()
    return [
        {
            "id": order.pk,
            "label": order.number,
            "product": {"id": order.product_id, "label": order.product.code, "name": order.product.name},
            "unit": order.product.unit.code,
            "due_on": order.due_on,
            "quantity": order.quantity,
            "good": good[order.pk],
            "completed": order.completed,
        }
        for order in orders
        if order.due_on < today or good[order.pk] >= order.quantity
    ]
