"""Shipping: locked stock first, partial with back-order, cost at the moment of shipping, returns at original cost."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.errors import InsufficientStock
from modules.inventory.models import Delivery, Location, Reservation, StockBalance
from modules.inventory.services.delivery import delivery_cancel, delivery_create, delivery_post, delivery_update
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.place import place_new
from modules.shared.contracts.events import GoodsShipped
from modules.shared.data.errors import OverDelivery
from modules.shared.data.services import sales_order_cancel, sales_order_close
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting


def ship(world, order, lines=None, **values):
    draft = delivery_create(actor=world.actor, order=order, lines=lines, **values)
    return delivery_post(actor=world.actor, delivery=draft)


def test_ships_at_the_moving_average(world, postings):
    product = world.product()
    world.opening((product, 10, 100), (world.product(), 1, 1))
    world.buy((product, 5, 110))
    order = world.sale((product, 4))
    postings.clear()
    delivery = ship(world, order)
    line = delivery.lines.get()
    assert line.value == D("413.33")
    assert world.cost(product) == (D(11), D("1136.67"))
    order.refresh_from_db()
    assert order.status == "delivered"
    (posting,) = postings
    assert (posting.kind, posting.source.label) == ("delivery", delivery.number)
    (row,) = posting.lines
    assert (row.amount, row.sales_order_id, row.sales_order_line_id) == (D("413.33"), order.pk, line.order_line_id)
    world.prove()


def test_partial_delivery_leaves_a_back_order(world):
    """Rule 17."""
    product = world.product()
    world.opening((product, 6, 10))
    order = world.sale((product, 10))
    line = order.lines.get()
    assert (line.reserved, line.open_quantity) == (D(6), D(10))
    first = ship(world, order, [{"order_line": line.pk, "quantity": "4"}])
    line.refresh_from_db()
    order.refresh_from_db()
    assert (line.delivered, line.reserved, order.status) == (D(4), D(2), "part_delivered")
    assert world.balance(product) == (D(2), D(2))
    world.opening((product, 20, 13))
    second = ship(world, order)
    assert second.lines.get().quantity == D(6)  # two locked, four free: all that was still owed
    line.refresh_from_db()
    order.refresh_from_db()
    assert (line.delivered, line.reserved, order.status) == (D(10), D(0), "delivered")
    assert first.lines.get().value == D(40)
    world.prove()


def test_over_delivery_is_refused(world):
    product = world.product()
    world.opening((product, 20, 10))
    order = world.sale((product, 5))
    line = order.lines.get()
    draft = delivery_create(actor=world.actor, order=order, lines=[{"order_line": line.pk, "quantity": "6"}])
    with pytest.raises(OverDelivery):
        delivery_post(actor=world.actor, delivery=draft)
    assert world.balance(product) == (D(20), D(5))
    world.prove()


def test_stock_of_another_order_is_not_shipped(world):
    product = world.product()
    world.opening((product, 5, 10))
    world.sale((product, 5))
    late = world.sale((product, 3))
    with pytest.raises(StateRefused):
        delivery_create(actor=world.actor, order=late)
    draft = delivery_create(actor=world.actor, order=late, lines=[{"order_line": late.lines.get().pk, "quantity": "3"}])
    with pytest.raises(InsufficientStock) as refused:
        delivery_post(actor=world.actor, delivery=draft)
    (row,) = refused.value.extra["lines"]
    assert (row["product"]["id"], D(row["wanted"]), D(row["available"]), D(row["missing"])) == (product.pk, 3, 0, 3)
    world.prove()


def test_last_pieces_take_all_value(world):
    """Rule 2."""
    product = world.product()
    world.opening((product, 3, "33.333333"))
    values = [ship(world, world.sale((product, 1))).lines.get().value for _ in range(3)]
    assert values == [D("33.33"), D("33.34"), D("33.33")]
    assert world.cost(product) == (D(0), D(0))
    world.prove()


def test_comes_back_at_the_cost_it_left_with(world, postings):
    """Domain rule 10: by line, at original cost, partial and repeated up to what was shipped."""
    product = world.product()
    world.opening((product, 3, "33.333333"))
    order = world.sale((product, 3))
    delivery = ship(world, order)
    line = delivery.lines.get()
    world.buy((product, 10, 50))
    postings.clear()
    one = delivery_return(actor=world.actor, delivery=delivery, lines={line.pk: D(1)})
    two = delivery_return(actor=world.actor, delivery=delivery, lines={line.pk: D(1)})
    with pytest.raises(Invalid):
        delivery_return(actor=world.actor, delivery=delivery, lines={line.pk: D(2)})
    three = delivery_return(actor=world.actor, delivery=delivery)
    assert [r.lines.get().value for r in (one, two, three)] == [D("33.33"), D("33.34"), D("33.33")]
    assert next((p.kind, p.lines[0].amount) for p in postings) == ("delivery_return", D("33.33"))
    assert world.cost(product) == (D(13), D(600))
    with pytest.raises(StateRefused):
        delivery_return(actor=world.actor, delivery=delivery)
    world.prove()


def test_locked_at_one_place_shipped_from_another_frees_the_rest(world):
    product = world.product()
    main = world.place()
    with acting(world.actor):
        annex = place_new(name="Annex", warehouse=main.warehouse, pick_order=200)
    world.opening((product, 5, 10))
    world.opening((product, 5, 10), place=annex)
    order = world.sale((product, 7))
    assert set(Reservation.objects.filter(product=product).values_list("location", "quantity")) == {
        (main.pk, D(5)), (annex.pk, D(2)),
    }  # fmt: skip
    line = order.lines.get()
    ship(world, order, [{"order_line": line.pk, "quantity": "6"}])
    line.refresh_from_db()
    assert (line.delivered, line.reserved) == (D(6), D(1))
    assert dict(StockBalance.objects.filter(product=product).values_list("location", "on_hand")) == {
        main.pk: D(0), annex.pk: D(4),
    }  # fmt: skip
    sales_order_close(actor=world.actor, order=order)
    assert world.balance(product) == (D(4), D(0))
    world.prove()


def test_surplus_of_another_warehouse_is_freed(world):
    """Locked in the main warehouse, but shipped from the second: nothing stays locked for a line that is done."""
    from modules.inventory.services.place import warehouse_create

    product = world.product()
    second = warehouse_create(actor=world.actor, code="W2", name="Second")
    world.opening((product, 5, 10))
    order = world.sale((product, 5))
    world.opening((product, 5, 10), place=second.stock_place)
    draft = delivery_create(
        actor=world.actor, order=order, warehouse=second, lines=[{"order_line": order.lines.get().pk, "quantity": "5"}]
    )
    delivery_post(actor=world.actor, delivery=draft)
    assert order.lines.get().reserved == D(0)
    assert world.balance(product) == (D(5), D(0))
    assert list(Reservation.objects.filter(product=product).values_list("state", "quantity")) == [("released", D(0))]
    world.prove()


def test_cancelling_frees_exactly_its_own(world):
    product = world.product()
    world.opening((product, 10, 10))
    mine, other = world.sale((product, 4)), world.sale((product, 3))
    sales_order_cancel(actor=world.actor, order=mine)
    assert world.balance(product) == (D(10), D(3))
    assert other.lines.get().reserved == D(3)
    world.prove()


def test_services_are_delivered_without_stock(world):
    service = world.product(kind="service")
    order = world.sale((service, 2))
    delivery = ship(world, order)
    assert delivery.lines.get().value == D(0)
    order.refresh_from_db()
    assert order.status == "delivered"
    world.prove()


def test_drafts_can_change_and_go(world):
    product = world.product()
    world.opening((product, 9, 1))
    order = world.sale((product, 9))
    draft = delivery_create(actor=world.actor, order=order)
    delivery_update(
        actor=world.actor, delivery=draft, lines=[{"id": draft.lines.get().pk, "quantity": "2"}], tracking_number="SF1"
    )
    draft.refresh_from_db()
    assert (draft.tracking_number, draft.lines.get().quantity) == ("SF1", D(2))
    assert delivery_cancel(actor=world.actor, delivery=draft).status == "cancelled"
    with pytest.raises(StateRefused):
        delivery_post(actor=world.actor, delivery=draft)
    assert world.balance(product) == (D(9), D(9))
    with pytest.raises(StateRefused):
        delivery_create(actor=world.actor, order=world.sale((product, 1), confirm=False))


def test_tells_and_leaves_its_trace(world, audited):
    product = world.product()
    world.opening((product, 5, 7))
    draft = delivery_create(actor=world.actor, order=world.sale((product, 5)))
    with acting(world.actor) as frame:
        delivery_post(actor=world.actor, delivery=draft)
        (event,) = [e for e in frame.events if isinstance(e, GoodsShipped)]
    assert (event.number, event.lines[0].quantity, event.lines[0].value) == (draft.number, D(5), D(35))
    assert audited(Delivery, draft.pk) == ["insert", "update"]


def test_needs_the_permission(world, stranger):
    product = world.product()
    world.opening((product, 5, 7))
    order = world.sale((product, 5))
    with pytest.raises(Forbidden):
        delivery_create(actor=stranger, order=order)
    draft = delivery_create(actor=world.actor, order=order)
    with pytest.raises(Forbidden):
        delivery_post(actor=stranger, delivery=draft)
    posted = delivery_post(actor=world.actor, delivery=draft)
    with pytest.raises(Forbidden):
        delivery_return(actor=stranger, delivery=posted)


def test_a_hundred_lines_take_no_more_statements_than_five(world, postings):
    def statements(count):
        products = world.products(count)
        world.opening(*((p, 10, 3) for p in products))
        order = world.sale(*((p, 2) for p in products))
        with CaptureQueriesContext(
            connection,
        ) as made:
            ship(world, order)
        return len(made)

    few, many = statements(5), statements(100)
    assert many <= few + 2  # the sequence of numbers and batches apart
    assert many < 60


def test_places_hold_only_what_is_ours(world):
    product = world.product()
    world.buy((product, 5, 7))
    ship(world, world.sale((product, 2)))
    kinds = set(StockBalance.objects.filter(product=product).values_list("location__kind", flat=True))
    assert kinds == {Location.Kind.STOCK}
