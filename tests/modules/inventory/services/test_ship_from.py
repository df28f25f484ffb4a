"""Orders that are served from one warehouse: locked, promised, claimed, shipped and replenished there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.inventory.models import ReplenishmentPolicy, Reservation, ShipFrom, StockBalance
from modules.inventory.selectors.availability import promise_dates
from modules.inventory.selectors.curve import warehouse_curve
from modules.inventory.selectors.desks import orders_to_ship
from modules.inventory.selectors.replenishment import board
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.hand_locks import demand_lock
from modules.inventory.services.place import location_create, warehouse_create
from modules.inventory.services.supply_claims import supply_claim
from modules.inventory.services.transfer import stock_transfer
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, PromiseDates
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.ports import find
from tenon.problems import Problem
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.platform.api.client import Api

D = Decimal


@pytest.fixture
def south(world):
    """A second warehouse with a place of its own."""
    warehouse = warehouse_create(actor=world.actor, code="SOUTH", name="South")
    place = location_create(actor=world.actor, code="SOUTH-1", name="Shelf", kind="stock", warehouse=warehouse)
    with acting(world.actor):
        warehouse.stock_place = place
        warehouse.save()
    return warehouse


def serve(world, warehouse, **whose):
    with acting(world.actor):
        row = ShipFrom(warehouse=warehouse, **whose)
        row.save()
    return row


def draft(world, product, quantity):
    line = {"product": product, "quantity": D(quantity), "unit_price": D(10), "tax": None}
    return sales_order_create(actor=world.actor, customer=world.party("customer"), lines=[line])


def stocked(world, south, here, there):
    """`here` in the first warehouse and `there` in the south."""
    product = world.product(source="buy")
    world.buy((product, here + there, 5))
    stock = StockBalance.objects.get(product=product)
    stock_transfer(actor=world.actor, stock=stock, to_location=south.stock_place, quantity=D(there))
    return product


def test_an_order_is_locked_and_shipped_where_it_was_said(world, south):
    product = stocked(world, south, 10, 4)
    order = draft(world, product, 6)
    serve(world, south, order=order)
    order = sales_order_confirm(actor=world.actor, order=order)
    held = Reservation.objects.get(product=product, state="active")
    assert (held.location_id, held.quantity) == (south.stock_place_id, 4), "the ten elsewhere do not serve it"
    made = delivery_create(actor=world.actor, order=order)
    assert made.warehouse_id == south.pk
    assert made.lines.get().quantity == 4
    delivery_post(actor=world.actor, delivery=made)
    left = dict(StockBalance.objects.filter(product=product, on_hand__gt=0).values_list("location_id", "on_hand"))
    assert left == {world.place().pk: D(10)}


def test_the_orders_own_counts_before_the_customers(world, south):
    product = stocked(world, south, 5, 5)
    of_customer = draft(world, product, 1)
    of_its_own = draft(world, product, 1)
    serve(world, south, customer=world.party("customer"))
    serve(world, world.place().warehouse, order=of_its_own)
    for order in (of_customer, of_its_own):
        sales_order_confirm(actor=world.actor, order=order)
    where = dict(Reservation.objects.filter(product=product).values_list("head_id", "location_id"))
    assert where == {of_customer.pk: south.stock_place_id, of_its_own.pk: world.place().pk}


def test_by_hand_it_is_found_there_and_a_chosen_place_is_a_persons_choice(world, south):
    product = stocked(world, south, 5, 1)
    order = draft(world, product, 3)
    serve(world, south, order=order)
    sales_order_confirm(actor=world.actor, order=order)
    line = RecordRef("shared.sales_order_line", order.lines.get().pk, "")
    with pytest.raises(Problem):
        demand_lock(actor=world.actor, line=line, product=product, quantity=D(1))
    elsewhere = StockBalance.objects.get(product=product, location=world.place())
    assert demand_lock(actor=world.actor, line=line, product=product, quantity=D(2), stock=elsewhere) == 2


def test_what_comes_to_another_warehouse_stays_free(world, south):
    product = world.product(source="buy")
    order = draft(world, product, 3)
    serve(world, south, order=order)
    sales_order_confirm(actor=world.actor, order=order)
    coming = world.purchase((product, 3, 5))
    supply_claim(
        actor=world.actor, line=RecordRef("shared.sales_order_line", order.lines.get().pk, ""),
        supply=RecordRef("shared.purchase_order_line", coming.lines.get().pk, ""),
    )  # fmt: skip
    world.receive(coming)
    assert not Reservation.objects.filter(product=product, state="active").exists()


def test_promised_from_there(world, south):
    product = stocked(world, south, 5, 1)
    order = draft(world, product, 3)
    line = order.lines.get()
    demand = Demand(RecordRef("shared.sales_order_line", line.pk, ""), product.pk, D(3))
    assert [s.quantity for s in promise_dates([demand])[0].steps if s.kind == "stock"] == [3]
    serve(world, south, order=order)
    assert [s.quantity for s in promise_dates([demand])[0].steps if s.kind == "stock"] == [1]


def test_its_demand_is_the_warehouses(world, south):
    product = stocked(world, south, 5, 5)
    with acting(world.actor):
        for warehouse in (world.place().warehouse, south):
            ReplenishmentPolicy(product=product, warehouse=warehouse, minimum=D(4)).save()
    order = draft(world, product, 2)
    serve(world, south, order=order)
    sales_order_confirm(actor=world.actor, order=order)
    rows = {
        row.policy.warehouse_id: (row.outgoing, row.is_short) for row in board() if row.policy.product_id == product.pk
    }
    assert rows == {world.place().warehouse_id: (0, False), south.pk: (2, True)}


def test_an_order_or_a_customer_is_named(world, south, actor):
    api = Api(actor)
    path = "/api/v1/inventory/ship-from/"
    order = draft(world, world.product(), 1)
    neither = api("POST", path, {"warehouse": south.pk})
    both = api("POST", path, {"warehouse": south.pk, "order": order.pk, "customer": world.party("customer").pk})
    for answer in (neither, both):
        assert answer.status == 400
        assert "not both" in str(answer.json)
    made = api("POST", path, {"warehouse": south.pk, "order": order.pk})
    assert made.status == 201
    assert api("POST", path, {"warehouse": south.pk, "order": order.pk}).status in (400, 409), "said once"


def test_promised_from_there_when_it_could_be_made_too(world, south):
    """Production answers by the same warehouse: one piece of three is there, the others are bought."""
    product = stocked(world, south, 5, 1)
    order = draft(world, product, 3)
    demand = Demand(RecordRef("shared.sales_order_line", order.lines.get().pk, ""), product.pk, D(3))
    promiser = find(PromiseDates)
    assert promiser is not None
    assert type(promiser).__module__ == "modules.production.providers"
    assert [s.quantity for s in promiser.promise([demand])[0].steps if s.kind == "stock"] == [3]
    serve(world, south, customer=world.party("customer"))
    assert [s.quantity for s in promiser.promise([demand])[0].steps if s.kind == "stock"] == [1]


def test_the_shipping_desk_counts_what_an_order_may_use(world, south):
    """10 lie in the first warehouse: the southern order waits, the other is ready. 3 are sent south: both are. A third
    of 7 that may come from anywhere finds 3."""
    product = world.product()
    southern, anywhere, third = (draft(world, product, quantity) for quantity in (3, 4, 7))
    serve(world, south, order=southern)
    for order in (southern, anywhere):
        sales_order_confirm(actor=world.actor, order=order)
    world.opening((product, 10, 1))

    def told():
        rows = orders_to_ship(world.actor)["results"]
        return {row["order"]["id"]: (row["state"], row["lines"][0]["ready"]) for row in rows}

    assert told() == {southern.pk: ("waiting", 0), anywhere.pk: ("ready", 4)}
    stock = StockBalance.objects.get(product=product)
    stock_transfer(actor=world.actor, stock=stock, to_location=south.stock_place, quantity=D(3))
    assert told() == {southern.pk: ("ready", 3), anywhere.pk: ("ready", 4)}
    with acting(world.actor):
        type(third).objects.filter(pk=third.pk).update(status="confirmed")
    assert told()[third.pk] == ("short", 3)
    # What a draft takes from the south is gone there, and only there.
    delivery_create(actor=world.actor, order=southern.pk)
    assert told() == {anywhere.pk: ("ready", 4), third.pk: ("short", 3)}


def test_the_curve_of_one_warehouse(world, south):
    """Of one product: 5 here, 4 in the south. Ordered: 7 to the south, 6 without a word, which come here as receipts
    do. Wanted: 10 from the south, 20 from anywhere, which stand apart in both."""
    product, today = stocked(world, south, 5, 4), current().today()
    there = {"entity": "inventory.warehouse", "id": south.pk, "label": "South"}
    world.purchase((product, 7, 1), due_on=today + timedelta(days=2), deliver_to=there)
    world.purchase((product, 6, 1), due_on=today + timedelta(days=3))
    for quantity, site in ((10, south), (20, None)):
        order = draft(world, product, quantity)
        if site is not None:
            serve(world, site, order=order)
        type(order).objects.filter(pk=order.pk).update(status="confirmed", requested_on=today + timedelta(days=5))
    home = world.place().warehouse
    southern, apart = warehouse_curve(product.pk, south.pk)
    assert [(day.on, day.projected) for day in southern] == [
        (today, D(4)), (today + timedelta(days=2), D(11)), (today + timedelta(days=5), D(1)),
    ]  # fmt: skip
    assert [flow.quantity for flow in apart] == [D(-20)]
    here, also_apart = warehouse_curve(product.pk, home.pk)
    assert [(day.on, day.projected) for day in here] == [(today, D(5)), (today + timedelta(days=3), D(11))]
    assert also_apart == apart
    shown = Api(world.actor).get(f"/api/v1/inventory/availability/{product.pk}/?warehouse={south.pk}").json
    assert [D(x["projected"]) for x in shown["by_date"]] == [4, 11, 1]
    assert [D(x["quantity"]) for x in shown["unplaced"]] == [-20]
    every = Api(world.actor).get(f"/api/v1/inventory/availability/{product.pk}/").json
    assert (D(every["by_date"][-1]["projected"]), every["unplaced"]) == (D(-8), [])
