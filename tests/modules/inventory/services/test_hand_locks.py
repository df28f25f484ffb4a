"""Locking by hand: soft and hard, room made for a chosen place, re-assigned and taken over, with a dated history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Location, Reservation, ReservationChange, StockBalance
from modules.inventory.services.hand_locks import demand_lock, reservation_release
from modules.inventory.services.reassignment import reservation_reassign, reservation_take_over
from modules.inventory.services.transfer import stock_transfer
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.services import sales_order_update
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current


def line_of(order):
    return RecordRef("shared.sales_order_line", order.lines.get().pk, order.number)


def shelf(world, code):
    """A second place in the same warehouse."""
    first = world.place()
    with acting(world.actor):
        place = Location(code=code, name=code, kind="stock", warehouse=first.warehouse, pick_order=first.pick_order + 1)
        place.save()
        place.path = f"/{place.pk}/"
        place.save()
    return place


def held(order):
    rows = Reservation.objects.filter(demand_id=order.lines.get().pk, state="active").order_by("pk")
    return [(r.location_id, r.quantity, r.is_hard) for r in rows]


def test_a_hard_lock_makes_soft_ones_move(world):
    """Rule 15.
    10 on shelf A, 10 on shelf B; a soft order lies on A with 8. Another must have 6 of A: it gets them, the soft one
    keeps its 8, partly on B. A hard one does not move."""
    product, a, b = world.product(), world.place(), shelf(world, "HL-B")
    world.opening((product, 10, 1))
    world.opening((product, 10, 1), place=b)
    soft = world.sale((product, 8))
    assert held(soft) == [(a.pk, D(8), False)]
    choosy = world.sale((product, 6))
    reservation_release(actor=world.actor, reservation=Reservation.objects.get(demand_id=choosy.lines.get().pk))
    on_a = StockBalance.objects.get(product=product, location=a)
    locked = demand_lock(actor=world.actor, line=line_of(choosy), product=product, quantity=D(6), stock=on_a)
    assert locked == D(6)
    assert held(choosy) == [(a.pk, D(6), True)]
    assert sorted(held(soft)) == sorted([(a.pk, D(4), False), (b.pk, D(4), False)])
    third = world.sale((product, 9))
    assert third.lines.get().reserved == D(6)  # 20 − 8 − 6
    reservation_release(actor=world.actor, reservation=Reservation.objects.get(demand_id=third.lines.get().pk))
    on_a.refresh_from_db()
    with pytest.raises(InsufficientStock):  # the 4 soft ones may go, the 6 hard ones stay
        demand_lock(actor=world.actor, line=line_of(third), product=product, quantity=D(5), stock=on_a)
    assert choosy.lines.get().reserved == D(6)
    assert soft.lines.get().reserved == D(8)
    world.prove()


def test_goods_can_be_moved_away_from_under_a_soft_lock(world):
    product, b = world.product(), shelf(world, "HL-C")
    world.opening((product, 10, 1))
    world.opening((product, 5, 1), place=b)
    order = world.sale((product, 8))
    stock = StockBalance.objects.get(product=product, location=world.place())
    other = shelf(world, "HL-D")
    stock_transfer(actor=world.actor, stock=stock, to_location=other, quantity=D(5))
    assert order.lines.get().reserved == D(8)
    assert sum(quantity for _place, quantity, _hard in held(order)) == D(8)
    stock.refresh_from_db()
    with pytest.raises(InsufficientStock):  # 5 left there, 3 locked, 2 free + 2 elsewhere: not all 5 can go
        world.sale((product, 7))
        stock_transfer(actor=world.actor, stock=stock, to_location=other, quantity=D(5))
    world.prove()


def test_locking_a_line_says_what_it_can(world, stranger):
    product = world.product()
    order = world.sale((product, 5))
    with pytest.raises(Forbidden):
        demand_lock(actor=stranger, line=line_of(order), product=product)
    with pytest.raises(InsufficientStock):
        demand_lock(actor=world.actor, line=line_of(order), product=product)
    world.opening((product, 3, 1))
    with pytest.raises(InsufficientStock):
        demand_lock(actor=world.actor, line=line_of(order), product=product, quantity=D(4))
    with pytest.raises(Invalid):
        demand_lock(actor=world.actor, line=line_of(order), product=product, quantity=D(6))
    assert demand_lock(actor=world.actor, line=line_of(order), product=product) == D(3)
    assert order.lines.get().reserved == D(3)
    with pytest.raises(StateRefused):
        demand_lock(actor=world.actor, line=line_of(order), product=world.product())
    world.prove()


def test_reassigned_by_hand_with_a_reason(world, stranger):
    """Rule 15."""
    product = world.product()
    world.opening((product, 10, 1))
    first, second = world.sale((product, 10)), world.sale((product, 6))
    row = Reservation.objects.get(demand_id=first.lines.get().pk)
    with pytest.raises(Forbidden):
        reservation_reassign(actor=stranger, reservation=row, to=line_of(second), reason="x")
    with pytest.raises(Invalid):
        reservation_reassign(actor=world.actor, reservation=row, to=line_of(second), reason=" ")
    with pytest.raises(Invalid):
        reservation_reassign(actor=world.actor, reservation=row, to=line_of(first), reason="x")
    moved = reservation_reassign(
        actor=world.actor, reservation=row, to=line_of(second), quantity=D(4), reason="the fair opens on Monday"
    )
    assert moved == D(4)
    assert (first.lines.get().reserved, second.lines.get().reserved) == (D(6), D(4))
    assert world.balance(product) == (D(10), D(10))
    said = ReservationChange.objects.get(product=product, kind="reassigned")
    assert (said.quantity, said.from_label, said.reason) == (D(4), first.number, "the fair opens on Monday")
    assert said.to_label.startswith(second.number)
    assert said.posted_by
    # the rest of what it waits for, no more
    row.refresh_from_db()
    assert reservation_reassign(actor=world.actor, reservation=row, to=line_of(second), reason="all of it") == D(2)
    with pytest.raises(StateRefused):
        reservation_reassign(actor=world.actor, reservation=row, to=line_of(second), reason="more")
    world.prove()


def test_the_more_urgent_takes_over_and_no_other(world):
    product, today = world.product(), current().today()
    world.opening((product, 5, 1))
    calm = world.sale((product, 5), requested_on=today + timedelta(days=9))
    urgent = world.sale((product, 5), requested_on=today + timedelta(days=9))
    row = Reservation.objects.get(demand_id=calm.lines.get().pk)
    with pytest.raises(StateRefused, match="urgent"):
        reservation_take_over(actor=world.actor, reservation=row, to=line_of(urgent), reason="first come")
    sales_order_update(actor=world.actor, order=urgent, priority=1)
    assert (calm.lines.get().reserved, urgent.lines.get().reserved) == (D(5), D(0))  # never silently
    reservation_take_over(actor=world.actor, reservation=row, to=line_of(urgent), quantity=D(3), reason="key account")
    assert (calm.lines.get().reserved, urgent.lines.get().reserved) == (D(2), D(3))
    back = Reservation.objects.get(demand_id=urgent.lines.get().pk, state="active")
    with pytest.raises(StateRefused, match="urgent"):
        reservation_take_over(actor=world.actor, reservation=back, to=line_of(calm), reason="mine")
    row.refresh_from_db()
    with acting(world.actor):
        row.is_hard = True
        row.save()
    with pytest.raises(StateRefused, match="by hand"):
        reservation_take_over(actor=world.actor, reservation=row, to=line_of(urgent), reason="all")
    # an earlier day of the same priority is more urgent
    sooner = world.sale((product, 1), requested_on=today, priority=1)
    assert reservation_take_over(actor=world.actor, reservation=back, to=line_of(sooner), reason="today") == D(1)
    world.prove()


def test_a_part_is_released_by_hand(world):
    product = world.product()
    world.opening((product, 5, 1))
    order = world.sale((product, 5))
    row = Reservation.objects.get(product=product)
    reservation_release(actor=world.actor, reservation=row, quantity=D(2), reason="sample for the fair")
    assert order.lines.get().reserved == D(3)
    assert world.balance(product) == (D(5), D(3))
    assert ReservationChange.objects.get(product=product, kind="released").reason == "sample for the fair"
    with pytest.raises(Invalid):
        reservation_release(actor=world.actor, reservation=row, quantity=D(4))
    weak = replace(world.actor, permissions=frozenset())
    with pytest.raises(Forbidden):
        reservation_release(actor=weak, reservation=row)
    world.prove()
