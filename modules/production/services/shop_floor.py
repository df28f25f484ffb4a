"""The shop floor: material out, work reported, goods in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from modules.production.errors import QuantityExceeded
from modules.production.models import (
    Operation,
    ProductionOrder,
    ProductionOrderComponent,
    ProductionReport,
    WorkCentre,
)
from modules.production.rules.costing import Cost, receipt_value, work_cost
from modules.production.services.ledger import demand_ref, order_ref, post_cost
from modules.production.services.order_outputs import counted, receive_outputs
from modules.production.services.orders import Status, locked, supply_shrunk
from modules.shared.contracts.events import ProductionReported
from modules.shared.contracts.posting import PostingKind
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import StockIssue
from modules.shared.data.models import Product
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import Invalid
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
OPEN = (Status.RELEASED, Status.IN_PROGRESS)


@service("production.order.issue")
def production_order_issue(
    *,
    actor: Actor,
    order: ProductionOrder,
    items: Mapping[int, Decimal] | None = None,
    issued_on: date | None = None,
) -> ProductionOrder:
    """Material out of stock into the order at its current cost: all that is still required, or `items`
    (component product id → quantity; more than required is allowed, it is what was really taken).

    Raises StateRefused, insufficient stock, and what the ledger raises. Moves stock and posts
    Dr work in process, Cr stock in the same transaction."""
    order = locked(order, OPEN, _("Material goes into released orders only"))
    components = {c.product_id: c for c in order.components.select_for_update().order_by("product_id")}
    wanted = {p: c.open_quantity for p, c in components.items()} if items is None else dict(items)
    unknown = sorted(set(wanted) - set(components))
    if unknown:
        raise Invalid.field("items", _("This product is no material of the order"), "unknown")
    wanted = {p: q for p, q in wanted.items() if q > 0}
    if wanted:
        _issue(actor, order, components, wanted, issued_on or current().today())
    return order


def _issue(
    actor: Actor,
    order: ProductionOrder,
    components: dict[int, ProductionOrderComponent],
    wanted: dict[int, Decimal],
    on: date,
) -> None:
    stock = ports.find(StockIssue)
    if stock is None:
        # Without inventory there is no cost of material and nothing to take it from; quantities are still counted.
        values = [(product, quantity, ZERO) for product, quantity in sorted(wanted.items())]
    else:
        values = stock.issue_to_production(
            actor=actor,
            order=order_ref(order),
            items=sorted(wanted.items()),
            moved_on=on,
            sales_order=None if order.sales_order_id is None else RecordRef("shared.sales_order", order.sales_order_id),
        )
    amounts: list[tuple[PostingKind, int, Decimal, str]] = []
    for product, quantity, value in values:
        component = components[product]
        component.issued += quantity
        component.issued_value += value
        component.save()
        order.material_cost += value
        amounts.append(("production_issue", product, value, "material"))
    post_cost(actor, order, on, amounts)
    if order.status == Status.RELEASED:
        order.status = Status.IN_PROGRESS
    order.save()


@service("production.order.report")
def production_order_report(
    *,
    actor: Actor,
    order: ProductionOrder,
    good: Decimal = ZERO,
    scrap: Decimal = ZERO,
    minutes: Decimal = ZERO,
    work_centre: WorkCentre | None = None,
    operation: Operation | None = None,
    reported_on: date | None = None,
    backflush: bool = True,
    outputs: Mapping[int, Decimal] | None = None,
    note: str = "",
) -> ProductionReport:
    """Good pieces into stock at actual cost, scrap and time onto the order, in one transaction. With `backflush`
    material that the reported pieces need and that was not issued yet is issued first, in proportion. The last report
    takes all the cost that is left. By-products come in with their share of it: `outputs` (product id → quantity) where
    somebody counted them, else in proportion.

    Raises StateRefused, Invalid, QuantityExceeded, insufficient stock, and what the ledger raises.
    Emits ProductionReported."""
    order = locked(order, OPEN, _("Work is reported on released orders only"))
    good, scrap, minutes = good or ZERO, scrap or ZERO, minutes or ZERO
    if min(good, scrap, minutes) < 0 or not (good or scrap or minutes):
        raise Invalid.field("good", _("Report good pieces, scrap or time, none below zero"), "min_value")
    for name, pieces in (("good", good), ("scrap", scrap)):
        if pieces % Decimal(1).scaleb(-order.product.unit.decimals):
            raise Invalid.field(name, _("Finer than the unit allows"), "step")
    left = order.unreported
    if good + scrap > left:
        raise QuantityExceeded(
            _("%(left)s pieces are left to report on %(order)s")
            % {"left": f"{left.normalize():f}", "order": order.number},
            left=str(left),
        )
    on = reported_on or current().today()
    if on > current().today():
        raise Invalid.field("reported_on", _("This day has not come yet"), "future")
    if backflush and good + scrap > 0:
        _backflush(actor, order, good + scrap, on)
    centre = work_centre or (operation.work_centre if operation else None)
    if minutes and centre is None:
        raise Invalid.field("work_centre", _("Say where the time was spent"), "required")
    report = _report(actor, order, good, scrap, minutes, centre, operation, on, note, outputs)
    publish(ProductionReported(order.pk, order.number, order.product_id, good, scrap, on))
    return report


def _backflush(actor: Actor, order: ProductionOrder, pieces: Decimal, on: date) -> None:
    components = {c.product_id: c for c in order.components.select_for_update().order_by("product_id")}
    after = order.completed + order.scrapped + pieces
    decimals = dict(Product.objects.filter(pk__in=components).values_list("id", "unit__decimals"))
    wanted = {}
    for product, component in components.items():
        step = Decimal(1).scaleb(-decimals[product])
        # Rounded up: half a bolt is not taken, and nobody waits for the other half until the order ends.
        due = (component.required * after / order.started / step).to_integral_value(ROUND_CEILING) * step
        wanted[product] = min(due, component.required) - component.issued
    wanted = {p: q for p, q in wanted.items() if q > 0}
    if wanted:
        _issue(actor, order, components, wanted, on)


def _costs(order: ProductionOrder, work: Decimal, done: Decimal) -> list[Cost]:
    """What has gone into the order, `work` just now, and for how much of it. Time that was reported together with
    pieces, `done` by then, went into those; other time, setting up and steps before the last, is for all pieces."""
    with_pieces = (
        order.reports.filter(Q(good__gt=0) | Q(scrap__gt=0)).aggregate(cost=Sum(F("labour_cost") + F("overhead_cost")))[
            "cost"
        ]
        or ZERO
    )
    with_pieces += work if done else ZERO
    return [
        *(Cost(c.issued_value, c.issued, c.required) for c in order.components.all()),
        Cost(with_pieces, done, order.started),
        Cost(order.labour_cost + order.overhead_cost - with_pieces),
    ]


def _report(
    actor: Actor,
    order: ProductionOrder,
    good: Decimal,
    scrap: Decimal,
    minutes: Decimal,
    centre: WorkCentre | None,
    operation: Operation | None,
    on: date,
    note: str,
    counts: Mapping[int, Decimal] | None,
) -> ProductionReport:
    currency = current().currency
    labour = work_cost(minutes, centre.cost_rate, currency) if centre else ZERO
    overhead = work_cost(minutes, centre.overhead_rate, currency) if centre else ZERO
    order.labour_cost += labour
    order.overhead_cost += overhead
    # Good pieces that are still expected: what the operations lose carries no cost of its own.
    expected = min(order.quantity - order.completed, order.unreported - scrap)
    done = order.completed + order.scrapped + good + scrap
    arrivals = counted(order, counts, done)
    taken = order.received_value + sum((output.waiting_value for output, _quantity in arrivals), ZERO)
    costs = _costs(order, labour + overhead, done if good + scrap else ZERO)
    value = receipt_value(costs, taken, order.completed, good, expected, currency)
    product = order.product_id
    amounts: list[tuple[PostingKind, int, Decimal, str]] = [
        ("production_labour", product, labour, "labour"),
        ("production_overhead", product, overhead, "overhead"),
    ]
    stock = ports.find(StockIssue)
    received = value if stock is not None else ZERO
    last = good + scrap == order.unreported
    value, besides = receive_outputs(actor, order, arrivals, received, good, last, on, stock)
    amounts += [("production_receipt", product, value, ""), *besides]
    received = sum((amount for kind, _p, amount, _c in amounts if kind == "production_receipt"), ZERO)
    order.received_value += received
    if good and stock is not None:
        stock.receive_from_production(
            actor=actor,
            order=order_ref(order),
            product_id=product,
            quantity=good,
            value=value,
            moved_on=on,
            reserve_for=demand_ref(order),
        )
    post_cost(actor, order, on, amounts)
    order.completed += good
    order.scrapped += scrap
    order.status = Status.DONE if order.unreported == 0 else Status.IN_PROGRESS
    order.save()
    if scrap or arrivals:
        supply_shrunk(actor, order)
    return ProductionReport.objects.create(
        order=order,
        reported_on=on,
        good=good,
        scrap=scrap,
        minutes=minutes,
        operation=operation,
        work_centre=centre,
        labour_cost=labour,
        overhead_cost=overhead,
        received_value=received,
        note=note,
    )
