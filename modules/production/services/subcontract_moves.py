"""Work outside: what goes to the supplier and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from modules.production.errors import QuantityExceeded
from modules.production.models import (
    LossReason,
    ProductionOrder,
    ProductionOrderOperation,
    SubcontractMaterial,
    SubcontractOrder,
    SubcontractReceipt,
)
from modules.production.rules.subcontracting import ZERO, consumed_by, enough_for, fee_of
from modules.production.services.inspections import pieces_came_back
from modules.production.services.ledger import OutsideFee, order_ref
from modules.production.services.operation_flow import Flow
from modules.production.services.shop_floor import issue, production_order_report
from modules.production.services.subcontracting import Status, lock_live
from modules.shared.contracts.events import SupplyMoved
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import SubcontractStock
from modules.shared.data.models import PurchaseOrder, PurchaseOrderLine
from modules.shared.data.services.line_progress import purchase_order_lines_record
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ORDERED = (PurchaseOrder.Status.CONFIRMED, PurchaseOrder.Status.PART_RECEIVED, PurchaseOrder.Status.RECEIVED)


def ref(subcontract: SubcontractOrder) -> RecordRef:
    return RecordRef("production.subcontract", subcontract.pk, subcontract.number)


@service("production.subcontract.send")
def subcontract_send(
    *,
    actor: Actor,
    subcontract: SubcontractOrder,
    items: Mapping[Any, Any] | None = None,
    pieces: Decimal | None = None,
    sent_on: date | None = None,
) -> SubcontractOrder:
    """To the supplier: where the pieces begin there, material (`items`: product id → quantity, left out what is still
    missing; what lies there from work that has ended counts first), otherwise `pieces` that have come so far. Material
    stays our stock. Raises StateRefused before the purchase order is confirmed, Invalid, QuantityExceeded, insufficient
    stock."""
    order, subcontract = lock_live(subcontract)
    line = PurchaseOrderLine.objects.select_related("order").filter(pk=subcontract.purchase_line_id or 0).first()
    if line is None or line.order.status not in ORDERED:
        raise StateRefused(_("Confirm the purchase order first"))
    materials, on = _materials(subcontract), _day(sent_on, "sent_on")
    if materials:
        wanted = _items(items, materials) if items is not None else {
            pk: max(m.required - (m.sent - m.returned), ZERO) for pk, m in materials.items()
        }  # fmt: skip
        wanted = {pk: quantity for pk, quantity in wanted.items() if quantity > 0}
        if not wanted:
            raise Invalid.field("items", _("Say what is sent"), "required")
        _send_material(actor, subcontract, order, materials, wanted, on)
        subcontract.sent = _enough(subcontract, materials)
    else:
        _send_pieces(subcontract, order, pieces)
    subcontract.status, subcontract.sent_on = Status.OUTSIDE, subcontract.sent_on or on
    subcontract.save()
    _running(order, subcontract.order_operation)
    publish(SupplyMoved("production.order", (order.pk,), order.number))
    return subcontract


def _materials(subcontract: SubcontractOrder) -> dict[int, SubcontractMaterial]:
    """By product, in its order."""
    rows = subcontract.materials.select_for_update(of=("self",)).select_related("product__unit").order_by("product_id")
    return {row.product_id: row for row in rows}


def _day(day: date | None, field: str) -> date:
    today = current().today()
    if day is not None and day > today:
        raise Invalid.field(field, _("This day has not come yet"), "future")
    return day or today


def _items(
    given: Mapping[Any, Any], materials: Mapping[int, SubcontractMaterial], at: str = "items"
) -> dict[int, Decimal]:
    """product id → quantity, as a client says it. Raises Invalid."""
    try:
        found = {int(product): Decimal(str(quantity or 0)) for product, quantity in given.items()}
    except (AttributeError, ValueError, TypeError, InvalidOperation) as error:
        raise Invalid.field(at, _("Give product ids with quantities"), "invalid") from error
    if set(found) - set(materials):
        raise Invalid.field(at, _("This product is no material of the order"), "unknown")
    for product, quantity in found.items():
        step = Decimal(1).scaleb(-materials[product].product.unit.decimals)
        if not quantity.is_finite() or quantity < 0 or quantity % step:
            raise Invalid.field(at, _("Whole pieces of the unit, none below zero"), "step")
    return found


def _send_material(
    actor: Actor,
    subcontract: SubcontractOrder,
    order: ProductionOrder,
    materials: Mapping[int, SubcontractMaterial],
    wanted: Mapping[int, Decimal],
    on: date,
) -> None:
    to_move = []
    for product, quantity in sorted(wanted.items()):
        left = quantity - _take_over(subcontract, product, quantity)
        if left:
            to_move.append((product, left))
        materials[product].sent += quantity
        materials[product].save()
    stock = ports.find(SubcontractStock)
    if stock is not None and to_move:
        stock.send(
            actor=actor, supplier_id=subcontract.supplier_id, source=ref(subcontract), order=order_ref(order),
            items=to_move, moved_on=on,
        )  # fmt: skip


def _take_over(subcontract: SubcontractOrder, product: int, most: Decimal) -> Decimal:
    """What lies at the supplier from orders that have ended is this one's now; answers how much."""
    taken = ZERO
    rows = SubcontractMaterial.objects.select_for_update(of=("self",)).filter(
        product=product, subcontract__supplier=subcontract.supplier_id,
        subcontract__status__in=(Status.DONE, Status.CANCELLED),
    )  # fmt: skip
    for row in rows.order_by("pk"):
        part = min(row.there, most - taken)
        if part > 0:
            row.returned += part
            row.save()
            taken += part
    return taken


def _enough(subcontract: SubcontractOrder, materials: Mapping[int, SubcontractMaterial]) -> Decimal:
    step = Decimal(1).scaleb(-subcontract.order_operation.order.product.unit.decimals)
    there = [(m.sent - m.returned, m.required) for m in materials.values()]
    return max(enough_for(there, subcontract.quantity, step), subcontract.came)


def _send_pieces(subcontract: SubcontractOrder, order: ProductionOrder, pieces: Decimal | None) -> None:
    flow = Flow.of(order)
    operation = flow.find(subcontract.order_operation_id)
    live = operation.subcontracts.filter(status=Status.OUTSIDE)
    away = sum((s.sent - s.came for s in live), ZERO)
    here = ZERO if flow.is_first(operation) else flow.left(operation) - away
    if flow.is_first(operation):  # nothing of ours goes in: what is made of it is the supplier's own
        here = subcontract.quantity - subcontract.sent
    most = max(min(here, subcontract.quantity - subcontract.sent), ZERO)
    pieces = most if pieces is None else pieces
    step = Decimal(1).scaleb(-order.product.unit.decimals)
    if pieces <= 0 or pieces % step:
        if not most:
            raise StateRefused(_("No pieces have come to this operation yet"))
        raise Invalid.field("pieces", _("Say how many, more than zero"), "min_value")
    if pieces > most:
        raise QuantityExceeded(_("%(left)s pieces can be sent") % {"left": f"{most.normalize():f}"}, left=str(most))
    subcontract.sent += pieces


def _running(order: ProductionOrder, operation: ProductionOrderOperation) -> None:
    if operation.status != ProductionOrderOperation.Status.RUNNING:
        operation.status = ProductionOrderOperation.Status.RUNNING
        operation.save()
    if order.status == ProductionOrder.Status.RELEASED:
        order.status = ProductionOrder.Status.IN_PROGRESS
        order.save()


@service("production.subcontract.send")
def subcontract_take_back(
    *,
    actor: Actor,
    subcontract: SubcontractOrder,
    items: Mapping[Any, Any] | None = None,
    pieces: Decimal | None = None,
    returned_on: date | None = None,
) -> SubcontractOrder:
    """What was not used comes back from the supplier: material (all that lies there, or `items`), or `pieces` that were
    not worked on. Also after the order has ended. Raises StateRefused, Invalid, QuantityExceeded."""
    order, subcontract = lock_live(subcontract, ended=True)
    materials, on = _materials(subcontract), _day(returned_on, "returned_on")
    if not materials:
        away = subcontract.sent - subcontract.came
        pieces = away if pieces is None else pieces
        if pieces <= 0 or pieces > away:
            raise QuantityExceeded(_("%(left)s pieces are there") % {"left": f"{away.normalize():f}"}, left=str(away))
        subcontract.sent -= pieces
        subcontract.save()
        return subcontract
    wanted = _items(items, materials) if items is not None else {pk: m.there for pk, m in materials.items()}
    wanted = {pk: quantity for pk, quantity in wanted.items() if quantity > 0}
    if not wanted:
        raise StateRefused(_("Nothing of ours lies there"))
    for product, quantity in sorted(wanted.items()):
        material = materials[product]
        _refuse_more(material, quantity)
        material.returned += quantity
        material.save()
    stock = ports.find(SubcontractStock)
    if stock is not None:
        stock.take_back(
            actor=actor, supplier_id=subcontract.supplier_id, source=ref(subcontract), items=sorted(wanted.items()),
            moved_on=on,
        )  # fmt: skip
    subcontract.sent = _enough(subcontract, materials)
    subcontract.save()
    publish(SupplyMoved("production.order", (order.pk,), order.number))
    return subcontract


def _refuse_more(material: SubcontractMaterial, wanted: Decimal) -> None:
    if wanted > material.there:
        words = {"product": material.product.code, "there": f"{material.there.normalize():f}"}
        words["wanted"] = f"{wanted.normalize():f}"
        raise QuantityExceeded(
            _("%(product)s: %(there)s lie at the supplier, %(wanted)s are needed") % words, left=str(material.there)
        )


@service("production.subcontract.receive")
def subcontract_receive(
    *,
    actor: Actor,
    subcontract: SubcontractOrder,
    good: Decimal = ZERO,
    rejected: Decimal = ZERO,
    spoiled: Decimal = ZERO,
    extra: Mapping[Any, Any] | None = None,
    reason: LossReason | None = None,
    received_on: date | None = None,
    note: str = "",
) -> SubcontractOrder:
    """Pieces come back: `good` ones go on to the next operation, or into stock from the last; `rejected` (the
    supplier's fault, not paid) and `spoiled` (our material's fault, paid) are scrap of the order. In one transaction
    they take their material by the bill out of what lies at the supplier, whatever was sent, and `extra` (product id →
    quantity) that it used or lost besides; the purchase order's line advances; the fee goes into the order's outside
    cost and stands accrued until the supplier's invoice. Where an inspection plan for what comes in says so, the good
    ones wait for its verdict.

    Raises StateRefused, Invalid, QuantityExceeded, OverDelivery, and what the ledger raises. Emits ProductionReported.
    """
    order, subcontract = lock_live(subcontract)
    good, rejected, spoiled = good or ZERO, rejected or ZERO, spoiled or ZERO
    pieces, operation = good + rejected + spoiled, subcontract.order_operation
    if min(good, rejected, spoiled) < 0 or not pieces:
        raise Invalid.field("good", _("Say how many came, none below zero"), "min_value")
    if rejected + spoiled and reason is None:
        raise Invalid.field("reason", _("Say why"), "required")
    on, left = _day(received_on, "received_on"), subcontract.open_quantity
    materials = _materials(subcontract)
    if not materials:
        left = min(left, subcontract.sent - subcontract.came)
    if subcontract.status != Status.OUTSIDE or pieces > left:
        left = left if subcontract.status == Status.OUTSIDE else ZERO
        raise QuantityExceeded(_("%(left)s pieces are outside") % {"left": f"{left.normalize():f}"}, left=str(left))
    line = PurchaseOrderLine.objects.select_related("order").filter(pk=subcontract.purchase_line_id or 0).first()
    if line is None:
        raise StateRefused(_("Its purchase order line is gone: end it and order again"))
    purchase_order_lines_record(actor=actor, deltas={line.pk: {"received": pieces, "rejected": rejected}})
    used = _used(subcontract, materials, pieces, _items(extra or {}, materials, "extra"))
    if used:
        _consume(actor, order, subcontract, materials, used, on)
    paid = subcontract.good + subcontract.spoiled
    worth = line.subtotal * line.order.exchange_rate
    fee = fee_of(worth, line.base_quantity, paid, good + spoiled, current().currency)
    report = production_order_report(
        actor=replace(actor, permissions=actor.permissions | {"production.order.report"}), order=order,
        operation=operation, good=good, scrap=rejected + spoiled, reason=reason, reported_on=on, note=note,
        backflush=False, fee=OutsideFee(fee, line.pk, subcontract.supplier_id),
    )  # fmt: skip
    SubcontractReceipt(
        subcontract=subcontract, report=report, received_on=on, good=good, rejected=rejected, spoiled=spoiled, fee=fee,
        note=note,
    ).save()  # fmt: skip
    subcontract.good, subcontract.rejected = subcontract.good + good, subcontract.rejected + rejected
    subcontract.spoiled, subcontract.fee = subcontract.spoiled + spoiled, subcontract.fee + fee
    subcontract.sent = max(subcontract.sent, subcontract.came)
    if not subcontract.open_quantity:
        subcontract.status = Status.DONE
    subcontract.save()
    flow = Flow.of(order)
    if not flow.is_last(flow.find(operation.pk)):
        pieces_came_back(actor, subcontract, good)
    return subcontract


def _used(
    subcontract: SubcontractOrder,
    materials: Mapping[int, SubcontractMaterial],
    pieces: Decimal,
    extra: Mapping[int, Decimal],
) -> dict[int, Decimal]:
    used = {}
    for product, material in materials.items():
        step = Decimal(1).scaleb(-material.product.unit.decimals)
        taken = consumed_by(material.required, subcontract.came, pieces, subcontract.quantity, step)
        taken += extra.get(product, ZERO)
        _refuse_more(material, taken)
        if taken:
            used[product] = taken
    return used


def _consume(
    actor: Actor,
    order: ProductionOrder,
    subcontract: SubcontractOrder,
    materials: Mapping[int, SubcontractMaterial],
    used: dict[int, Decimal],
    on: date,
) -> None:
    for product, quantity in used.items():
        materials[product].consumed += quantity
        materials[product].save()
    stock = ports.find(SubcontractStock)
    values = [(product, quantity, ZERO) for product, quantity in sorted(used.items())]
    if stock is not None:
        values = stock.consume(
            actor=actor, supplier_id=subcontract.supplier_id, order=order_ref(order), items=sorted(used.items()),
            moved_on=on,
        )  # fmt: skip
    components = {c.product_id: c for c in order.components.select_for_update().order_by("product_id")}
    issue(actor, order, components, used, on, values)
