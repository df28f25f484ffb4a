"""What production orders used over some days: what overhead is shared out by."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from modules.production.models import ProductionCost, ProductionOrder, ProductionReport
from modules.shared.contracts.overhead import OverheadUse
from modules.shared.contracts.refs import RecordRef

ZERO, SIXTY = Decimal(0), Decimal(60)


def overhead_uses(since: date, until: date) -> list[OverheadUse]:
    """By order, those that used nothing left out. Good pieces are those that came into stock: of orders with
    operations, what the last of them reported. Three queries."""
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    reports = ProductionReport.objects.filter(reported_on__range=(since, until))
    last = Q(order_operation__isnull=True) | Q(received_value__gt=0)
    rows = reports.values_list("order_id").annotate(
        machine=Sum("machine_minutes"), labour=Sum("minutes"), good=Sum("good", filter=last)
    )
    for order, machine, labour, good in rows.order_by():
        found[order] |= {"machine": machine / SIXTY, "labour": labour / SIXTY, "quantity": good or ZERO}
    costs = ProductionCost.objects.filter(element="material", posted_on__range=(since, until))
    for order, amount in costs.values_list("order_id").annotate(sum=Sum("amount")).order_by():
        found[order]["material"] = amount
    orders = ProductionOrder.objects.filter(pk__in=list(found)).order_by("number")
    return [
        OverheadUse(
            RecordRef("production.order", order.pk, order.number), order.product_id, order.sales_order_id,
            use["machine"], use["labour"], use["material"], use["quantity"],
        )
        for order in orders
        if any((use := found[order.pk]).values())
    ]  # fmt: skip
