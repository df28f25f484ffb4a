"""What a report costs, and what finished pieces take along into stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum

from modules.production.models import ProductionOrder, ProductionOrderComponent, ProductionReport
from modules.production.rules.costing import Cost, receipt_value, work_cost
from modules.production.services.cost_alerts import time_watched
from modules.production.services.ledger import OutsideFee, demand_ref, order_ref, post_cost, post_fee, tell_sales
from modules.production.services.order_outputs import counted, receive_outputs
from modules.production.services.orders import Status, supply_shrunk
from modules.production.services.wages import wage_of
from modules.shared.contracts.posting import PostingKind
from modules.shared.contracts.stock import StockIssue
from tenon import ports
from tenon.access.actor import Actor
from tenon.money.rounding import round_money
from tenon.tenancy.context import current

ZERO = Decimal(0)
Amounts = list[tuple[PostingKind, int, Decimal, str]]


@dataclass
class Material:
    """What a report took: the order's material as it stands under its lock (None: nobody has read it), and what is to
    be posted for it."""

    components: list[ProductionOrderComponent] | None
    amounts: Amounts


def _costs(
    order: ProductionOrder,
    report: ProductionReport,
    done: Decimal,
    components: Iterable[ProductionOrderComponent] | None,
) -> list[Cost]:
    """What has gone into the order, the report included, and for how much of it. Time that was reported together with
    pieces went into those that came out of that operation, of the order (`done` by then) when it has none; other time,
    setting up, is for all pieces."""
    work: dict[int | None, Decimal] = {}
    own = report.labour_cost + report.overhead_cost + report.outside_cost
    if order.labour_cost + order.overhead_cost + order.outside_cost != own:  # others reported before
        with_pieces = order.reports.filter(Q(good__gt=0) | Q(scrap__gt=0) | Q(rework__gt=0))
        rows = with_pieces.values_list("order_operation").annotate(
            cost=Sum(F("labour_cost") + F("overhead_cost") + F("outside_cost"))
        )
        work = dict(rows.order_by())
    if report.good or report.scrap or report.rework:
        so_far = work.get(report.order_operation_id, ZERO)
        work[report.order_operation_id] = so_far + own
    known = [pk for pk in work if pk]
    steps = {o.pk: o for o in order.operations.filter(pk__in=known)} if known else {}
    there = order.components.all() if components is None else components
    costs = [Cost(c.issued_value, c.issued, c.required) for c in there]
    for pk, cost in work.items():
        step = steps.get(pk or 0)
        costs.append(
            Cost(cost, step.quantity - step.open_quantity, step.quantity) if step else Cost(cost, done, order.started)
        )
    return [*costs, Cost(order.labour_cost + order.overhead_cost + order.outside_cost - sum(work.values(), ZERO))]


def post_report(
    actor: Actor,
    order: ProductionOrder,
    report: ProductionReport,
    finished: Decimal,
    counts: Mapping[int, Decimal] | None,
    fee: OutsideFee | None = None,
    material: Material | None = None,
) -> None:
    """Cost of a report and of the `material` it took, `finished` pieces and by-products into stock; the order and the
    report are saved."""
    material = material or Material(None, [])
    currency, centre, step, scrap = current().currency, report.work_centre, report.order_operation, report.scrap
    # Who is paid by what they report costs that, not the work centre's rate besides.
    report.pay_rate, report.labour_cost = wage_of(report)
    if report.pay_rate is None:
        report.labour_cost = work_cost(report.minutes, centre.cost_rate, currency) if centre else ZERO
    machine = work_cost(report.machine_minutes, centre.machine_rate, currency) if centre else ZERO
    overhead = work_cost(report.machine_minutes, centre.overhead_rate, currency) if centre else ZERO
    report.overhead_cost = machine + overhead
    if fee is not None:
        report.outside_cost = fee.amount
    elif step is not None and step.supplier_id is not None:
        report.outside_cost = round_money(step.outside_price * (report.good + scrap), currency)
    order.labour_cost += report.labour_cost
    order.overhead_cost += report.overhead_cost
    order.outside_cost += report.outside_cost
    # Good pieces that are still expected: what the operations lose carries no cost of its own.
    expected = min(order.quantity - order.completed, order.unreported - scrap)
    done = order.completed + order.scrapped + finished + scrap
    arrivals = counted(order, counts, done)
    taken = order.received_value + sum((output.waiting_value for output, _quantity in arrivals), ZERO)
    value = receipt_value(
        _costs(order, report, done, material.components), taken, order.completed, finished, expected, currency
    )
    product, on, stock = order.product_id, report.reported_on, ports.find(StockIssue)
    amounts: Amounts = [
        *material.amounts,
        ("production_wages" if report.pay_rate else "production_labour", product, report.labour_cost, "labour"),
        ("production_overhead", product, machine, "machine"),
        ("production_overhead", product, overhead, "overhead"),
    ]
    if fee is None:
        # Nobody is owed it by an order: absorbed like our own work.
        amounts.append(("production_labour", product, report.outside_cost, "outside"))
    received = value if stock is not None else ZERO
    last = finished + scrap == order.unreported
    value, besides = receive_outputs(actor, order, arrivals, received, finished, last, on, stock)
    amounts += [("production_receipt", product, value, ""), *besides]
    report.received_value = sum((amount for kind, _p, amount, _c in amounts if kind == "production_receipt"), ZERO)
    order.received_value += report.received_value
    if finished and stock is not None:
        stock.receive_from_production(
            actor=actor,
            order=order_ref(order),
            product_id=product,
            quantity=finished,
            value=value,
            moved_on=on,
            reserve_for=demand_ref(order),
            supplier_id=fee.party_id if fee is not None else None,
        )
    # The fee first: the finished pieces take it along.
    if fee is not None:
        post_fee(actor, order, on, fee, step)
    post_cost(actor, order, on, amounts, step)
    order.completed += finished
    order.scrapped += scrap
    order.status = Status.DONE if order.unreported == 0 else Status.IN_PROGRESS
    order.save()
    if scrap or arrivals:
        supply_shrunk(actor, order)
    report.save()
    tell_sales(order)
    if step is not None:
        time_watched(step)
