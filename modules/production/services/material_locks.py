"""Material that is an order's own once it is released: in stock, and of what is on its way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.db.models import F

from modules.production.models import ProductionOrder, ProductionOrderComponent
from modules.production.rules.material import allotted
from modules.production.rules.terms import from_micro
from modules.production.selectors.material import MATERIAL, open_material
from modules.production.selectors.material_policy import locked_at_release
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, StockReservation
from tenon import ports
from tenon.access.actor import Actor, system
from tenon.records.service import service

BEGUN = (ProductionOrder.Status.RELEASED, ProductionOrder.Status.IN_PROGRESS)


def lock_share(actor: Actor, lines: Iterable[ProductionOrderComponent]) -> None:
    """Locks for components of released orders what planning gives them: free stock at once, firm supply as it comes.
    What an earlier need counts on is left to it; what is neither there nor on its way stays lacking."""
    reservation = ports.find(StockReservation)
    mine = {(MATERIAL, line.pk) for line in lines}
    products = sorted({line.product_id for line in lines})
    there = open_material(products) if mine and reservation is not None else None
    if there is None or reservation is None:
        return
    now: list[Demand] = []
    later: list[tuple[Demand, RecordRef]] = []
    for key, share in allotted(there.needs, there.supplies, there.free).items():
        if key not in mine:
            continue
        demand = there.demands[key]  # type: ignore[index]
        if share.stock:
            now.append(replace(demand, quantity=from_micro(share.stock)))
        later += [
            (replace(demand, quantity=from_micro(part)), there.refs[supply.source])  # type: ignore[index]
            for supply, part in share.supplies
            if supply.peg is None and supply.firm
        ]
    if now:
        reservation.reserve(actor=actor, demands=now)
    if later:
        reservation.claim(actor=actor, wanted=later)


def lock_at_release(actor: Actor, order: ProductionOrder) -> None:
    """Where its planning rule, or the company's, says so."""
    if locked_at_release([order.product_id]):
        lock_share(actor, order.components.all())


def material_came(products: Collection[int]) -> None:
    """Something of these products is there, or on its way now: released orders that lack some get their share. Told by
    events."""
    waiting = ProductionOrderComponent.objects.filter(
        product__in=products, order__status__in=BEGUN, required__gt=F("issued")
    )
    made = dict(waiting.values_list("order_id", "order__product_id")) if products else {}
    locking = locked_at_release(set(made.values())) if made else set()
    orders = sorted(order for order, product in made.items() if product in locking)
    if orders:
        material_catch_up(actor=system("material"), orders=orders, products=products)


@service()
def material_catch_up(*, actor: Actor, orders: Collection[int], products: Collection[int]) -> None:
    """Idempotent: what is locked or claimed already is no need any more."""
    begun = ProductionOrder.objects.select_for_update().filter(pk__in=orders, status__in=BEGUN).order_by("pk")
    lines = ProductionOrderComponent.objects.filter(order__in=[order.pk for order in begun], product__in=products)
    lock_share(actor, lines)
