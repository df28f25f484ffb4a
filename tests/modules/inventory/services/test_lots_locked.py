"""What lots allow of reservations: what is held, expired or somebody else's is locked, moved to and claimed for nobody;
what expires first is locked first."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Lot, RemainingLife, Reservation, ReservationChange, StockBalance
from modules.inventory.selectors.availability import availability, free_stock_of
from modules.inventory.selectors.curve import stock_by_warehouse
from modules.inventory.selectors.reservation_board import reservation_board
from modules.inventory.services.consignment import custody_receive
from modules.inventory.services.hand_locks import demand_lock
from modules.inventory.services.lot_quality import lot_hold
from modules.inventory.services.place import location_create
from modules.inventory.services.reassignment import reservation_reassign, stock_hand_over
from modules.inventory.services.transfer import stock_transfer
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tests.modules.inventory.services.test_hand_locks import line_of, shelf
from tests.modules.inventory.services.test_lots import day, lot_in
from tests.modules.inventory.services.test_supply_claims import active, claim


def locked(order):
    rows = Reservation.objects.filter(demand_id=order.lines.get().pk, state="active")
    return {r.lot: r.quantity for r in rows}


def lot_of(product, number):
    return StockBalance.objects.get(product=product, lot=number)


def expire(lot):
    Lot.objects.filter(pk=lot.pk).update(expires_on=day(-1))


def wishes(world, order, days):
    with acting(world.actor):
        RemainingLife(customer=order.customer, days=days).save()


def test_by_hand_what_expires_first_is_locked_and_what_is_held_is_not(world):
    milk = world.product(tracking="lot")
    order, second = world.sale((milk, 6)), world.sale((milk, 6))
    lot_in(world, milk, "LATE", 5, day(60))
    lot_in(world, milk, "SOON", 5, day(20))
    held = lot_in(world, milk, "HELD", 5, day(5))
    lot_hold(actor=world.actor, lot=held, reason="smells")
    with pytest.raises(StateRefused, match="held"):
        demand_lock(actor=world.actor, line=line_of(order), product=milk, quantity=D(1), stock=lot_of(milk, "HELD"))
    assert demand_lock(actor=world.actor, line=line_of(order), product=milk) == D(6)
    assert locked(order) == {"SOON": D(5), "LATE": D(1)}
    expire(Lot.objects.get(product=milk, number="LATE"))
    with pytest.raises(StateRefused, match="expired"):
        demand_lock(actor=world.actor, line=line_of(second), product=milk, quantity=D(1), stock=lot_of(milk, "LATE"))
    with pytest.raises(InsufficientStock):
        demand_lock(actor=world.actor, line=line_of(second), product=milk)
    assert availability([milk.pk])[milk.pk].available == free_stock_of([milk.pk])[milk.pk] == D(0)
    assert stock_by_warehouse(milk.pk)[0]["available"] == D(0)
    (row,) = reservation_board(actor=world.actor, product_id=milk.pk)["results"]
    assert (row["on_hand"], row["available"]) == (D(15), D(0))
    world.prove()


def test_room_is_made_only_where_goods_may_be_used(world):
    """8 of A are locked softly. Moving A away pushes them to the lot that expires next, never to what is held."""
    milk = world.product(tracking="lot")
    lot_in(world, milk, "A", 8, day(10))
    order = world.sale((milk, 8))
    bad = lot_in(world, milk, "BAD", 20, day(20))
    lot_hold(actor=world.actor, lot=bad, reason="wet")
    old = lot_in(world, milk, "OLD", 20, day(15))
    expire(old)
    lot_in(world, milk, "C", 3, day(40))
    lot_in(world, milk, "B", 2, day(30))
    other = shelf(world, "LL-1")
    with pytest.raises(InsufficientStock):  # 5 can go: 2 to B, 3 to C
        stock_transfer(actor=world.actor, stock=lot_of(milk, "A"), to_location=other, quantity=D(6))
    assert locked(order) == {"A": D(8)}
    stock_transfer(actor=world.actor, stock=lot_of(milk, "A"), to_location=other, quantity=D(3))
    assert locked(order) == {"A": D(5), "B": D(2), "C": D(1)}
    assert order.lines.get().reserved == D(8)
    world.prove()


def test_soft_locks_do_not_move_to_what_their_customer_does_not_want(world):
    milk = world.product(tracking="lot")
    lot_in(world, milk, "LONG", 5, day(90))
    order = world.sale((milk, 5))
    wishes(world, order, 30)
    lot_in(world, milk, "SHORT", 5, day(10))
    with pytest.raises(InsufficientStock):
        stock_transfer(
            actor=world.actor, stock=lot_of(milk, "LONG"), to_location=shelf(world, "LL-2"), quantity=D(2)
        )  # fmt: skip
    assert locked(order) == {"LONG": D(5)}
    world.prove()


def test_claims_get_what_may_be_used(world):
    """Ordered 10, claimed 10. 4 come of a lot that is held already, 3 that have expired, 3 that are good: 3 are locked,
    the rest of the claim ends with the supply."""
    milk = world.product(tracking="lot")
    held = lot_in(world, milk, "HELD", 1, day(30))
    lot_hold(actor=world.actor, lot=held, reason="recall")
    sale = world.sale((milk, 10))
    purchase = world.purchase((milk, 10, 1))
    claim(world, sale, purchase)
    row = {"order_line": purchase.lines.get().pk}
    world.receive(purchase, [{**row, "quantity": 4, "lots": "HELD"}])
    assert (locked(sale), active(sale)) == ({}, D(6))
    world.receive(purchase, [{**row, "quantity": 3, "lots": "OLD", "expires_on": day(-2)}])
    assert (locked(sale), active(sale)) == ({}, D(3))
    world.receive(purchase, [{**row, "quantity": 3, "lots": "GOOD", "expires_on": day(30)}])
    assert (locked(sale), active(sale), sale.lines.get().reserved) == ({"GOOD": D(3)}, D(0), D(3))
    world.prove()


def test_a_claim_takes_what_expires_first_of_what_comes(world):
    milk = world.product(tracking="lot")
    sale = world.sale((milk, 5))
    purchase = world.purchase((milk, 8, 1))
    claim(world, sale, purchase)
    for number in ("LATE", "SOON"):
        with acting(world.actor):
            Lot(product=milk, number=number, expires_on=day(60 if number == "LATE" else 20)).save()
    world.receive(purchase, [{"order_line": purchase.lines.get().pk, "quantity": 8, "lots": "LATE=4, SOON=4"}])
    assert locked(sale) == {"SOON": D(4), "LATE": D(1)}
    world.prove()


def test_what_expired_changes_no_hands(world):
    milk = world.product(tracking="lot")
    lot = lot_in(world, milk, "A", 5, day(10))
    first, second = world.sale((milk, 5)), world.sale((milk, 5))
    row = Reservation.objects.get(demand_id=first.lines.get().pk)
    expire(lot)
    with pytest.raises(StateRefused, match="expired"):
        reservation_reassign(actor=world.actor, reservation=row, to=line_of(second), reason="fair")
    assert (locked(first), locked(second)) == ({"A": D(5)}, {})
    world.prove()


def test_what_is_too_old_for_the_customer_changes_hands_only_hard(world):
    milk = world.product(tracking="lot")
    lot_in(world, milk, "A", 5, day(10))
    first, second = world.sale((milk, 5)), world.sale((milk, 5))
    wishes(world, second, 30)
    row = Reservation.objects.get(demand_id=first.lines.get().pk)
    with pytest.raises(StateRefused, match="last"):
        reservation_reassign(actor=world.actor, reservation=row, to=line_of(second), reason="fair")
    with acting(world.actor):
        row.is_hard = True
        row.save()
    assert reservation_reassign(actor=world.actor, reservation=row, to=line_of(second), reason="agreed") == D(5)
    assert locked(second) == {"A": D(5)}
    world.prove()


def test_a_hold_hands_over_only_what_may_be_used(world):
    milk = world.product(tracking="lot")
    lot = lot_in(world, milk, "A", 5, day(10))
    lot_in(world, milk, "B", 5, day(20))
    head = world.sale((milk, 8))
    assert locked(head) == {"A": D(5), "B": D(3)}
    expire(lot)
    heir = RecordRef("crm.quote_line", 1, "QT-1 / 1")
    with acting(world.actor):
        given = stock_hand_over(
            actor=world.actor, head=RecordRef("shared.sales_order", head.pk, head.number),
            demands=[Demand(heir, milk.pk, D(8), None, RecordRef("crm.quote", 1, "QT-1"))],
        )  # fmt: skip
    assert given == {1: D(3)}
    assert {r.lot: r.quantity for r in Reservation.objects.filter(demand_entity="crm.quote_line", state="active")} == {
        "B": D(3)
    }


def test_holding_a_lot_lets_go_of_its_locks_with_the_reason_kept(world):
    milk = world.product(tracking="lot")
    lot = lot_in(world, milk, "A", 5, day(10))
    order = world.sale((milk, 4))
    lot_hold(actor=world.actor, lot=lot, reason="glass found")
    assert (locked(order), order.lines.get().reserved) == ({}, D(0))
    said = ReservationChange.objects.get(product=milk, kind="released")
    assert (said.quantity, said.reason, said.from_label) == (D(4), "glass found", order.number)
    world.prove()


@pytest.mark.parametrize("kind", ["consigned", "custody"])
def test_what_lies_with_others_or_is_theirs_is_locked_for_nobody(world, kind):
    product, party = world.product(), world.party("customer" if kind == "consigned" else "supplier")
    place = location_create(actor=world.actor, code=f"LL-{kind}", name=kind, kind=kind, party=party)
    if kind == "consigned":
        world.opening((product, 5, 1))
        stock = StockBalance.objects.get(product=product)
        stock_transfer(actor=world.actor, stock=stock, to_location=place, quantity=D(5))
    else:
        custody_receive(actor=world.actor, place=place, product=product, quantity=D(5))
    order = world.sale((product, 5))
    assert (locked(order), free_stock_of([product.pk]).get(product.pk, D(0))) == ({}, D(0))
    there = StockBalance.objects.get(product=product, location=place)
    with pytest.raises(Invalid):
        demand_lock(actor=world.actor, line=line_of(order), product=product, quantity=D(1), stock=there)
    assert locked(order) == {}
    world.prove()
