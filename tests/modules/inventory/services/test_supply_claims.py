"""Claims on goods that are still to come: never more than comes, locked when it comes, cut when less comes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, connection, transaction

from modules.inventory.models import Reservation, ReservationChange, SupplyClaim
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.supply_claims import claim_release, supply_claim
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.services import (
    purchase_order_cancel,
    purchase_order_close,
    sales_order_cancel,
    sales_order_reserve,
    sales_order_update,
)
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.tenancy.context import current
from tests.modules.inventory.services.test_hand_locks import line_of


def supply_of(order):
    return RecordRef("shared.purchase_order_line", order.lines.get().pk, order.number)


def active(order):
    rows = SupplyClaim.objects.filter(demand_id=order.lines.get().pk, state="active")
    return sum((row.quantity for row in rows), D(0))


def claim(world, sale, purchase, quantity=None, **values):
    return supply_claim(
        actor=world.actor, line=line_of(sale), supply=supply_of(purchase), quantity=quantity and D(quantity), **values
    )


def test_claimed_then_locked_when_it_comes(world, stranger):
    """3 in stock, 10 ordered, 8 sold: 3 locked, 5 claimed of the ten. 6 arrive: 5 are locked at once, one is free."""
    product = world.product()
    world.opening((product, 3, 1))
    purchase = world.purchase((product, 10, 1), due_on=current().today() + timedelta(days=5))
    sale = world.sale((product, 8))
    with pytest.raises(Forbidden):
        supply_claim(actor=stranger, line=line_of(sale), supply=supply_of(purchase))
    with pytest.raises(Invalid):
        claim(world, sale, purchase, 6)
    made = claim(world, sale, purchase)
    assert (made.quantity, made.state) == (D(5), "active")
    with pytest.raises(StateRefused):
        claim(world, sale, purchase)
    with pytest.raises(StateRefused):  # what comes for it is not locked from elsewhere as well
        sales_order_reserve(actor=world.actor, order=sale)
    world.receive(purchase, [{"order_line": purchase.lines.get().pk, "quantity": D(6)}])
    assert sale.lines.get().reserved == D(8)
    assert world.balance(product) == (D(9), D(8))
    made.refresh_from_db()
    assert (made.quantity, made.fulfilled, made.state) == (D(0), D(5), "fulfilled")
    assert ReservationChange.objects.filter(product=product, kind="arrived").count() == 1
    world.prove()


def test_all_claims_together_are_no_more_than_comes(world):
    """Rule 15."""
    product = world.product()
    purchase = world.purchase((product, 10, 1))
    first, second = world.sale((product, 7)), world.sale((product, 7))
    claim(world, first, purchase)
    assert claim(world, second, purchase).quantity == D(3)
    third = world.sale((product, 1))
    with pytest.raises(StateRefused, match="claimed"):
        claim(world, third, purchase)
    world.prove()
    sid = transaction.savepoint()
    SupplyClaim.objects.filter(demand_id=second.lines.get().pk).update(quantity=4)
    with pytest.raises(DatabaseError, match="still to come"), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    transaction.savepoint_rollback(sid)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")


def test_less_comes_the_least_urgent_loses(world):
    product = world.product()
    purchase = world.purchase((product, 10, 1))
    calm, urgent = world.sale((product, 6)), world.sale((product, 4))
    sales_order_update(actor=world.actor, order=urgent, priority=1)
    claim(world, calm, purchase)
    claim(world, urgent, purchase)
    world.receive(purchase, [{"order_line": purchase.lines.get().pk, "quantity": D(3)}])
    assert (urgent.lines.get().reserved, calm.lines.get().reserved) == (D(3), D(0))
    assert (active(urgent), active(calm)) == (D(1), D(6))
    purchase_order_close(actor=world.actor, order=purchase)
    assert (active(urgent), active(calm)) == (D(0), D(0))
    assert ReservationChange.objects.filter(product=product, kind="lost").count() == 2
    world.prove()


def test_rejected_goods_take_their_claim_with_them(world):
    product = world.product()
    purchase = world.purchase((product, 10, 1))
    sale = world.sale((product, 10))
    claim(world, sale, purchase)
    world.receive(purchase, [{"order_line": purchase.lines.get().pk, "quantity": D(10), "rejected": D(4)}])
    assert (sale.lines.get().reserved, active(sale)) == (D(6), D(0))
    world.prove()


def test_freed_with_the_order_and_with_the_purchase(world):
    product = world.product()
    purchase = world.purchase((product, 10, 1))
    sale, other = world.sale((product, 4)), world.sale((product, 4))
    claim(world, sale, purchase)
    claim(world, other, purchase)
    sales_order_cancel(actor=world.actor, order=sale)
    assert (active(sale), active(other)) == (D(0), D(4))
    purchase_order_cancel(actor=world.actor, order=purchase)
    assert active(other) == D(0)
    with pytest.raises(StateRefused):
        claim(world, other, purchase)
    world.prove()


def test_shipped_from_stock_the_claim_is_let_go(world):
    product = world.product()
    purchase = world.purchase((product, 10, 1))
    sale = world.sale((product, 10))
    claim(world, sale, purchase)
    world.opening((product, 7, 1))
    delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale))
    assert sale.lines.get().delivered == D(7)
    assert active(sale) == D(3)
    world.prove()


def test_a_hard_claim_stays_where_it_arrives(world):
    product = world.product()
    purchase = world.purchase((product, 5, 1))
    sale = world.sale((product, 5))
    claim(world, sale, purchase, is_hard=True)
    world.receive(purchase)
    assert Reservation.objects.get(product=product).is_hard
    world.prove()


def test_given_up_in_part(world):
    product = world.product()
    purchase = world.purchase((product, 5, 1))
    sale = world.sale((product, 5))
    made = claim(world, sale, purchase)
    claim_release(actor=world.actor, claim=made, quantity=D(2), reason="bought elsewhere")
    assert active(sale) == D(3)
    claim_release(actor=world.actor, claim=made)
    with pytest.raises(StateRefused):
        claim_release(actor=world.actor, claim=made)
    world.prove()
