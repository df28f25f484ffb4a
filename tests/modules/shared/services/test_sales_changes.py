"""Confirmed orders that are changed: stock follows exactly, what stands is not undercut, the effect is shown before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest

from modules.inventory.models import Reservation
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.supply_claims import supply_claim
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.errors import ApprovalNeeded
from modules.shared.data.models import SalesChangeLimit, SalesOrder, SalesOrderChange, Unit, UnitConversion
from modules.shared.data.services import sales_order_change, sales_order_change_approve, sales_order_edit
from modules.shared.data.services.sales_change_preview import sales_change_preview
from tenon.access.models import Role
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.inventory.stock_world import World
from tests.modules.shared.services.test_purchase_control import person


@pytest.fixture
def world(serving_acme: Company, actor):
    return World(actor)


def change(world, order, *lines, **values):
    return sales_order_change(actor=world.actor, order=order, lines=list(lines), **values)


def test_reduced_it_frees_exactly_the_surplus(world):
    """Rule 15.
    10 ordered, 6 locked, 4 claimed. Cut to 8: the claim gives 2. Cut to 5: the claim is gone, the lock gives 1."""
    product = world.product()
    world.opening((product, 6, 1))
    purchase = world.purchase((product, 10, 1))
    order = world.sale((product, 10))
    line = order.lines.get()
    ref = RecordRef("shared.sales_order_line", line.pk)
    supply = RecordRef("shared.purchase_order_line", purchase.lines.get().pk)
    claim = supply_claim(actor=world.actor, line=ref, supply=supply)
    change(world, order, {"id": line.pk, "quantity": D(8)})
    claim.refresh_from_db()
    assert (order.lines.get().reserved, claim.quantity) == (D(6), D(2))
    order = change(world, order, {"id": line.pk, "quantity": D(5)}, reason="the customer needs less")
    claim.refresh_from_db()
    assert (order.lines.get().reserved, claim.state) == (D(5), "released")
    assert world.balance(product) == (D(6), D(5))
    assert "needs less" in order.note
    assert order.total == order.lines.get().total == D(1000)
    world.prove()


def test_grown_it_locks_what_is_there(world):
    product, other = world.products(2)
    world.opening((product, 10, 1), (other, 2, 1))
    order = world.sale((product, 4))
    line = order.lines.get()
    change(world, order, {"id": line.pk, "quantity": D(7)}, {"product": other.pk, "quantity": D(5), "unit_price": D(1)})
    first, second = order.lines.order_by("position")
    assert (first.reserved, second.reserved) == (D(7), D(2))
    assert second.position > first.position
    world.prove()


def test_another_product_or_unit(world):
    """Rule 15."""
    product, other = world.products(2)
    box = Unit.objects.filter(code="BOX").first() or Unit(code="BOX", name="Box")
    with acting(world.actor):
        box.save()
        UnitConversion(product=product, from_unit=box, to_unit=product.unit, numerator=12, denominator=1).save()
    world.opening((product, 50, 1), (other, 50, 1))
    order = world.sale((product, 24))
    line = order.lines.get()
    change(world, order, {"id": line.pk, "quantity": D(1), "unit": box.pk, "unit_price": D(2400)})
    assert (order.lines.get().base_quantity, order.lines.get().reserved) == (D(12), D(12))
    change(world, order, {"id": line.pk, "product": other.pk, "quantity": D(3), "unit_price": D(1)})
    assert world.balance(product) == (D(50), D(0))
    assert world.balance(other) == (D(50), D(3))
    world.prove()


def test_what_stands_is_not_undercut(world):
    product = world.product()
    world.opening((product, 10, 1))
    order = world.sale((product, 10))
    line = order.lines.get()
    made = delivery_create(actor=world.actor, order=order, lines=[{"order_line": line.pk, "quantity": D(4)}])
    delivery_post(actor=world.actor, delivery=made)
    with pytest.raises(Invalid):
        change(world, order, {"id": line.pk, "quantity": D(3)})
    with pytest.raises(Invalid):
        change(world, order, {"id": line.pk, "product": world.product().pk, "quantity": D(10), "unit_price": D(1)})
    order = change(world, order, {"id": line.pk, "quantity": D(4)})
    assert (order.status, order.lines.get().reserved) == ("delivered", D(0))
    with pytest.raises(StateRefused):
        change(world, order, {"id": line.pk, "quantity": D(9)})
    world.prove()


def test_a_line_left_out_is_called_off(world):
    product, other = world.products(2)
    world.opening((product, 5, 1), (other, 5, 1))
    order = world.sale((product, 5), (other, 5))
    first, second = order.lines.order_by("position")
    change(world, order, {"id": first.pk})
    second.refresh_from_db()
    assert (second.cancelled, second.reserved, second.open_quantity) == (D(5), D(0), D(0))
    assert not Reservation.objects.filter(demand_id=second.pk, state="active").exists()
    world.prove()


def test_the_form_changes_and_may_be_forbidden(world):
    product = world.product()
    world.opening((product, 5, 1))
    order = world.sale((product, 2))
    line = order.lines.get()
    sales_order_edit(
        actor=world.actor, order=order, customer_reference="A 7", lines=[{"id": line.pk, "quantity": D(3)}]
    )
    order.refresh_from_db()
    assert (order.customer_reference, order.lines.get().reserved) == ("A 7", D(3))
    weak = replace(world.actor, permissions=world.actor.permissions - {"shared.sales_order.change"})
    with pytest.raises(Forbidden):
        sales_order_edit(actor=weak, order=order, lines=[{"id": line.pk, "quantity": D(4)}])


def test_the_effect_is_shown_and_nothing_written(world):
    """Rule 20."""
    product = world.product()
    world.opening((product, 6, 1))
    purchase = world.purchase((product, 10, 1), due_on=current().today() + timedelta(days=4))
    order = world.sale((product, 10))
    line = order.lines.get()
    with acting(world.actor):
        peg = purchase.lines.get()
        peg.peg = {"entity": "shared.sales_order_line", "id": line.pk, "label": order.number}
        peg.save()
    (effect,) = sales_change_preview(actor=world.actor, order=order, lines=[{"id": line.pk, "quantity": D(4)}]).lines
    assert effect.before is not None
    assert (effect.before.open_quantity, effect.before.reserved) == (D(10), D(6))
    assert (effect.after.open_quantity, effect.after.reserved) == (D(4), D(4))
    # all ten that were bought for it are not needed any more: said, and left to whoever answers for the purchase
    assert [(s.supply.label.split(" ")[0], s.quantity) for s in effect.surplus] == [(purchase.number, D(10))]
    assert SalesOrder.objects.get(pk=order.pk).version == order.version
    assert (order.lines.get().quantity, order.lines.get().reserved) == (D(10), D(6))
    assert sales_change_preview(actor=world.actor, order=order, lines=[{"id": line.pk}]).lines == []
    world.prove()


def limited(world, **limit):
    """A seller who is bound by it, and somebody who decides."""
    with acting(world.actor):
        role, _made = Role.objects.get_or_create(key="sales", defaults={"name": "sales"})
        SalesChangeLimit(role=role, **limit).save()
    return person(world.actor, "seller", "sales"), person(world.actor, "head", "sales_head")


def test_what_was_delivered_since_is_not_undercut_by_an_approval(world):
    """10 sold at 200; 10 → 2 is asked for, 5 go out meanwhile: approved it would undercut them, so it is not. 10 → 6
    asked for before the same 5 go out is approved, and one piece is still to come."""
    seller, _head = limited(world, amount=D(100))
    product, other = world.products(2)
    world.opening((product, 10, 1), (other, 10, 1))
    for sold, wanted in ((product, 2), (other, 6)):
        order = world.sale((sold, 10))
        line = order.lines.get()
        sales_order_change(actor=seller, order=order, lines=[{"id": line.pk, "quantity": D(wanted)}])
        change = SalesOrderChange.objects.get(order=order, state="proposed")
        made = delivery_create(actor=world.actor, order=order, lines=[{"order_line": line.pk, "quantity": D(5)}])
        delivery_post(actor=world.actor, delivery=made)
        if wanted < 5:
            with pytest.raises(Invalid):
                sales_order_change_approve(actor=world.actor, change=change)
            change.refresh_from_db()
            assert (change.state, order.lines.get().quantity) == ("proposed", D(10))
        else:
            sales_order_change_approve(actor=world.actor, change=change)
            line = order.lines.get()
            assert (line.quantity, line.reserved, line.open_quantity) == (D(6), D(1), D(1))
    world.prove()


def test_nobody_decides_what_they_asked_for_nor_beyond_their_limits(world):
    """The head has no limit of their own: whoever has none decides nothing alone while there are limits."""
    seller, head = limited(world, amount=D(100))
    order = world.sale((world.product(), 10))
    line = order.lines.get()
    sales_order_change(actor=seller, order=order, lines=[{"id": line.pk, "quantity": D(5)}], reason="fewer")
    change = SalesOrderChange.objects.get(order=order)
    with pytest.raises(StateRefused):
        sales_order_change_approve(actor=seller, change=change)
    with pytest.raises(ApprovalNeeded) as refused:
        sales_order_change_approve(actor=head, change=change)
    assert refused.value.extra == {"beyond": [{"limit": "none"}]}
    with acting(world.actor):
        SalesChangeLimit(role=Role.objects.get(key="sales_head"), amount=D(1000)).save()
    sales_order_change_approve(actor=head, change=change)  # 5 × 200 = 1,000
    assert "fewer" in SalesOrder.objects.get(pk=order.pk).note


def test_a_price_asked_for_is_not_looked_up_again(world):
    """Another product at its list price of 200 is asked for; the list says 300 by the time it is approved: 200."""
    seller, _head = limited(world, percent=D(1))
    product, other = world.products(2)
    order = world.sale((product, 4))
    line = order.lines.get()
    sales_order_change(actor=seller, order=order, lines=[{"id": line.pk, "product": other.pk, "quantity": D(5)}])
    with acting(world.actor):
        other.list_price = D(300)
        other.save()
    change = SalesOrderChange.objects.get(order=order)
    assert (change.value_before, change.value_after) == (D(800), D(1000))
    assert change.beyond == [{"limit": "percent", "is": "225.0", "allowed": "1"}]  # 800 go and 1,000 come
    sales_order_change_approve(actor=world.actor, change=change)
    line = order.lines.get()
    assert (line.product_id, line.unit_price, line.total) == (other.pk, D(200), D(1000))


def test_dates_and_words_are_nobodys_limit_and_half_a_limit_is_one(world):
    seller, _head = limited(world, amount=D(100), percent=D(50))
    order = world.sale((world.product(), 1))
    line = order.lines.get()
    day = current().today() + timedelta(days=9)
    sales_order_change(actor=seller, order=order, lines=[{"id": line.pk, "requested_on": day, "description": "blue"}])
    done = SalesOrderChange.objects.get(order=order)
    assert (done.state, {x["field"] for x in done.differences}) == ("done", {"requested_on", "description"})
    # 90 are within the amount, and 45 % of it: then 60 of 110 are 54.5 %.
    sales_order_change(actor=seller, order=order, lines=[{"id": line.pk, "unit_price": D(110)}])
    assert order.lines.get().unit_price == D(110)
    sales_order_change(actor=seller, order=order, lines=[{"id": line.pk, "unit_price": D(50)}])
    assert order.lines.get().unit_price == D(110)
    assert SalesOrderChange.objects.get(order=order, state="proposed").beyond == [
        {"limit": "percent", "is": "54.5", "allowed": "50"}
    ]
