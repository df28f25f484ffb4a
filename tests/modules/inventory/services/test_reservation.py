"""Locking stock: never more than there is, one statement for many lines, released exactly."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Reservation, StockBalance
from modules.inventory.services.hand_locks import reservation_release
from modules.inventory.services.reservation import stock_release, stock_reserve
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, StockReservation
from modules.shared.data.services import sales_order_reserve
from tenon import ports
from tenon.problems import Forbidden, StateRefused
from tenon.records.service import acting


def demand(product, quantity, key=1):
    return Demand(RecordRef("shared.sales_order_line", -key, f"test / {key}"), product.pk, D(quantity))


def test_locks_what_is_there_and_says_what_is_short(world):
    product, other = world.products(2)
    world.opening((product, 5, 1), (other, 5, 1))
    with acting(world.actor):
        answers = stock_reserve(
            actor=world.actor, demands=[demand(product, 3, 1), demand(product, 4, 2), demand(other, 2, 3)]
        )
    assert [(a.reserved, a.short) for a in answers] == [(D(3), D(0)), (D(2), D(2)), (D(2), D(0))]
    assert world.balance(product) == (D(5), D(5))
    with acting(world.actor):
        stock_release(actor=world.actor, lines=[demand(product, 1, k).line for k in (1, 2, 3)])
    assert world.balance(product) == (D(5), D(0))
    assert set(Reservation.objects.values_list("state", flat=True)) == {"released"}


def test_all_or_nothing(world):
    product, other = world.products(2)
    world.opening((product, 5, 1), (other, 5, 1))
    with pytest.raises(InsufficientStock) as refused:
        stock_reserve(actor=world.actor, demands=[demand(other, 5), demand(product, 6, 2)], partial=False)
    assert refused.value.type == "insufficient-stock"
    assert [row["product"]["id"] for row in refused.value.extra["lines"]] == [product.pk]
    assert world.balance(other) == (D(5), D(0))
    assert not Reservation.objects.filter(product__in=[product, other]).exists()


def test_asking_again_adds_to_the_same_lock(world):
    product = world.product()
    world.opening((product, 5, 1))
    stock_reserve(actor=world.actor, demands=[demand(product, 2)])
    stock_reserve(actor=world.actor, demands=[demand(product, 2)])
    assert list(Reservation.objects.filter(product=product).values_list("quantity", flat=True)) == [D(4)]
    found = ports.find(StockReservation)
    assert found is not None
    assert found.reserved_for([demand(product, 1).line]) == {-1: D(4)}


def test_a_number_of_statements_that_does_not_grow(world):
    def statements(count):
        products = world.products(count)
        world.opening(*((p, 10, 3) for p in products))
        with CaptureQueriesContext(connection) as made:
            stock_reserve(actor=world.actor, demands=[demand(p, 2, i) for i, p in enumerate(products, 1000 * count)])
        return len(made)

    assert statements(100) == statements(3) <= 12


def test_released_by_hand_the_order_knows(world, stranger):
    product = world.product()
    world.opening((product, 5, 1))
    order = world.sale((product, 4))
    held = Reservation.objects.get(product=product)
    with pytest.raises(Forbidden):
        reservation_release(actor=stranger, reservation=held)
    assert reservation_release(actor=world.actor, reservation=held).state == "released"
    assert order.lines.get().reserved == D(0)
    assert world.balance(product) == (D(5), D(0))
    with pytest.raises(StateRefused):
        reservation_release(actor=world.actor, reservation=held)
    world.prove()


def test_locked_again_for_its_order(world, stranger):
    """4 of 6 locked; let go by hand, then locked again; 3 more come in and only the 2 that are short are taken."""
    product = world.product()
    world.opening((product, 4, 1))
    order = world.sale((product, 6))
    reservation_release(actor=world.actor, reservation=Reservation.objects.get(product=product))
    with pytest.raises(Forbidden):
        sales_order_reserve(actor=stranger, order=order)
    sales_order_reserve(actor=world.actor, order=order)
    assert order.lines.get().reserved == D(4)
    with pytest.raises(StateRefused, match="free"):
        sales_order_reserve(actor=world.actor, order=order)
    world.opening((product, 3, 1))
    sales_order_reserve(actor=world.actor, order=order)
    assert order.lines.get().reserved == D(6)
    assert world.balance(product) == (D(7), D(6))
    with pytest.raises(StateRefused, match="already"):
        sales_order_reserve(actor=world.actor, order=order)
    world.prove()


def test_the_database_refuses_more_locked_than_there_is(world):
    product = world.product()
    world.opening((product, 5, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        StockBalance.objects.filter(product=product).update(reserved=6)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockBalance.objects.filter(product=product).update(on_hand=-1)


def test_the_database_compares_locks_with_reservations_at_the_commit(world):
    from django.db import DatabaseError

    product = world.product()
    world.opening((product, 5, 1))
    with pytest.raises(DatabaseError, match="reservations hold"), transaction.atomic():
        StockBalance.objects.filter(product=product).update(reserved=2)
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
    with connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")


def test_what_the_checker_finds(world):
    """The proof itself can fail: each kind of damage is named."""
    from modules.inventory.checks import check
    from tenon.tenancy.context import current

    product = world.product()
    world.opening((product, 5, 1))
    world.prove()
    sid = transaction.savepoint()
    StockBalance.objects.filter(product=product).update(on_hand=4)
    with connection.cursor() as cursor:
        cursor.execute("update inventory_productcost set value = value + 1 where product_id = %s", [product.pk])
        cursor.execute(
            "update inventory_stockadjustmentline set quantity = 9, difference = 9 where product_id = %s", [product.pk]
        )
    found = check(current())
    transaction.savepoint_rollback(sid)
    assert len(found) == 4, found
    assert "on hand differs" in found[0]
    assert f"cost row of product {product.pk}" in found[1]
    assert f"layers of product {product.pk}" in found[2]
    assert "on the document" in found[3]
    world.prove()
