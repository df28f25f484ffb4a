"""An order that is released has its share of material for good: what is there, and what is on its way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from modules.inventory.models import Reservation, SupplyClaim
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.production.models import Pegging, ProductionOrder, ProductionOrderComponent
from modules.production.selectors.shortages import clear_to_build
from modules.production.services import (
    planning_run,
    production_order_cancel,
    production_order_create,
    production_order_release,
    production_order_split,
)
from modules.production.services.material_locks import material_came
from modules.production.services.planning_parameters import planning_rule_create
from modules.shared.data.models import Product, PurchaseOrder
from modules.shared.data.services import purchase_order_confirm, purchase_order_create
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked

D = Decimal


def on_order(factory: Factory, product: Product, quantity: int, days: int) -> PurchaseOrder:
    order = purchase_order_create(
        actor=factory.actor, supplier=factory.supplier,
        lines=[{
            "product": product, "quantity": D(quantity), "unit": product.unit,
            "due_on": current().today() + timedelta(days=days),
        }],
    )  # fmt: skip
    return purchase_order_confirm(actor=factory.actor, order=order)


def locked(order: ProductionOrder, product: Product) -> tuple[Decimal, Decimal]:
    """In stock, and of supply on its way."""
    line = ProductionOrderComponent.objects.get(order=order, product=product)
    of = {"demand_entity": "production.order_component", "demand_id": line.pk, "state": "active"}
    return (
        sum((r.quantity for r in Reservation.objects.filter(**of)), D(0)),
        sum((c.quantity for c in SupplyClaim.objects.filter(**of)), D(0)),
    )  # fmt: skip


def receive(factory: Factory, order: PurchaseOrder) -> None:
    receipt_post(actor=factory.actor, receipt=receipt_create(actor=factory.actor, order=order))


def test_what_is_there_is_locked_and_the_rest_as_it_comes(factory: Factory) -> None:
    """Eight bicycles take 8 frames: 5 are there, 3 of 10 come on day 4; of 16 wheels 12 are there and 4 lack."""
    stocked(factory, (factory.frame, 5, "300"), (factory.wheel, 12, "50"))
    bought = on_order(factory, factory.frame, 10, 4)
    order = factory.order(8)
    assert locked(order, factory.frame) == (5, 3)
    assert locked(order, factory.wheel) == (12, 0)
    [frames, wheels] = sorted(clear_to_build()[order.pk].missing, key=lambda m: m.label)
    assert (frames.quantity, frames.arrives_on) == (3, current().today() + timedelta(days=4))
    assert (wheels.quantity, wheels.arrives_on) == (4, None), "shown as lacking"
    receive(factory, bought)
    assert locked(order, factory.frame) == (8, 0)
    # Wheels come in that nobody had announced: the event of their coming gives the order its four.
    stocked(factory, (factory.wheel, 6, "50"))
    material_came({factory.wheel.pk})
    material_came({factory.wheel.pk})
    assert locked(order, factory.wheel) == (16, 0)
    production_order_cancel(actor=factory.actor, order=order)
    assert not Reservation.objects.filter(state="active").exists()


def test_what_an_earlier_need_counts_on_is_left_to_it(factory: Factory) -> None:
    """Ten frames. A draft that begins sooner wants 6 of them: the order that is released first gets 4."""
    stocked(factory, (factory.frame, 10, "300"))
    today = current().today()
    production_order_create(
        actor=factory.actor, product=factory.bike, quantity=D(6), start_on=today, due_on=today + timedelta(days=5)
    )
    later = production_order_create(
        actor=factory.actor, product=factory.bike, quantity=D(8), start_on=today + timedelta(days=3),
        due_on=today + timedelta(days=9),
    )  # fmt: skip
    later = production_order_release(actor=factory.actor, order=later)
    assert locked(later, factory.frame) == (4, 0)


def test_planning_leaves_to_an_order_what_it_has_a_claim_to(factory: Factory) -> None:
    """Ten frames come on day 5, all claimed by the order that begins on day 9. Another one that begins on day 6 gets
    none of them: 10 more are proposed for it."""
    on_order(factory, factory.frame, 10, 5)
    today = current().today()
    orders = []
    for days in (9, 6):
        order = production_order_create(
            actor=factory.actor, product=factory.bike, quantity=D(10), start_on=today + timedelta(days=days),
            due_on=today + timedelta(days=days + 7),
        )  # fmt: skip
        orders.append(production_order_release(actor=factory.actor, order=order))
    first, second = orders
    assert (locked(first, factory.frame), locked(second, factory.frame)) == ((0, 10), (0, 0))
    planning_run(actor=factory.actor)
    covers = {
        peg.need_id: (peg.cover_entity, peg.quantity)
        for peg in Pegging.objects.filter(product=factory.frame, need_entity="production.order_component")
    }
    of = {c.order_id: c.pk for c in ProductionOrderComponent.objects.filter(product=factory.frame)}
    assert covers[of[first.pk]] == ("shared.purchase_order_line", 10)
    assert covers[of[second.pk]] == ("", 10), "a proposal"


def test_the_company_may_leave_it_to_people(factory: Factory) -> None:
    """For everything, or for a product of its own: wheels lock their spokes all the same."""
    planning_rule_create(actor=factory.actor, locks_material=False)
    planning_rule_create(actor=factory.actor, product=factory.wheel)
    stocked(factory, (factory.frame, 5, "300"), (factory.spoke, 64, "0.5"))
    order, wheels = factory.order(5), factory.order(2, product=factory.wheel)
    material_came({factory.frame.pk})
    assert locked(order, factory.frame) == (0, 0)
    assert locked(wheels, factory.spoke) == (64, 0)


def test_an_order_that_is_split_keeps_what_it_has(factory: Factory) -> None:
    """Ten bicycles with 7 frames: six keep 6, four get 1."""
    stocked(factory, (factory.frame, 7, "300"))
    order = factory.order(10)
    part = production_order_split(actor=factory.actor, order=order, quantity=D(4))
    order.refresh_from_db()
    assert (locked(order, factory.frame), locked(part, factory.frame)) == ((6, 0), (1, 0))
    assert sum(r.quantity for r in Reservation.objects.filter(product=factory.frame, state="active")) == 7
