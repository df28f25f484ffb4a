"""Shipments: events in any order and once, proof of delivery, freight to the order; and where goods are put away."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.inventory.models import CarrierService, Location, PutAwayRule, StockBalance, TrackingEvent
from modules.inventory.rules.bin_pattern import expand
from modules.inventory.selectors.put_away import proposals
from modules.inventory.services.bins import bins_create
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.place import place_new
from modules.inventory.services.put_away import stock_put_away
from modules.inventory.services.shipping import (
    shipment_create,
    shipment_freight,
    shipment_prove,
    tracking_event_create,
    tracking_events_take,
)
from modules.inventory.services.transfer_order import transit
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


@pytest.fixture
def shipped(world):
    p = world.product()
    world.opening((p, 5, 3))
    order = world.sale((p, 5))
    return delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=order))


@pytest.fixture
def express(world):
    with acting(world.actor):
        service = CarrierService(carrier=world.party("carrier"), code="EXP", name="Express", days=2)
        service.save()
    return service


def sent(world, delivery, express):
    return shipment_create(actor=world.actor, delivery=delivery, service=express, tracking_number="T-1")


def test_events_come_once_and_the_latest_counts_whenever_it_comes(world, shipped, express):
    shipment = sent(world, shipped, express)
    assert shipment.promised_on == current().today() + timedelta(days=2)
    now = current().now()

    def event(number, status, hours):
        return {
            "tracking_number": "T-1", "event_id": number, "status": status,
            "happened_at": (now - timedelta(hours=hours)).isoformat(), "place": "Shanghai",
        }  # fmt: skip

    given = [event("c", "out", 1), event("a", "collected", 9), {**event("x", "out", 1), "tracking_number": "T-9"}]
    answers = tracking_events_take(actor=world.actor, events=given)
    assert [a["result"] for a in answers] == ["new", "new", "unknown"]
    answers = tracking_events_take(actor=world.actor, events=[event("b", "transit", 5), event("c", "out", 1)])
    assert [a["result"] for a in answers] == ["new", "known"]
    shipment.refresh_from_db()
    assert shipment.status == "out"
    assert TrackingEvent.objects.filter(shipment=shipment).count() == 3
    with pytest.raises(Invalid):
        tracking_events_take(actor=world.actor, events=[{**event("d", "out", 1), "happened_at": "yesterday"}])
    with pytest.raises(Invalid):
        tracking_event_create(
            actor=world.actor, shipment=shipment, status="delivered", happened_at=now + timedelta(days=1)
        )


def test_proof_of_delivery_and_no_second_shipment(world, shipped, express):
    shipment = sent(world, shipped, express)
    done = shipment_prove(actor=world.actor, shipment=shipment, received_by=" The receptionist ")
    assert (done.status, done.received_by) == ("delivered", "The receptionist")
    assert done.delivered_at is not None
    with pytest.raises(StateRefused):
        sent(world, shipped, express)


def test_freight_is_a_cost_of_the_order_and_a_second_amount_corrects_it(world, shipped, express, postings):
    shipment = sent(world, shipped, express)
    postings.clear()
    for amount in ("40.00", "40.00", "35.50"):
        shipment_freight(actor=world.actor, shipment=shipment, amount=D(amount))
    lines = [(x.kind, x.lines[0].amount, x.lines[0].sales_order_id, x.lines[0].component) for x in postings]
    order = shipped.order_id
    assert lines == [
        ("outbound_freight", D(40), order, "freight"),
        ("outbound_freight", D("-4.50"), order, "freight"),
    ]


def test_put_away_by_rule_full_places_pass_on_and_locks_go_along(world):
    p, q = world.products(2)
    with acting(world.actor):
        top = world.place()
        dock = place_new(name="IN", parent=top, purpose=Location.Purpose.RECEIVING)
        small = place_new(name="S", parent=top, capacity=D(4))
        large = place_new(name="L", parent=top)
        for place, product, priority in ((small, p, 1), (large, None, 5)):
            PutAwayRule(product=product, place=place, priority=priority).save()
    world.opening((p, 6, 2), (q, 1, 2), place=dock)
    found = {row.stock.product_id: row for row in proposals()}
    assert (found[p.pk].place, found[q.pk].place) == (large, large)
    order = world.sale((p, 6))
    stock = StockBalance.objects.get(product=p, location=dock)
    stock_put_away(actor=world.actor, stock=stock, to_location=small, quantity=D(4))
    there = StockBalance.objects.get(product=p, location=small)
    assert (there.on_hand, there.reserved) == (4, 4)
    assert order.lines.get().reserved == 6
    with acting(world.actor):
        away = transit()
    with pytest.raises(Invalid):
        stock_put_away(actor=world.actor, stock=stock, to_location=away, quantity=D(1))
    world.prove()


def test_many_bins_of_one_pattern(world):
    assert expand("A-{01..03}-{a..b}") == ["A-01-a", "A-01-b", "A-02-a", "A-02-b", "A-03-a", "A-03-b"]
    for wrong in ("A-{1..x}", "A-{5..1}", "{1..9999}{1..9}", "A-{1..", ""):
        with pytest.raises(ValueError, match=r"\w"):
            expand(wrong)
    top = world.place()
    seen = bins_create(actor=world.actor, location=top, pattern="A-{01..20}-{1..5}", preview=True)
    assert (seen["new"], Location.objects.filter(parent=top).count()) == (100, 0)
    bins_create(actor=world.actor, location=top, pattern="A-{01..20}-{1..5}", purpose="picking")
    again = bins_create(actor=world.actor, location=top, pattern="A-{01..21}-{1..5}")
    assert (again["new"], again["existing"]) == (5, 100)
    last = Location.objects.get(code=f"{top.code}/A-20-5")
    assert (last.path, last.purpose) == (f"{top.path}{last.pk}/", "picking")
