"""What was held becomes production orders: drafts with the material and the time of the promise."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

from modules.production.models import (
    HeldMaterial,
    ProductionOrder,
    ProductionOrderComponent,
    PromiseHold,
)
from modules.production.selectors.held import HELD_MATERIAL, hold_ref, material_ref
from modules.production.services.ledger import order_ref
from modules.production.services.orders import production_order_create, production_order_delete
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, StockReservation
from modules.shared.data.models import Product
from tenon.access.actor import Actor, system
from tenon.ports import find
from tenon.records.service import service

MATERIAL = "production.order_component"
ZERO = Decimal(0)


def drafts_of(actor: Actor, hold: PromiseHold, line: RecordRef) -> list[ProductionOrder]:
    """Of each lot one, parents first; the lots of the product itself are pegged to the line. Whoever may turn the quote
    into an order may have them made."""
    products = Product.objects.select_related("unit").in_bulk({int(lot["product"]) for lot in hold.lots})
    made: dict[int, ProductionOrder] = {}
    for lot in hold.lots:
        product = products[int(lot["product"])]
        made[lot["number"]] = production_order_create(
            actor=system("promises"), product=product, quantity=Decimal(lot["quantity"]),
            start_on=date.fromisoformat(lot["start_on"]), due_on=date.fromisoformat(lot["due_on"]),
            made_for=line if product.pk == hold.product_id else None,
        )  # fmt: skip
        lot["order"] = made[lot["number"]].pk
    for row in hold.operations.select_for_update().order_by("pk"):
        row.order = made[row.lot]
        row.save()
    _material_over(actor, hold, list(made.values()))
    return list(made.values())


def _material_over(actor: Actor, hold: PromiseHold, orders: list[ProductionOrder]) -> None:
    """Locks on stock and claims on supply go from the hold to the material of the orders, the first to begin first."""
    reservation = find(StockReservation)
    held = list(HeldMaterial.objects.filter(hold=hold).order_by("pk"))
    if reservation is None or not held:
        return
    rows = ProductionOrderComponent.objects.filter(order__in=orders).select_related("order")
    rows = rows.order_by("order__start_on", "order_id", "position")
    demands = [
        Demand(
            RecordRef(MATERIAL, r.pk, r.order.number), r.product_id, r.required, r.order.start_on, order_ref(r.order)
        )
        for r in rows
    ]
    lines = {row.pk for row in held}
    claims = [
        claim
        for claim in reservation.claims(sorted({row.product_id for row in held}))
        if claim.line.entity == HELD_MATERIAL and claim.line.id in lines
    ]
    given = reservation.hand_over(actor=actor, head=hold_ref(hold), demands=demands)
    reservation.release(actor=actor, lines=[material_ref(row) for row in held])
    left = {d.line.id: d.quantity - given.get(d.line.id, ZERO) for d in demands}
    wanted: dict[tuple[Demand, RecordRef], Decimal] = defaultdict(Decimal)
    for claim in claims:
        rest = claim.quantity
        for demand in demands:
            part = min(rest, left[demand.line.id]) if demand.product_id == claim.product_id else ZERO
            if part > 0:
                rest -= part
                left[demand.line.id] -= part
                wanted[(demand, claim.supply)] += part
    if wanted:
        asked = [(replace(demand, quantity=part), supply) for (demand, supply), part in wanted.items()]
        reservation.claim(actor=actor, wanted=asked)


@service()
def held_orders_cancel(*, actor: Actor, sales_order: int) -> None:
    """The sales order is cancelled: drafts that were made of a held promise for it, which nobody has released, go, and
    what was held with them."""
    drafts = ProductionOrder.objects.filter(status=ProductionOrder.Status.DRAFT)
    holds = PromiseHold.objects.select_for_update(of=("self",)).filter(
        head_entity="shared.sales_order", head_id=sales_order, state=PromiseHold.State.ORDERED
    )
    for hold in holds.order_by("pk"):
        for order in drafts.filter(pk__in=[lot["order"] for lot in hold.lots]).order_by("pk"):
            _free(actor, order)
            production_order_delete(actor=system("promises"), order=order)
        hold.state = PromiseHold.State.RELEASED
        hold.save()


def _free(actor: Actor, order: ProductionOrder) -> None:
    reservation = find(StockReservation)
    lines = [RecordRef(MATERIAL, pk, order.number) for pk in order.components.values_list("pk", flat=True)]
    if reservation is not None and lines:
        reservation.release(actor=actor, lines=lines)
