"""Waves, picks, parcels and shipping: stock, locks and documents at every step, and at every way back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.inventory.models import Delivery, Location, Pick, Reservation, StockBalance
from modules.inventory.services.delivery import delivery_cancel, delivery_create, delivery_post
from modules.inventory.services.packing import parcel_create, parcel_delete
from modules.inventory.services.picking import pick_short, pick_take, pick_undo
from modules.inventory.services.place import place_new
from modules.inventory.services.wave import wave_cancel, wave_create
from modules.shared.data.models import SalesOrderLine
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting

D = Decimal


@pytest.fixture
def hall(world):
    """The main warehouse with two bins (walked first to last) and a packing place."""
    with acting(world.actor):
        top = world.place()
        first = place_new(name="A-01", parent=top, pick_order=10)
        second = place_new(name="B-01", parent=top, pick_order=20)
        pack = place_new(name="PACK", parent=top, purpose=Location.Purpose.PACKING, pick_order=900)
    return top.warehouse, first, second, pack


def at(product, place) -> tuple[Decimal, Decimal]:
    row = StockBalance.objects.filter(product=product, location=place).first()
    return (row.on_hand, row.reserved) if row else (D(0), D(0))


def line_of(order) -> SalesOrderLine:
    return order.lines.order_by("position").first()


def test_wave_walks_bins_in_order_and_locked_stock_goes_along_to_the_dock(world, hall):
    site, first, second, pack = hall
    p, q = world.products(2)
    world.opening((p, 10, 5), place=second)
    world.opening((q, 10, 7), place=first)
    orders = [world.sale((p, 4), (q, 2)), world.sale((q, 3))]
    notes = [delivery_create(actor=world.actor, order=o) for o in orders]
    wave = wave_create(actor=world.actor, warehouse=site)
    tasks = list(wave.picks.all())
    assert [(t.location.name, t.quantity) for t in tasks] == [("A-01", 2), ("A-01", 3), ("B-01", 4)]
    assert [Delivery.objects.get(pk=d.pk).work for d in notes] == ["picking", "picking"]
    with pytest.raises(StateRefused):
        delivery_post(actor=world.actor, delivery=notes[0])
    for task in tasks:
        pick_take(actor=world.actor, pick=task)
    assert at(q, first) == (5, 0)
    assert at(q, pack) == (5, 5)
    assert at(p, pack) == (4, 4)
    assert line_of(orders[0]).reserved == 4
    assert [Delivery.objects.get(pk=d.pk).work for d in notes] == ["picked", "picked"]
    wave.refresh_from_db()
    assert wave.status == "done"
    delivery_post(actor=world.actor, delivery=notes[0])
    assert at(p, pack) == (0, 0)
    assert at(q, pack) == (3, 3)
    assert line_of(orders[0]).delivered == 4
    assert line_of(orders[0]).reserved == 0
    world.prove()


def test_picks_partly_by_scan_undo_and_never_more_than_wanted(world, hall):
    site, first, _second, pack = hall
    p = world.product()
    world.opening((p, 10, 5), place=first)
    order = world.sale((p, 4))
    delivery_create(actor=world.actor, order=order)
    task = wave_create(actor=world.actor, warehouse=site).picks.get()
    pick_take(actor=world.actor, pick=task, quantity=D(1))
    pick_take(actor=world.actor, pick=task, quantity=D(2))
    with pytest.raises(Invalid):
        pick_take(actor=world.actor, pick=task, quantity=D(2))
    pick_undo(actor=world.actor, pick=task, quantity=D(1))
    assert at(p, first) == (8, 2)
    assert at(p, pack) == (2, 2)
    pick_take(actor=world.actor, pick=task)
    with pytest.raises(StateRefused):
        pick_take(actor=world.actor, pick=task, quantity=D(1))
    assert at(p, first) == (6, 0)
    assert at(p, pack) == (4, 4)
    world.prove()


def test_giving_up_puts_back_and_frees_only_what_the_wave_had_locked(world, hall):
    site, first, _second, pack = hall
    p = world.product()
    order = world.sale((p, 6))
    world.opening((p, 10, 5), place=first)
    assert line_of(order).reserved == 0
    note = delivery_create(actor=world.actor, order=order)
    locked = world.sale((p, 3))
    other = delivery_create(actor=world.actor, order=locked)
    wave = wave_create(actor=world.actor, warehouse=site)
    assert line_of(order).reserved == 6
    assert at(p, first) == (10, 9)
    mine = wave.picks.get(delivery=note)
    pick_take(actor=world.actor, pick=mine, quantity=D(2))
    wave_cancel(actor=world.actor, wave=wave)
    assert at(p, first) == (10, 3)
    assert at(p, pack) == (0, 0)
    assert line_of(order).reserved == 0
    assert line_of(locked).reserved == 3
    assert Delivery.objects.get(pk=other.pk).work == ""
    again = wave_create(actor=world.actor, warehouse=site)
    assert again.picks.count() == 2
    delivery_cancel(actor=world.actor, delivery=note)
    assert line_of(order).reserved == 0
    assert at(p, first) == (10, 3)
    world.prove()


def test_short_leaves_a_back_order_or_fetches_elsewhere(world, hall):
    site, first, second, pack = hall
    p = world.product()
    world.opening((p, 5, 5), place=first)
    order = world.sale((p, 5))
    world.opening((p, 4, 5), place=second)
    note = delivery_create(actor=world.actor, order=order)
    wave = wave_create(actor=world.actor, warehouse=site)
    task = wave.picks.get()
    pick_take(actor=world.actor, pick=task, quantity=D(1))
    pick_short(actor=world.actor, pick=task, then="elsewhere")
    other = wave.picks.exclude(pk=task.pk).get()
    assert (other.location, other.quantity) == (second, 4)
    assert at(p, first) == (4, 0)
    assert at(p, second) == (4, 4)
    assert line_of(order).reserved == 5
    pick_take(actor=world.actor, pick=other, quantity=D(3))
    pick_short(actor=world.actor, pick=other, then="back_order")
    line = note.lines.get()
    assert line.quantity == 4
    assert line_of(order).reserved == 4
    delivery_post(actor=world.actor, delivery=note)
    after = line_of(order)
    assert (after.delivered, after.reserved, after.open_quantity) == (4, 0, 1)
    assert at(p, pack) == (0, 0)
    world.prove()


def test_nothing_found_at_all_drops_the_delivery(world, hall):
    site, first, _second, _pack = hall
    p = world.product()
    world.opening((p, 2, 5), place=first)
    order = world.sale((p, 2))
    note = delivery_create(actor=world.actor, order=order)
    task = wave_create(actor=world.actor, warehouse=site).picks.get()
    pick_short(actor=world.actor, pick=task, then="back_order")
    note.refresh_from_db()
    assert note.status == "cancelled"
    assert line_of(order).reserved == 0
    assert Pick.objects.get(pk=task.pk).status == "done"
    world.prove()


def test_parcels_take_a_line_over_several_boxes_and_everything_is_packed(world, hall):
    site, first, _second, _pack = hall
    p = world.product()
    world.opening((p, 10, 5), place=first)
    order = world.sale((p, 5))
    note = delivery_create(actor=world.actor, order=order)
    task = wave_create(actor=world.actor, warehouse=site).picks.get()
    line = note.lines.get()
    with pytest.raises(Invalid):
        parcel_create(actor=world.actor, delivery=note, lines=[{"delivery_line": line, "quantity": D(1)}])
    pick_take(actor=world.actor, pick=task, quantity=D(2))
    box = parcel_create(
        actor=world.actor, delivery=note, lines=[{"delivery_line": line, "quantity": D(2)}], weight=D("1.5")
    )
    with pytest.raises(StateRefused):
        pick_undo(actor=world.actor, pick=task, quantity=D(1))
    with pytest.raises(StateRefused):
        delivery_cancel(actor=world.actor, delivery=note)
    pick_take(actor=world.actor, pick=task)
    with pytest.raises(StateRefused):
        delivery_post(actor=world.actor, delivery=note)
    rest = parcel_create(actor=world.actor, delivery=note)
    assert rest.lines.get().quantity == 3
    note.refresh_from_db()
    assert note.work == "packed"
    parcel_delete(actor=world.actor, parcel=box)
    note.refresh_from_db()
    assert note.work == "picked"
    parcel_create(actor=world.actor, delivery=note)
    delivery_post(actor=world.actor, delivery=Delivery.objects.get(pk=note.pk))
    with pytest.raises(StateRefused):
        parcel_delete(actor=world.actor, parcel=rest)
    world.prove()


def test_two_deliveries_of_one_order_line_take_their_own_goods(world, hall):
    site, first, second, pack = hall
    p = world.product()
    world.opening((p, 3, 5), place=first)
    world.opening((p, 4, 5), place=second)
    order = world.sale((p, 7))
    row = line_of(order)
    one, two = (
        delivery_create(actor=world.actor, order=order, lines=[{"order_line": row, "quantity": D(n)}]) for n in (4, 3)
    )
    wave = wave_create(actor=world.actor, warehouse=site)
    assert sum(t.quantity for t in wave.picks.filter(delivery=one)) == 4
    assert sum(t.quantity for t in wave.picks.filter(delivery=two)) == 3
    for task in wave.picks.filter(delivery=two):
        pick_take(actor=world.actor, pick=task)
    delivery_post(actor=world.actor, delivery=Delivery.objects.get(pk=two.pk))
    assert at(p, pack) == (0, 0)
    assert Reservation.objects.filter(product=p, state="active").count() >= 1
    assert line_of(order).reserved == 4
    for task in wave.picks.filter(delivery=one):
        pick_take(actor=world.actor, pick=task)
    delivery_post(actor=world.actor, delivery=Delivery.objects.get(pk=one.pk))
    assert line_of(order).delivered == 7
    assert world.balance(p) == (0, 0)
    world.prove()
