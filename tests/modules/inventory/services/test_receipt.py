"""Receiving: value by hand, partial, rejected, tolerance, returns."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest

from modules.inventory.models import Receipt, ReceiptLine, StockMove
from modules.inventory.services.place import warehouse_new
from modules.inventory.services.receipt import (
    receipt_cancel,
    receipt_create,
    receipt_post,
    receipt_update,
)
from modules.inventory.services.receipt_return import receipt_return
from modules.shared.contracts.events import GoodsReceived
from modules.shared.data.errors import OverDelivery
from modules.shared.data.models import PurchaseTolerance
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current


def test_two_receipts_make_an_average(world):
    product = world.product()
    world.buy((product, 10, 100))
    world.buy((product, 5, 110))
    assert world.cost(product) == (D(15), D(1550))
    assert world.balance(product) == (D(15), D(0))
    assert [m.value for m in StockMove.objects.filter(product=product).order_by("sequence")] == [D(1000), D(550)]
    world.prove()


def test_parts_of_an_order_line_sum_to_its_amount(world):
    product = world.product()
    order = world.purchase((product, 3, "33.333333"))
    line = order.lines.get()
    values = []
    for _ in range(3):
        receipt = world.receive(order, [{"order_line": line.pk, "quantity": "1"}])
        values.append(receipt.lines.get().value)
    assert values == [D("33.33"), D("33.34"), D("33.33")]
    order.refresh_from_db()
    assert order.status == "received"
    assert world.cost(product) == (D(3), D(100))
    world.prove()


def test_rejected_goods_do_not_enter_stock_or_value(world):
    product = world.product()
    order = world.purchase((product, 10, 12))
    line = order.lines.get()
    world.receive(order, [{"order_line": line.pk, "quantity": "10", "rejected": "4"}])
    line.refresh_from_db()
    assert (line.received, line.rejected) == (D(10), D(4))
    assert world.cost(product) == (D(6), D(72))
    world.prove()


def test_rejects_more_than_was_ordered_over_all_receipts(world):
    product = world.product()
    order = world.purchase((product, 10, 12))
    line = order.lines.get()
    world.receive(order, [{"order_line": line.pk, "quantity": "7"}])
    draft = receipt_create(actor=world.actor, order=order, lines=[{"order_line": line.pk, "quantity": "4"}])
    with pytest.raises(OverDelivery):
        receipt_post(actor=world.actor, receipt=draft)
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert world.balance(product) == (D(7), D(0))
    world.prove()


def test_a_last_truck_may_bring_more_within_the_tolerance_of_the_whole_order(world):
    """2 % of 100: after 60 and 40 two more may come, in whatever truck, and then nothing."""
    product = world.product()
    with acting(world.actor):
        PurchaseTolerance(product=product, over_percent=D(2)).save()
    order = world.purchase((product, 100, 12))
    line = order.lines.get()

    def truck(quantity: str) -> None:
        draft = receipt_create(actor=world.actor, order=order, lines=[{"order_line": line.pk, "quantity": quantity}])
        receipt_post(actor=world.actor, receipt=draft)

    for quantity in ("60", "40", "1"):
        truck(quantity)
    with pytest.raises(OverDelivery):
        truck("2")
    truck("1")
    assert world.cost(product) == (D(102), D(1224))
    order.refresh_from_db()
    assert order.status == "received"
    world.prove()


def test_what_went_back_may_come_again(world):
    product = world.product()
    order = world.purchase((product, 10, 12))
    first = receipt_post(actor=world.actor, receipt=receipt_create(actor=world.actor, order=order))
    receipt_return(actor=world.actor, receipt=first, lines=[{"line": first.lines.get().pk, "quantity": "4"}])
    line = order.lines.get()
    draft = receipt_create(actor=world.actor, order=order, lines=[{"order_line": line.pk, "quantity": "4"}])
    receipt_post(actor=world.actor, receipt=draft)
    assert world.balance(product) == (D(10), D(0))
    world.prove()


def test_a_draft_is_filled_with_what_is_open(world):
    products = world.products(2)
    order = world.purchase((products[0], 5, 1), (products[1], 8, 2))
    first = order.lines.get(product=products[0])
    world.receive(order, [{"order_line": first.pk, "quantity": "2"}])
    draft = receipt_create(actor=world.actor, order=order)
    assert list(draft.lines.values_list("product", "quantity")) == [(products[0].pk, D(3)), (products[1].pk, D(8))]
    receipt_post(actor=world.actor, receipt=draft)
    order.refresh_from_db()
    assert order.status == "received"
    with pytest.raises(StateRefused):
        receipt_create(actor=world.actor, order=order)


def test_foreign_currency_at_the_order_s_rate(world):
    product = world.product()
    order = world.purchase((product, 3, "10.01"), currency="USD", exchange_rate=D("7.1234"))
    world.receive(order)
    assert world.cost(product) == (D(3), D("213.92"))  # 30.03 × 7.1234 = 213.915702


def test_return_leaves_at_average_and_shows_the_variance(world, postings):
    """Domain rule 9: 10@100, 5@110, the five of the first order back: stock −516.67, supplier 500, variance 16.67."""
    product = world.product()
    first = world.buy((product, 10, 100))
    world.buy((product, 5, 110))
    postings.clear()
    back = receipt_return(actor=world.actor, receipt=first, lines={first.lines.get().pk: D(5)})
    assert (back.kind, back.status) == ("return", "posted")
    assert world.cost(product) == (D(10), D("1033.33"))
    assert {p.kind: [x.amount for x in p.lines] for p in postings} == {
        "goods_receipt_return": [D("516.67")],
        "purchase_variance": [D("16.67")],
    }
    line = first.lines.get().order_line
    line.refresh_from_db()
    assert line.returned == D(5)
    world.prove()


def test_no_more_goes_back_than_came(world):
    product = world.product()
    receipt = world.buy((product, 10, 100))
    pk = receipt.lines.get().pk
    receipt_return(actor=world.actor, receipt=receipt, lines={pk: D(7)})
    with pytest.raises(Invalid):
        receipt_return(actor=world.actor, receipt=receipt, lines={pk: D(4)})
    receipt_return(actor=world.actor, receipt=receipt)
    assert world.cost(product) == (D(0), D(0))
    with pytest.raises(StateRefused):
        receipt_return(actor=world.actor, receipt=receipt)
    world.prove()


def test_posted_receipts_and_drafts(world):
    product = world.product()
    order = world.purchase((product, 4, 5))
    draft = receipt_create(actor=world.actor, order=order)
    receipt_update(
        actor=world.actor, receipt=draft, lines=[{"id": draft.lines.get().pk, "quantity": "3"}], note="half a pallet"
    )
    assert list(draft.lines.values_list("quantity", flat=True)) == [D(3)]
    with pytest.raises(Invalid) as fraction:
        receipt_update(
            actor=world.actor, receipt=draft, lines=[{"order_line": order.lines.get().pk, "quantity": "2.5"}]
        )
    assert [e.field for e in fraction.value.errors] == ["lines.0.quantity"]
    posted = receipt_post(actor=world.actor, receipt=draft)
    for refused in (receipt_post, receipt_cancel, receipt_update):
        with pytest.raises(StateRefused):
            refused(actor=world.actor, receipt=posted)
    other = receipt_create(actor=world.actor, order=order)
    assert receipt_cancel(actor=world.actor, receipt=other).status == "cancelled"
    with pytest.raises(StateRefused):
        receipt_post(actor=world.actor, receipt=other)


def test_nothing_is_received_tomorrow(world):
    product = world.product()
    order = world.purchase((product, 4, 5))
    draft = receipt_create(actor=world.actor, order=order, received_on=current().today() + timedelta(days=1))
    with pytest.raises(Invalid):
        receipt_post(actor=world.actor, receipt=draft)
    assert not StockMove.objects.filter(product=product).exists()


def test_tells_and_leaves_its_trace(world, audited):
    product = world.product()
    order = world.purchase((product, 4, 5))
    draft = receipt_create(actor=world.actor, order=order)
    with acting(world.actor) as frame:
        receipt_post(actor=world.actor, receipt=draft)
        events = [e for e in frame.events if isinstance(e, GoodsReceived)]
    assert [(e.number, e.lines[0].quantity, e.lines[0].value) for e in events] == [(draft.number, D(4), D(20))]
    assert audited(Receipt, draft.pk) == ["insert", "update"]
    assert audited(ReceiptLine, draft.lines.get().pk) == ["insert", "update"]
    assert StockMove.objects.get(product=product).posted_by == world.actor.ref


def test_needs_the_permission(world, stranger):
    order = world.purchase((world.product(), 4, 5))
    with pytest.raises(Forbidden):
        receipt_create(actor=stranger, order=order)
    draft = receipt_create(actor=world.actor, order=order)
    with pytest.raises(Forbidden):
        receipt_post(actor=stranger, receipt=draft)


def test_goods_go_to_the_warehouse_that_the_order_names(world):
    with acting(world.actor):
        second = warehouse_new(code="W2", name="Second warehouse")
    named = {"entity": "inventory.warehouse", "id": second.pk, "label": second.name}
    order = world.purchase((world.product(), 4, 5), deliver_to=named)
    assert receipt_create(actor=world.actor, order=order).location.warehouse_id == second.pk
    here = world.place()
    assert receipt_create(actor=world.actor, order=order, location=here).location == here
