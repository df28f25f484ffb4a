"""Planned and actual cost of an order, element by element, with the reasons of the difference."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.db.models import Sum

from modules.production.models import ProductionOrder, ProductionOrderOperation
from modules.production.rules.cost_build_up import Element, Material, Progress, Work, build_up
from tenon.money.rounding import round_money
from tenon.tenancy.context import current

ZERO, HUNDRED = Decimal(0), Decimal(100)


def begun(order: ProductionOrder, operations: list[ProductionOrderOperation]) -> Decimal:
    """Pieces that have entered the order's first operation; of an order without operations, that were reported."""
    first = next((o for o in operations if o.rework_of_id is None), None)
    return first.good + first.scrap + first.rework if first else order.completed + order.scrapped


def order_cost(order: ProductionOrder) -> list[Element]:
    """Elements of a released order that are planned or have cost something; six queries."""
    currency = current().currency
    operations = list(order.operations.order_by("position", "id"))
    rows = order.costs.exclude(element__in=("receipt", "variance")).values_list("order_operation", "element")
    cost: dict[int | None, dict[str, Decimal]] = defaultdict(dict)
    for operation, element, amount in rows.annotate(sum=Sum("amount")).order_by():
        cost[operation][element] = amount
    minutes = {
        operation: (people, machines)
        for operation, people, machines in order.reports.values_list("order_operation")
        .annotate(people=Sum("minutes"), machines=Sum("machine_minutes"))
        .order_by()
    }
    works = [_work(o, cost.get(o.pk, {}), *minutes.get(o.pk, (ZERO, ZERO))) for o in operations]
    if None in minutes:
        # No operation, no standard: what was reported on the whole order is beyond the plan.
        works.append(Work(ZERO, ZERO, ZERO, ZERO, {}, {}, cost.get(None, {})))
    materials = [Material(c.required, c.planned_cost, c.issued, c.issued_value) for c in order.components.all()]
    outputs = list(order.outputs.all())
    progress = Progress(
        order.quantity, order.started or order.quantity, begun(order, operations), order.completed, order.scrapped
    )
    share = sum((o.cost_share for o in outputs), ZERO) / HUNDRED
    received = sum((o.received_value for o in outputs), ZERO)
    return build_up(progress, materials, works, share, received, lambda amount: round_money(amount, currency))


def _work(o: ProductionOrderOperation, cost: dict[str, Decimal], people: Decimal, machines: Decimal) -> Work:
    slow = HUNDRED / o.planned_efficiency
    return Work(
        setup=o.setup_minutes * slow,
        run=o.run_minutes * slow,
        quantity=o.quantity,
        out=o.good + o.scrap + o.rework,
        rates={
            "labour": o.planned_labour_rate, "machine": o.planned_machine_rate, "overhead": o.planned_overhead_rate,
        },
        spent={"labour": people, "machine": machines, "overhead": machines},
        cost=cost,
        outside_price=o.outside_price if o.supplier_id else ZERO,
        rework=o.rework_of_id is not None,
    )  # fmt: skip
