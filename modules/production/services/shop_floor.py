"""The shop floor: material out, work reported, goods in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils.translation import gettext_lazy as _

from modules.production.errors import QuantityExceeded
from modules.production.models import (
    LossReason,
    ProductionOrder,
    ProductionOrderComponent,
    ProductionOrderOperation,
    ProductionReport,
    WorkCentre,
)
from modules.production.services.cost_alerts import material_watched
from modules.production.services.ledger import order_ref, post_cost
from modules.production.services.operation_flow import Flow
from modules.production.services.orders import Status, components_locked, locked
from modules.production.services.report_posting import Material, OutsideFee, post_report
from modules.shared.contracts.events import ProductionReported
from modules.shared.contracts.posting import PostingKind
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import StockIssue
from modules.shared.data.selectors.units import smallest_pieces
from modules.shared.data.services.line_writing import lines_patch
from tenon import ports
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Invalid, StateRefused
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Values = list[tuple[int, Decimal, Decimal]]  # product, quantity, value
Amounts = list[tuple[PostingKind, int, Decimal, str]]
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
    components = components_locked(order)
    wanted = {p: c.open_quantity for p, c in components.items()} if items is None else dict(items)
    unknown = sorted(set(wanted) - set(components))
    if unknown:
        raise Invalid.field("items", _("This product is no material of the order"), "unknown")
    wanted = {p: q for p, q in wanted.items() if q > 0}
    if wanted:
        issue(actor, order, components, wanted, issued_on or current().today())
    return order


def issue(
    actor: Actor,
    order: ProductionOrder,
    components: dict[int, ProductionOrderComponent],
    wanted: dict[int, Decimal],
    on: date,
    taken: Values | None = None,
) -> None:
    """Taken, posted, and the order saved."""
    post_cost(actor, order, on, take(actor, order, components, wanted, on, taken))
    if order.status == Status.RELEASED:
        order.status = Status.IN_PROGRESS
    order.save()


def take(
    actor: Actor,
    order: ProductionOrder,
    components: dict[int, ProductionOrderComponent],
    wanted: dict[int, Decimal],
    on: date,
    taken: Values | None = None,
) -> Amounts:
    """Out of stock onto the order's material; answers what is to be posted. The caller saves the order. `taken`: what
    has left stock for it already, otherwise than out of the warehouse."""
    stock = ports.find(StockIssue)
    if taken is not None:
        values = taken
    elif stock is None:
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
    amounts: Amounts = []
    written: dict[int, tuple[Decimal, Decimal]] = {}
    for product, quantity, value in values:
        component = components[product]
        component.issued += quantity
        component.issued_value += value
        component.version += 1
        written[component.pk] = (component.issued, component.issued_value)
        order.material_cost += value
        amounts.append(("production_issue", product, value, "material"))
    lines_patch(ProductionOrderComponent, {"issued": "numeric", "issued_value": "numeric"}, written)
    for product, _quantity, _value in values:
        material_watched(order, components[product])
    return amounts


@service("production.order.report")
def production_order_report(
    *,
    actor: Actor,
    order: ProductionOrder,
    good: Decimal = ZERO,
    scrap: Decimal = ZERO,
    rework: Decimal = ZERO,
    minutes: Decimal = ZERO,
    machine_minutes: Decimal | None = None,
    work_centre: WorkCentre | None = None,
    operation: ProductionOrderOperation | None = None,
    reason: LossReason | None = None,
    worker: Member | None = None,
    reported_on: date | None = None,
    backflush: bool | None = None,
    outputs: Mapping[int, Decimal] | None = None,
    note: str = "",
    fee: OutsideFee | None = None,
) -> ProductionReport:
    """What came out of an operation, of the whole order when it has none, in one transaction: good pieces of the last
    operation into stock at actual cost, scrap, rework and time onto the order. With `backflush` (the order's own word
    when left out) material that the pieces need and that was not issued yet is issued as they enter, in proportion.
    The last report takes all the cost that is left. By-products come in with their share of it: `outputs` (product id
    → quantity) where somebody counted them, else in proportion. `machine_minutes` left out are as many as `minutes`.
    `fee`: what a supplier asks for these pieces; without one, what is outside with a supplier is not reported.

    Raises StateRefused, Invalid, QuantityExceeded, insufficient stock, and what the ledger raises.
    Emits ProductionReported."""
    order = locked(order, OPEN, _("Work is reported on released orders only"))
    good, scrap, rework, minutes = good or ZERO, scrap or ZERO, rework or ZERO, minutes or ZERO
    machine_minutes = minutes if machine_minutes is None else machine_minutes
    pieces_out = good + scrap + rework
    if min(good, scrap, rework, minutes, machine_minutes) < 0 or not (pieces_out or minutes or machine_minutes):
        raise Invalid.field("good", _("Report good pieces, scrap or time, none below zero"), "min_value")
    [step_of] = smallest_pieces([order.product_id]).values()
    for name, pieces in (("good", good), ("scrap", scrap), ("rework", rework)):
        if pieces % step_of:
            raise Invalid.field(name, _("Finer than the unit allows"), "step")
    on = reported_on or current().today()
    if on > current().today():
        raise Invalid.field("reported_on", _("This day has not come yet"), "future")
    flow = Flow.of(order)
    step, begun, finished = None, order.completed + order.scrapped + pieces_out, good
    if flow.main:
        if operation is None:
            raise Invalid.field("operation", _("Say which operation"), "required")
        step = flow.find(operation.pk)
        if fee is None and pieces_out and step.supplier_id and _is_outside(step):
            raise StateRefused(_("This is with a supplier: it is received there, not reported"))
        flow.report(step, good, scrap, rework)
        first = flow.main[0]
        begun = first.good + first.scrap + first.rework if flow.is_first(step) else ZERO
        finished = good if flow.is_last(step) else ZERO
        step.minutes += minutes
        step.save()
    elif operation is not None or rework:
        raise Invalid.field("operation", _("This order has no operations"), "unknown")
    elif pieces_out > order.unreported:
        raise QuantityExceeded(
            _("%(left)s pieces are left to report on %(order)s")
            % {"left": f"{order.unreported.normalize():f}", "order": order.number},
            left=str(order.unreported),
        )
    material = Material(None, [])
    if begun:
        material = _take_material(actor, order, begun, on, order.backflush if backflush is None else backflush)
    centre = work_centre or (step.work_centre if step else None)
    if minutes and centre is None:
        raise Invalid.field("work_centre", _("Say where the time was spent"), "required")
    report = ProductionReport(
        order=order, reported_on=on, good=good, scrap=scrap, rework=rework, reason=reason, minutes=minutes,
        machine_minutes=machine_minutes, order_operation=step, operation_id=step.operation_id if step else None,
        work_centre=centre, worker=worker, note=note,
    )  # fmt: skip
    post_report(actor, order, report, finished, outputs, fee, material)
    publish(ProductionReported(order.pk, order.number, order.product_id, finished, scrap, on))
    return report


def _is_outside(step: ProductionOrderOperation) -> bool:
    return step.subcontracts.filter(status__in=("ordered", "outside")).exists()


def _take_material(actor: Actor, order: ProductionOrder, begun: Decimal, on: date, backflush: bool) -> Material:
    if backflush:
        return _backflush(actor, order, begun, on)
    if not order.backflush:
        _refuse_more_than_issued(order, begun)
    return Material(None, [])


def _refuse_more_than_issued(order: ProductionOrder, begun: Decimal) -> None:
    """Nothing is made of material that was not issued, save for what the order tolerates."""
    for component in order.components.select_related("product"):
        if not component.required:
            continue
        enough_for = component.issued / component.required * order.started * (100 + order.tolerance) / 100
        if begun > enough_for:
            raise QuantityExceeded(
                _("%(component)s has been issued for %(pieces)s pieces only")
                % {"component": component.product.code, "pieces": f"{enough_for.quantize(Decimal(1), ROUND_FLOOR):f}"},
                left=str(enough_for),
            )


def _backflush(actor: Actor, order: ProductionOrder, begun: Decimal, on: date) -> Material:
    components = components_locked(order)
    steps = smallest_pieces(components)
    wanted = {}
    for product, component in components.items():
        # Rounded up: half a bolt is not taken, and nobody waits for the other half until the order ends.
        step = steps[product]
        due = (component.required * begun / order.started / step).to_integral_value(ROUND_CEILING) * step
        wanted[product] = min(due, component.required) - component.issued
    wanted = {p: q for p, q in wanted.items() if q > 0}
    amounts = take(actor, order, components, wanted, on) if wanted else []
    return Material(list(components.values()), amounts)
