"""Work in process by operation on any day: how many pieces stand where, and what they are worth.

What an order is worth on a day is the sum of its cost postings up to it, as in the ledger. It is spread over the pieces
by what has gone into each: material as it enters, the work of an operation once it has left it. Every amount goes
somewhere: what no piece carries (by-products to come, an order that is done and not closed) stands on its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from modules.production.models import ProductionCost, ProductionOrder, ProductionOrderOperation, ProductionReport
from tenon.money.rounding import allocate, currency_step
from tenon.tenancy.context import current

ZERO = Decimal(0)
WORK = ("labour", "machine", "overhead", "outside")


@dataclass(frozen=True)
class InProcess:
    """`quantity` pieces of an order stand at an operation (None: at none of them), worth `value` in base currency."""

    order: ProductionOrder
    operation: ProductionOrderOperation | None
    quantity: Decimal
    value: Decimal


def work_in_process(on: date) -> list[InProcess]:
    """At the end of the day, by order and operation; a constant number of queries. The values sum to what stands in the
    ledger's account of work in process that day, rounded like it."""
    sums: dict[int, Decimal] = defaultdict(Decimal)
    work: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    material: dict[int, Decimal] = defaultdict(Decimal)
    postings = ProductionCost.objects.filter(posted_on__lte=on).values_list("order", "order_operation", "element")
    for order, operation, element, amount in postings.annotate(sum=Sum("amount")).order_by():
        sums[order] += amount
        if element in WORK and operation is not None:
            work[order][operation] += amount
        elif element in (*WORK, "material"):
            material[order] += amount
    reported = ProductionReport.objects.filter(reported_on__lte=on).values_list("order", "order_operation")
    out = {
        (order, operation): (good or ZERO, (scrap or ZERO), (rework or ZERO))
        for order, operation, good, scrap, rework in reported.annotate(
            g=Sum("good"), s=Sum("scrap"), r=Sum("rework")
        ).order_by()
    }
    keys = {order for order, value in sums.items() if value}
    orders = ProductionOrder.objects.filter(pk__in=keys).select_related("product").order_by("number")
    steps: dict[int, list[ProductionOrderOperation]] = defaultdict(list)
    rows = ProductionOrderOperation.objects.filter(order__in=keys).select_related("work_centre")
    for operation in rows.order_by("order", "position", "id"):
        steps[operation.order_id].append(operation)
    found: list[InProcess] = []
    for order in orders:
        found += _of(order, steps[order.pk], out, sums[order.pk], material[order.pk], work[order.pk])
    return found


def _of(
    order: ProductionOrder,
    steps: list[ProductionOrderOperation],
    out: dict[tuple[int, int | None], tuple[Decimal, Decimal, Decimal]],
    value: Decimal,
    material: Decimal,
    work: dict[int, Decimal],
) -> list[InProcess]:
    places: list[tuple[ProductionOrderOperation | None, Decimal, Decimal]] = []
    started = order.started or order.quantity
    main = [s for s in steps if s.rework_of_id is None]
    again = {s.rework_of_id: s for s in steps if s.rework_of_id is not None}
    if not main:
        good, scrap, _rework = out.get((order.pk, None), (ZERO, ZERO, ZERO))
        places.append((None, started - good - scrap, Decimal(1)))
    arrived, each = started, material / started if started else ZERO
    for step in main:
        good, scrap, rework = out.get((order.pk, step.pk), (ZERO, ZERO, ZERO))
        places.append((step, arrived - good - scrap - rework, each))
        passed, spent = good, work.get(step.pk, ZERO)
        repair = again.get(step.pk)
        if repair is not None:
            saved, lost, _none = out.get((order.pk, repair.pk), (ZERO, ZERO, ZERO))
            done = good + rework
            places.append((repair, rework - saved - lost, each + (spent / done if done else ZERO)))
            passed, spent = passed + saved, spent + work.get(repair.pk, ZERO)
        arrived = passed
        each += spent / passed if passed else ZERO
    places = [(step, pieces, worth) for step, pieces, worth in places if pieces > 0]
    if not places:
        return [InProcess(order, None, ZERO, value)]
    # A piece that nothing has gone into yet still stands somewhere.
    weights = [pieces * worth for _step, pieces, worth in places]
    if not any(weights) or any(w < 0 for w in weights):
        weights = [pieces for _step, pieces, _worth in places]
    shares = allocate(value, weights, currency_step(current().currency))
    return [InProcess(order, step, pieces, share) for (step, pieces, _w), share in zip(places, shares, strict=True)]
