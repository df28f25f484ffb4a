"""Lots and serial numbers: demanded where goods come in, picked by expiry, refused where they are held."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Location, Lot, RemainingLife, Reservation, StockBalance, StockMove
from modules.inventory.services.delivery import delivery_create, delivery_post, delivery_update
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.lot_quality import lot_hold, lot_release
from modules.inventory.services.receipt_return import receipt_return
from modules.inventory.services.transfer import stock_transfer
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import StockIssue
from modules.shared.data.services import product_update
from tenon import ports
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current

ORDER = RecordRef("production.order", 7, "MO-26-00007")


def day(days: int):
    return current().today() + timedelta(days=days)


def lot_in(world, product, number, quantity, expires_on=None, price=10, **more):
    order = world.purchase((product, quantity, price))
    line = {"order_line": order.lines.get().pk, "quantity": quantity, "lots": number, "expires_on": expires_on, **more}
    world.receive(order, [line])
    return Lot.objects.filter(product=product, number=number).first()


def shipped(delivery):
    rows = StockMove.objects.filter(source_entity="inventory.delivery", source_id=delivery.pk).order_by("sequence")
    return [(m.lot, m.quantity) for m in rows]


def ship(world, sale, **line):
    lines = [{"order_line": sale.lines.get().pk, "quantity": sale.lines.get().quantity, **line}] if line else None
    return delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale, lines=lines))


def test_a_receipt_of_tracked_goods_demands_the_lot(world):
    milk = world.product(tracking="lot")
    with pytest.raises(Invalid) as refused:
        world.buy((milk, 5, 10))
    assert refused.value.errors[0].field == "lines.0.lots"
    lot = lot_in(world, milk, "L-1", 5, day(30), supplier_lot="S-9", made_on=day(-1))
    assert (lot.supplier_lot, lot.expires_on, lot.made_on) == ("S-9", day(30), day(-1))
    assert lot.supplier == world.party("supplier")
    world.prove()


def test_a_line_of_several_lots_keeps_its_value_to_the_cent(world):
    milk = world.product(tracking="lot")
    lot_in(world, milk, "L-1=1, L-2=1, L-3=1", 3, price="3.335")
    values = list(StockMove.objects.filter(product=milk).order_by("sequence").values_list("lot", "value"))
    assert values == [("L-1", D("3.34")), ("L-2", D("3.34")), ("L-3", D("3.33"))]
    assert world.cost(milk) == (D(3), D("10.01"))
    world.prove()


def test_serial_numbers_come_once_and_are_never_twice_in_stock(world):
    """Rule 12 and 36."""
    bike = world.product(tracking="serial")
    lot_in(world, bike, "SN01..SN03", 3)
    with pytest.raises(Invalid, match="SN02"):
        lot_in(world, bike, "SN02", 1)
    with pytest.raises(Invalid, match="add up"):
        lot_in(world, bike, "SN04..SN05", 3)
    sale = world.sale((bike, 1))
    delivery = ship(world, sale, lots="SN02", lot_reason="the customer chose it")
    assert shipped(delivery) == [("SN02", D(1))]
    with pytest.raises(Invalid, match="SN02"):  # across time, too: it was ours once
        lot_in(world, bike, "SN02", 1)
    delivery_return(actor=world.actor, delivery=delivery)
    assert StockBalance.objects.get(product=bike, lot="SN02").on_hand == 1
    world.prove()


def test_the_database_refuses_a_serial_number_that_is_twice_in_stock(world):
    bike = world.product(tracking="serial")
    lot_in(world, bike, "SN01", 1)
    with acting(world.actor):
        second = Location.objects.create(code="B", name="B", kind="stock", warehouse=world.place().warehouse)
    insert = """insert into inventory_stockbalance (product_id, location_id, lot, on_hand, reserved, serial)
                values (%s, %s, 'SN01', 1, 0, true)"""
    with (
        pytest.raises(IntegrityError, match="inventory_balance_serial_once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("set constraints inventory_balance_serial_once immediate")
        cursor.execute(insert, [bike.pk, second.pk])
    stock_transfer(
        actor=world.actor, stock=StockBalance.objects.get(product=bike), to_location=second, quantity=D(1)
    )  # fmt: skip
    assert StockBalance.objects.get(product=bike, on_hand=1).location == second


def test_what_expires_first_is_shipped_first_over_several_lots(world):
    """Rule 36."""
    milk = world.product(tracking="lot")
    lot_in(world, milk, "LATE", 9, day(400))
    lot_in(world, milk, "SOON", 2, day(20))
    lot_in(world, milk, "NEXT", 4, day(40))
    lot_in(world, milk, "GONE", 3, day(-1))
    delivery = ship(world, world.sale((milk, 5)))
    assert shipped(delivery) == [("SOON", D(2)), ("NEXT", D(3))]
    world.prove()


def test_a_customer_who_wants_a_remaining_life_gets_it(world):
    """Rule 36."""
    milk = world.product(tracking="lot")
    lot_in(world, milk, "SOON", 5, day(20))
    lot_in(world, milk, "LATE", 5, day(90))
    with acting(world.actor):
        RemainingLife.objects.create(customer=world.party("customer"), product=None, days=10)
        RemainingLife.objects.create(customer=world.party("customer"), product=milk, days=30)
    sale = world.sale((milk, 6))
    assert Reservation.objects.get(product=milk).lot == "LATE"
    assert sale.lines.get().reserved == 5
    with pytest.raises(InsufficientStock):
        ship(world, sale, note="")
    assert shipped(ship(world, world.sale((milk, 1)), lots="SOON", lot_reason="agreed by phone")) == [("SOON", D(1))]


def test_other_lots_than_proposed_need_a_reason(world):
    milk = world.product(tracking="lot")
    lot_in(world, milk, "SOON", 5, day(20))
    lot_in(world, milk, "LATE", 5, day(90))
    sale = world.sale((milk, 4))
    with pytest.raises(Invalid) as refused:
        ship(world, sale, lots="LATE")
    assert refused.value.errors[0].field == "lines.0.lot_reason"
    draft = delivery_create(actor=world.actor, order=sale)
    line = draft.lines.get()
    given = {"id": line.pk, "quantity": "4", "lots": "SOON=1, LATE=3", "lot_reason": "damaged carton"}
    delivery_update(actor=world.actor, delivery=draft, lines=[given])
    delivery_post(actor=world.actor, delivery=draft)
    assert sorted(shipped(draft)) == [("LATE", D(3)), ("SOON", D(1))]
    assert world.balance(milk) == (D(6), D(0))  # what was locked of SOON beyond it is free again
    world.prove()


def test_held_stock_is_let_go_and_refused_by_every_path(world):
    """Rule 36."""
    milk = world.product(tracking="lot")
    lot = lot_in(world, milk, "L-1", 5, day(20))
    sale = world.sale((milk, 2))
    assert sale.lines.get().reserved == 2
    lot = lot_hold(actor=world.actor, lot=lot, reason="taste")
    assert sale.lines.get().reserved == 0
    assert world.balance(milk) == (D(5), D(0))
    with pytest.raises(StateRefused, match=r"held \(taste\)"):
        ship(world, sale, lots="L-1", lot_reason="in a hurry")
    with pytest.raises(InsufficientStock):
        ship(world, sale, note="")
    issue = ports.find(StockIssue)
    assert issue is not None
    with acting(world.actor), pytest.raises(InsufficientStock):
        issue.issue_to_production(actor=world.actor, order=ORDER, items=[(milk.pk, D(1))], moved_on=day(0))
    stock = StockBalance.objects.get(product=milk)
    with acting(world.actor):
        theirs = Location.objects.create(code="C", name="C", kind="consigned", party=world.party("customer"))
    with pytest.raises(StateRefused, match="held"):
        stock_transfer(actor=world.actor, stock=stock, to_location=theirs, quantity=D(1))
    with pytest.raises(StateRefused):
        world.repack(stock, 1, "CLEAN")
    assert world.sale((milk, 1)).lines.get().reserved == 0
    lot_release(actor=world.actor, lot=lot)
    assert shipped(ship(world, sale, note="")) == [("L-1", D(2))]
    world.prove()


def test_what_expired_after_it_was_locked_is_not_shipped(world):
    milk = world.product(tracking="lot")
    lot = lot_in(world, milk, "L-1", 5, day(20))
    sale = world.sale((milk, 2))
    lot_in(world, milk, "L-2", 5, day(60))
    with acting(world.actor):
        lot.expires_on = day(-1)
        lot.save()
    assert shipped(ship(world, sale)) == [("L-2", D(2))]
    assert world.balance(milk) == (D(8), D(0))
    world.prove()


def test_returns_name_their_serial_numbers(world):
    bike = world.product(tracking="serial")
    order = world.purchase((bike, 4, 10))
    receipt = world.receive(order, [{"order_line": order.lines.get().pk, "quantity": 4, "lots": "SN1..SN4"}])
    delivery = ship(world, world.sale((bike, 2)), lots="SN1, SN2", lot_reason="wished")
    line = delivery.lines.get()
    with pytest.raises(Invalid, match="SN3"):
        delivery_return(actor=world.actor, delivery=delivery, lines={line.pk: D(1)}, lots={line.pk: "SN3"})
    delivery_return(actor=world.actor, delivery=delivery, lines={line.pk: D(1)}, lots={line.pk: "SN1"})
    assert StockBalance.objects.get(product=bike, lot="SN1").on_hand == 1
    came = receipt.lines.get()
    receipt_return(actor=world.actor, receipt=receipt, lines={came.pk: D(1)}, lots={came.pk: "SN3"})
    assert set(StockBalance.objects.filter(product=bike, on_hand=1).values_list("lot", flat=True)) == {"SN1", "SN4"}
    world.prove()


def test_what_production_makes_is_a_lot_of_the_order(world):
    bread, bike = world.product(tracking="lot"), world.product(tracking="serial")
    issue = ports.find(StockIssue)
    assert issue is not None
    for product in (bread, bike, bike):
        issue.receive_from_production(
            actor=world.actor, order=ORDER, product_id=product.pk, quantity=D(2), value=D(10), moved_on=day(0)
        )
    assert list(Lot.objects.filter(product=bread).values_list("number", flat=True)) == [ORDER.label]
    numbers = [f"{ORDER.label}-{n:04d}" for n in range(1, 5)]
    assert sorted(Lot.objects.filter(product=bike).values_list("number", flat=True)) == numbers
    world.prove()


def test_repacking_carries_value_and_days_into_the_new_lot(world):
    """Rule 36."""
    sack, bag = world.product(tracking="lot"), world.product(tracking="lot")
    lot_in(world, sack, "S-1", 2, day(50), price=100, supplier_lot="X")
    stock = StockBalance.objects.get(product=sack)
    world.repack(stock, 1, "B-1", bag, 25)
    made = Lot.objects.get(product=bag)
    assert (made.number, made.expires_on, made.supplier_lot) == ("B-1", day(50), "X")
    assert (world.cost(sack), world.cost(bag)) == ((D(1), D(100)), (D(25), D(100)))
    world.prove()


def test_stock_is_repacked_into_lots_before_its_product_is_tracked(world):
    bolt = world.product()
    world.opening((bolt, 5, 1))
    for tracking in ("lot", "serial"):
        with pytest.raises(StateRefused):
            product_update(actor=world.actor, product=bolt, tracking=tracking)
    world.repack(StockBalance.objects.get(product=bolt), 5, "FIRST")
    assert product_update(actor=world.actor, product=bolt, tracking="lot").tracking == "lot"
    assert shipped(ship(world, world.sale((bolt, 2)))) == [("FIRST", D(2))]
    world.prove()
