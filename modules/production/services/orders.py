"""Production orders: making, releasing, cancelling and closing them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models import (
    BillOfMaterials,
    ProductionOrder,
    ProductionOrderComponent,
    SubcontractOrder,
)
from modules.production.rules.dates import release_of
from modules.production.rules.explosion import material_of
from modules.production.rules.terms import MICRO, from_micro, micro
from modules.production.rules.terms import Item as PlanItem
from modules.production.selectors.effectivity import bom_for
from modules.production.selectors.standards import planned_unit_costs
from modules.production.selectors.structure import components_of, components_of_all, phantoms
from modules.production.services.held_time import time_taken_over
from modules.production.services.ledger import order_ref, output_ref, post_cost, tell_sales
from modules.production.services.material_locks import lock_at_release
from modules.production.services.order_operations import begin_with, copy_operations
from modules.production.services.order_outputs import copy_outputs
from modules.shared.contracts.events import PlanningBasisChanged, SupplyMoved
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, StockAvailability, StockReservation
from modules.shared.data.models import Product, SalesOrderLine
from modules.shared.data.selectors.calendars import work_calendar
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import frame, publish, service, touch_ids
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

Status = ProductionOrder.Status
UNENDED = (Status.DRAFT, Status.RELEASED, Status.IN_PROGRESS)
SALES_LINE = "shared.sales_order_line"
# Asked by every report from the shop floor.
_LOCKED = PlainQuery(
    ProductionOrder,
    "from production_productionorder r join data_product j on j.id = r.product_id where r.id = %s for update of r",
    joined="product",
)
_MATERIAL = PlainQuery(
    ProductionOrderComponent,
    "from production_productionordercomponent r where r.order_id = %s order by r.product_id for update of r",
)


def locked(order: ProductionOrder, states: Collection[str], message: Any) -> ProductionOrder:
    """The order under its lock, when it is in one of `states`. Raises StateRefused."""
    found = _LOCKED.first(order.pk)
    if found is None:
        raise ProductionOrder.DoesNotExist
    if found.status not in states:
        raise StateRefused(message, state=found.status)
    return found


def components_locked(order: ProductionOrder) -> dict[int, ProductionOrderComponent]:
    """Product → the order's material, under lock."""
    return {row.product_id: row for row in _MATERIAL.all(order.pk)}


@service("production.order.create")
def production_order_create(
    *,
    actor: Actor,
    product: Product,
    quantity: Decimal,
    due_on: date | None = None,
    start_on: date | None = None,
    bom: BillOfMaterials | None = None,
    made_for: RecordRef | None = None,
    number: str = "",
    backflush: bool = True,
    tolerance: Decimal = Decimal(0),
    note: str = "",
    custom: dict[str, Any] | None = None,
) -> ProductionOrder:
    """A draft. Without a start it begins the product's lead time in working days before it is due. Raises Invalid."""
    check_quantity(product, quantity)
    _check_tolerance(tolerance)
    if product.source != Product.Source.MAKE:
        raise Invalid.field("product", _("This product is bought, not made"), "not_made")
    _check_bom(product, bom)
    today = current().today()
    calendar = work_calendar()
    due = due_on or calendar.forward(today, product.lead_time_days)
    start = start_on or max(release_of(due, PlanItem(product.pk, True, product.lead_time_days), calendar), today)
    if start > due:
        raise Invalid.field("due_on", _("It would be due before it starts"), "before_start")
    order = ProductionOrder(
        number=number or next_number("WO"),
        product=product,
        bom=bom or bom_for(product.pk, start),
        quantity=quantity,
        start_on=start,
        due_on=due,
        backflush=backflush,
        tolerance=tolerance,
        note=note,
        custom=custom or {},
    )
    if made_for is not None:
        _peg(order, made_for)
    begin_with(order)
    order.save()
    copy_bill(order)
    plan_again(order)
    return order


def plan_again(order: ProductionOrder) -> None:
    """What the order makes and takes is to be planned anew: it came, changed or goes."""
    takes = order.components.values_list("product_id", flat=True)
    gives = order.outputs.values_list("product_id", flat=True)
    publish(PlanningBasisChanged(tuple(sorted({order.product_id, *takes.union(gives)}))))


def check_quantity(product: Product, quantity: Decimal | None) -> None:
    if quantity is None or quantity <= 0:
        raise Invalid.field("quantity", _("Say how many, more than zero"), "min_value")
    if quantity % (Decimal(1).scaleb(-product.unit.decimals)):
        raise Invalid.field("quantity", _("Finer than the unit allows"), "step")


def _check_tolerance(tolerance: Decimal) -> None:
    if tolerance < 0:
        raise Invalid.field("tolerance", _("Not below zero"), "min_value")


def _check_bom(product: Product, bom: BillOfMaterials | None) -> None:
    if bom is not None and bom.product_id != product.pk:
        raise Invalid.field("bom", _("This bill of materials makes another product"), "other_product")


def _peg(order: ProductionOrder, made_for: RecordRef) -> None:
    order.demand_entity, order.demand_id, order.demand_label = made_for.entity, made_for.id, made_for.label[:120]
    if made_for.entity == SALES_LINE:
        order.sales_order_id = SalesOrderLine.objects.filter(pk=made_for.id).values_list("order_id", flat=True).first()


@service("production.order.update")
def production_order_update(*, actor: Actor, order: ProductionOrder, **values: Any) -> ProductionOrder:
    """Changes a draft; of a released order its dates, its note and how material is taken only. Raises StateRefused,
    Invalid."""
    order = locked(order, (Status.DRAFT, Status.RELEASED, Status.IN_PROGRESS), _("This order has ended"))
    allowed = {"due_on", "start_on", "backflush", "tolerance", "note", "custom"}
    if order.status == Status.DRAFT:
        allowed |= {"quantity", "bom"}
    refused = sorted(set(values) - allowed)
    if refused:
        raise StateRefused(_("This can only be changed in a draft: %(fields)s") % {"fields": ", ".join(refused)})
    due_before = order.due_on
    for name, value in values.items():
        setattr(order, name, value)
    check_quantity(order.product, order.quantity)
    _check_tolerance(order.tolerance)
    _check_bom(order.product, order.bom)
    if order.start_on > order.due_on:
        raise Invalid.field("due_on", _("It would be due before it starts"), "before_start")
    if order.status == Status.DRAFT:
        begin_with(order)
    order.save()
    if order.status == Status.DRAFT:
        copy_bill(order)
    supply_shrunk(actor, order)
    if order.status == Status.DRAFT:
        plan_again(order)
    elif order.due_on != due_before:
        publish(SupplyMoved("production.order", (order.pk,), order.number))
    return order


@service("production.order.delete")
def production_order_delete(*, actor: Actor, order: ProductionOrder) -> None:
    """Removes a draft. Raises StateRefused."""
    order = locked(
        order, (Status.DRAFT,), pgettext_lazy("production", "Only a draft can be deleted; cancel the order instead")
    )
    plan_again(order)
    order.delete()


def required_material(order: ProductionOrder, on: date) -> list[tuple[int, Decimal]]:
    """[(component, quantity)] of the order's bill (the active one when it names none), valid on the day, scrap
    included, rounded up to the smallest millionth; a component that stands on several lines is added up. Phantoms and
    what runs out are taken from what is free of them; then the former are blown through and the latter replaced."""
    components = components_of(order.product_id, order.bom_id)
    made_on_the_way = phantoms() - {order.product_id}
    below = components_of_all(made_on_the_way) if made_on_the_way & {c.product for c in components} else {}
    running_out = {c.product for each in (components, *below.values()) for c in each if c.successor is not None}
    stock, free = ports.find(StockAvailability), {}
    if stock is not None and (below or running_out):
        there = stock.availability(sorted(made_on_the_way | running_out))
        spoken_for = _open_material(order, made_on_the_way | running_out)
        free = {p: micro(found.available - spoken_for.get(p, Decimal(0))) for p, found in there.items()}
    taken = material_of(components, micro(order.started), on, below, made_on_the_way, free)
    return [(product, from_micro(quantity)) for product, quantity in taken.items()]


def _open_material(order: ProductionOrder, products: Collection[int]) -> dict[int, Decimal]:
    """What other open orders, drafts too, still have to take of these products and have not locked."""
    rows = ProductionOrderComponent.objects.filter(product__in=products, order__status__in=UNENDED)
    lines = {x.pk: x for x in rows.exclude(order=order.pk)}
    reservation = ports.find(StockReservation)
    refs = [RecordRef("production.order_component", pk) for pk in lines]
    held = reservation.reserved_for(refs) if reservation is not None and refs else {}
    found: dict[int, Decimal] = defaultdict(Decimal)
    for pk, line in lines.items():
        found[line.product_id] += max(line.open_quantity - held.get(pk, Decimal(0)), Decimal(0))
    return found


@service("production.order.release")
def production_order_release(*, actor: Actor, order: ProductionOrder) -> ProductionOrder:
    """draft → released: the bill of materials of the start day and the routing are copied onto the order for good;
    later changes of either do not touch it. Its share of material in stock and on its way is locked for it, where the
    company does not say otherwise. Raises StateRefused, Invalid when it has no bill of materials."""
    order = locked(order, (Status.DRAFT,), _("Only a draft can be released"))
    if order.bom_id is None:
        # Made before there was a bill: what is active now is what it is made by.
        order.bom = bom_for(order.product_id, order.start_on)
    begin_with(order)
    if not copy_bill(order, frozen=True):
        raise Invalid.field("bom", _("There is no bill of materials to make it from"), "required")
    copy_operations(order)
    order.status = Status.RELEASED
    order.save()
    time_taken_over(order)
    lock_at_release(actor, order)
    publish(SupplyMoved("production.order", (order.pk,), order.number))
    tell_sales(order)
    return order


def copy_bill(order: ProductionOrder, *, frozen: bool = False) -> int:
    """What it takes and what it makes besides, `frozen` with what the material costs now; answers how many
    materials."""
    copy_outputs(order)
    return _copy_material(order, frozen)


def _copy_material(order: ProductionOrder, frozen: bool) -> int:
    """The order's material as the bill says today. Drafts have it too, so that planning sees what they will take."""
    old = set(order.components.values_list("pk", flat=True))
    held = _let_go(order)
    if old:
        ProductionOrderComponent.objects.filter(pk__in=old).delete()
        touch_ids(ProductionOrderComponent, "delete", old)
    material = required_material(order, order.start_on)
    steps = dict(Product.objects.filter(pk__in=[p for p, _q in material]).values_list("id", "unit__decimals"))
    costs = planned_unit_costs(sorted(steps)) if frozen else {}
    member_id = frame().actor.member_id
    rows = ProductionOrderComponent.objects.bulk_create(
        ProductionOrderComponent(
            order=order,
            position=(index + 1) * 10,
            product_id=product,
            required=_whole(quantity, steps[product]),
            planned_cost=costs.get(product, Decimal(0)),
            created_by_id=member_id,
            changed_by_id=member_id,
        )
        for index, (product, quantity) in enumerate(material)
    )
    touch_ids(ProductionOrderComponent, "insert", {r.pk for r in rows})
    _lock_again(order, rows, held)
    return len(rows)


def _let_go(order: ProductionOrder) -> dict[int, Decimal]:
    """Of lines that are about to be written anew: product → what was locked in stock."""
    reservation = ports.find(StockReservation)
    lines = {row.pk: row.product_id for row in order.components.all()}
    refs = [RecordRef("production.order_component", pk, order.number) for pk in lines]
    held = reservation.reserved_for(refs) if reservation is not None and refs else {}
    if held and reservation is not None:
        reservation.release(actor=frame().actor, lines=refs)
    return {lines[pk]: quantity for pk, quantity in held.items()}


def _lock_again(order: ProductionOrder, rows: Iterable[ProductionOrderComponent], held: Mapping[int, Decimal]) -> None:
    """Nobody has come in between: the balances have been locked since it was let go."""
    reservation = ports.find(StockReservation)
    demands = [
        Demand(
            RecordRef("production.order_component", row.pk, order.number), row.product_id,
            min(held[row.product_id], row.required), order.start_on, order_ref(order),
        )
        for row in rows
        if held.get(row.product_id)
    ]  # fmt: skip
    if reservation is not None and demands:
        reservation.reserve(actor=frame().actor, demands=demands)


def _whole(quantity: Decimal, decimals: int) -> Decimal:
    """Rounded up to the unit's smallest piece: nobody issues half a bolt."""
    step = 10 ** (6 - min(decimals, 6))
    return from_micro(-(-int(quantity * MICRO) // step) * step)


@service("production.order.cancel")
def production_order_cancel(*, actor: Actor, order: ProductionOrder, reason: str = "") -> ProductionOrder:
    """Ends an order into which nothing has gone; what was locked for it is free again. Raises StateRefused."""
    order = locked(order, (Status.DRAFT, Status.RELEASED), _("Work has begun: close the order instead"))
    if order.collected:
        raise StateRefused(_("Material has been issued: close the order instead"))
    _refuse_outside(order)
    _free(actor, order)
    order.status = Status.CANCELLED
    if reason:
        order.note = f"{order.note}\n{reason}".strip()
    order.save()
    supply_shrunk(actor, order)
    plan_again(order)
    return order


@service("production.order.close")
def production_order_close(*, actor: Actor, order: ProductionOrder) -> ProductionOrder:
    """Ends an order; what is left in work in process goes to the variance account (without good output: all of it).
    Raises StateRefused."""
    order = locked(order, (Status.RELEASED, Status.IN_PROGRESS, Status.DONE), _("Only a released order can be closed"))
    _refuse_outside(order)
    residual = order.work_in_process
    post_cost(actor, order, current().today(), [("production_variance", order.product_id, residual, "other")])
    if order.status != Status.DONE:
        plan_again(order)
    _free(actor, order)
    order.variance += residual
    for output in order.outputs.filter(waiting_value__gt=0):
        output.waiting_value = Decimal(0)
        output.save()
    order.status, order.closed_at = Status.CLOSED, timezone.now()
    order.save()
    supply_shrunk(actor, order)
    return order


def _refuse_outside(order: ProductionOrder) -> None:
    outside = SubcontractOrder.objects.filter(order_operation__order=order, status__in=("ordered", "outside")).first()
    if outside is not None:
        raise StateRefused(_("%(number)s is still outside: receive or end it first") % {"number": outside.number})


def _free(actor: Actor, order: ProductionOrder) -> None:
    reservation = ports.find(StockReservation)
    if reservation is not None:
        components = [
            RecordRef("production.order_component", pk, order.number)
            for pk in order.components.values_list("pk", flat=True)
        ]
        reservation.release(actor=actor, lines=[order_ref(order), *components])


def supply_shrunk(actor: Actor, order: ProductionOrder) -> None:
    """Claims on what the order, written by now, will not bring any more are let go."""
    tell_sales(order)
    reservation = ports.find(StockReservation)
    if reservation is not None:
        outputs = [output_ref(output, order) for output in order.outputs.all()]
        reservation.supply_changed(actor=actor, supplies=[order_ref(order), *outputs])
