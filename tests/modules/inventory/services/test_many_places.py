"""A product that lies in many places: few of them are locked for an order, and what is taken is what looking at all of
them would have taken."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal as D
from threading import Event

import pytest
from django.db import OperationalError, connection, connections, transaction

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Location, Reservation, StockBalance
from modules.inventory.rules.picking import Need, Shelf, pick
from modules.inventory.selectors import near_stock
from modules.inventory.services import delivery_leaving, reservation
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.moves import lock_balances
from modules.inventory.services.place import place_new
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World


@pytest.fixture
def spread(world):
    """A product with so many pieces in each of some places, in picking order."""

    places: list[Location] = []

    def put(quantities):
        with acting(world.actor):
            for n in range(len(places), len(quantities)):
                site = world.place().warehouse
                places.append(place_new(code=f"MANY-{n:02d}", name=f"Many {n}", warehouse=site, pick_order=n + 1))
        product = world.product()
        for place, quantity in zip(places, quantities, strict=False):
            if quantity:
                world.opening((product, quantity, 1), place=place)
        return product

    return put


def lock(world, product, quantity, line):
    demand = Demand(RecordRef("test.line", line), product.pk, D(quantity), None, RecordRef("test.order", line))
    (done,) = reservation.stock_reserve(actor=world.actor, demands=[demand])
    return done


def locked(line):
    rows = Reservation.objects.filter(demand_entity="test.line", demand_id=line)
    return {(r.location_id, r.quantity) for r in rows}


def test_few_places_serve_as_all_would(world, spread):
    chance = random.Random(5)
    narrowed = 0
    for line in range(12):
        quantities = [chance.choice((0, 1, 2, 3, 5, 20)) for _ in range(10)]
        product, wanted = spread(quantities), D(chance.choice((1, 2, 4, 9, 19, 200)))
        near = near_stock.enough_for([(product.pk, wanted, None)])
        ids, elsewhere = near.balances, near.elsewhere
        narrowed += bool(elsewhere)
        with acting(world.actor):
            everywhere = {b.pk: b for b in lock_balances([product.pk])}
        assert not elsewhere or ids < set(everywhere)
        shelves = [Shelf(b.pk, product.pk, b.on_hand) for b in everywhere.values()]
        picks, short = pick([Need(0, product.pk, wanted)], shelves)
        done = lock(world, product, wanted, line)
        assert done.short == short[0]
        assert locked(line) == {(everywhere[p.shelf].location_id, p.quantity) for p in picks}
    assert narrowed >= 5
    world.prove()


def test_what_others_took_meanwhile_is_looked_for_everywhere(world, spread, monkeypatch):
    product = spread([1, 1, 1, 1, 1, 30])
    empty = StockBalance.objects.filter(product=product).order_by("pk")[0]
    monkeypatch.setattr(reservation, "enough_for", lambda wanted: near_stock.Near({empty.pk}, {product.pk}, {}))
    assert lock(world, product, 20, 1).short == 0
    assert [quantity for _place, quantity in locked(1)] == [D(20)]


def test_a_delivery_finds_what_is_locked_elsewhere_than_it_looked(world, spread, monkeypatch):
    product = spread([2, 2, 2, 2, 2, 2])
    order = world.sale((product, 7))
    made = delivery_create(actor=world.actor, order=order)
    wrong = StockBalance.objects.filter(product=product, reserved=0).order_by("pk").first()
    assert wrong is not None
    monkeypatch.setattr(delivery_leaving, "held_for", lambda lines: ({wrong.pk}, {product.pk}))
    posted = delivery_post(actor=world.actor, delivery=made)
    assert posted.status == "posted"
    assert world.balance(product) == (D(5), D(0))
    world.prove()


def test_what_is_nowhere_is_refused_and_nothing_stays_locked(world, spread):
    product = spread([1, 1, 1, 1, 1, 1])
    demand = Demand(RecordRef("test.line", 9), product.pk, D(7), None, RecordRef("test.order", 9))
    with pytest.raises(InsufficientStock):
        reservation.stock_reserve(actor=world.actor, demands=[demand], partial=False)
    assert world.balance(product) == (D(6), D(0))


def test_who_wants_all_or_nothing_hears_no_while_others_hold_the_lock(fresh_company: Callable[..., Company]) -> None:
    """Who would take what is there waits for it; who asks for more than there is does not."""
    company = fresh_company()
    actor = owner_of(company)
    held, told = Event(), Event()

    def hold(product: int) -> None:
        try:
            with serving(company), acting(actor), transaction.atomic():
                lock_balances([product])
                held.set()
                told.wait(20)
        finally:
            connections.close_all()

    with serving(company):
        world = World(actor)
        product = world.product()
        world.opening((product, 3, 1))
        with ThreadPoolExecutor(1) as threads:
            other = threads.submit(hold, product.pk)
            assert held.wait(20)
            try:
                for wanted, refusal in ((4, InsufficientStock), (3, OperationalError)):
                    demand = Demand(RecordRef("test.line", wanted), product.pk, D(wanted), None, None)
                    with pytest.raises(refusal), transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute("set local lock_timeout = '300ms'")
                        reservation.stock_reserve(actor=actor, demands=[demand], partial=False)
            finally:
                told.set()
            other.result()
