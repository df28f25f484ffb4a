"""Delivery schedules of blanket orders: within what was agreed, supply by day, called off once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal as D
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from modules.inventory.errors import BlanketExceeded
from modules.inventory.models import BlanketDelivery, BlanketOrder
from modules.inventory.providers import Stock
from modules.inventory.selectors.blankets import described, scheduled_supply
from modules.inventory.selectors.purchase_needs import workbench
from modules.inventory.selectors.supplier_portal import overview
from modules.inventory.services.blanket_deliveries import (
    blanket_deliveries_call,
    blanket_deliveries_nightly,
    blanket_deliveries_set,
)
from modules.inventory.services.blankets import blanket_call_off, blanket_order_close, blanket_order_update
from modules.inventory.services.supplier_links import supplier_link_create
from modules.production.services.planning import planning_run
from modules.shared.data.models import Party, PurchaseOrder
from modules.shared.data.services import purchase_order_confirm, purchase_order_delete
from tenon.notifications.models import Notification
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of
from tests.modules.inventory.services.test_blankets import agreed
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api


def ahead(days: int) -> date:
    return current().today() + timedelta(days=days)


def plan(world: World, blanket: BlanketOrder, *rows: tuple[int, Any]) -> BlanketOrder:
    line = blanket.lines.get()
    given = [{"line": line.pk, "due_on": ahead(days), "quantity": quantity} for days, quantity in rows]
    return blanket_deliveries_set(actor=world.actor, blanket=blanket, deliveries=given)


def coming(blanket: BlanketOrder) -> list[tuple[date, D, bool]]:
    product = blanket.lines.get().product_id
    return [(s.due_on, s.quantity, s.firm) for s in scheduled_supply([product])]


def test_agreed_by_day_it_is_supply_that_nothing_is_promised_on(world: World) -> None:
    """100 agreed: 40 in ten days and 30 in forty. Planning counts on them, a promise does not: not ordered yet."""
    blanket = plan(world, agreed(world), (10, 40), (40, 30))
    assert coming(blanket) == [(ahead(10), D(40), False), (ahead(40), D(30), False)]
    product = blanket.lines.get().product
    assert Stock().availability([product.pk])[product.pk].incoming == 0
    # 25 are needed in 20 days: the workbench asks for nothing, the 40 are there by then. 60 in 30 days: 45 are missing.
    world.sale((product, 25), requested_on=ahead(20))
    assert [r for r in workbench(60) if r.product == product] == []
    world.sale((product, 60), requested_on=ahead(30))
    (row,) = [r for r in workbench(60) if r.product == product]
    assert row.quantity == 45


def test_called_off_it_is_an_order_and_counts_once(world: World) -> None:
    blanket = plan(world, agreed(world), (10, 40), (20, 10), (40, 30))
    order = blanket_deliveries_call(actor=world.actor, blanket=blanket, until=ahead(20))
    assert [(x.quantity, x.unit_price, x.due_on) for x in order.lines.order_by("position")] == [
        (40, 4, ahead(10)), (10, 4, ahead(20)),
    ]  # fmt: skip
    assert coming(blanket) == [(ahead(40), D(30), False)]
    shown = described(blanket)
    assert (shown["lines"][0]["drawn"], shown["lines"][0]["left"]) == (50, 50)
    with pytest.raises(StateRefused):
        blanket_deliveries_call(actor=world.actor, blanket=blanket, until=ahead(20))
    # Without its draft it is scheduled still.
    purchase_order_delete(actor=world.actor, order=order)
    assert [on for on, _quantity, _firm in coming(blanket)] == [ahead(10), ahead(20), ahead(40)]


def test_the_schedule_stays_within_what_was_agreed(world: World) -> None:
    """100 agreed, 60 scheduled: 40 may be called off beside, not 41; then no more may be scheduled."""
    blanket = plan(world, agreed(world), (10, 60))
    line = blanket.lines.get()
    with pytest.raises(BlanketExceeded):
        blanket_call_off(actor=world.actor, blanket=blanket, lines=[{"line": line.pk, "quantity": D(41)}])
    blanket_call_off(actor=world.actor, blanket=blanket, lines=[{"line": line.pk, "quantity": D(40)}])
    with pytest.raises(BlanketExceeded):
        plan(world, blanket, (10, 61))
    with pytest.raises(BlanketExceeded):
        plan(world, blanket, (10, 60), (20, 1))
    plan(world, blanket, (12, 60))
    by_amount = agreed(world, quantity=None, price="2.50", amount=D(100))
    with pytest.raises(BlanketExceeded):
        plan(world, by_amount, (10, 20), (20, 21))  # 102.50
    plan(world, by_amount, (10, 20), (20, 20))


@pytest.mark.parametrize(
    "row", [{"due_on": -1}, {"due_on": 91}, {"due_on": None}, {"quantity": 0}, {"quantity": "x"}, {"quantity": "0.5"},
            {"line": 999_999}],
)  # fmt: skip
def test_what_cannot_be_scheduled_is_named(world: World, row: dict[str, Any]) -> None:
    blanket = agreed(world)  # for ninety days, in pieces
    values = {"line": blanket.lines.get().pk, "due_on": 5, "quantity": 1, **row}
    values["due_on"] = None if values["due_on"] is None else ahead(values["due_on"])
    with pytest.raises(Invalid):
        blanket_deliveries_set(actor=world.actor, blanket=blanket, deliveries=[values])
    with pytest.raises(Invalid):
        plan(world, blanket, (5, 1), (5, 2))  # one day twice


def test_closed_it_brings_nothing_more(world: World) -> None:
    blanket = plan(world, agreed(world), (10, 40))
    blanket_order_close(actor=world.actor, blanket=blanket)
    assert coming(blanket) == []
    with pytest.raises(StateRefused):
        blanket_deliveries_call(actor=world.actor, blanket=blanket, until=ahead(20))


def test_the_night_calls_off_what_is_due_and_says_so(world: World) -> None:
    """Seven days ahead: of 3, 7 and 8 days the first two become a draft. Without days ahead nothing happens by itself.
    The second night finds nothing."""
    blanket = plan(world, agreed(world), (3, 10), (7, 10), (8, 10))
    by_hand = plan(world, agreed(world), (1, 10))
    blanket_order_update(actor=world.actor, blanket=blanket, call_ahead_days=7)
    assert blanket_deliveries_nightly() == 1
    order = PurchaseOrder.objects.latest("pk")
    assert (order.status, [x.due_on for x in order.lines.order_by("position")]) == ("draft", [ahead(3), ahead(7)])
    assert list(Notification.objects.values_list("kind", "label", "excerpt")) == [("due", blanket.number, order.number)]
    assert (len(coming(blanket)), len(coming(by_hand))) == (1, 1)
    assert blanket_deliveries_nightly() == 0
    assert purchase_order_confirm(actor=world.actor, order=order).status == "confirmed"


def test_the_supplier_sees_what_is_scheduled_with_it_and_no_other(world: World) -> None:
    blanket = plan(world, agreed(world), (10, 40))
    link, _secret = supplier_link_create(actor=world.actor, supplier=world.parties["supplier"])
    stranger = Party(code="S-2", name="Another", is_supplier=True)
    with acting(world.actor):
        stranger.save()
    other, _secret = supplier_link_create(actor=world.actor, supplier=stranger)
    assert [(x["agreement"], x["due_on"], x["quantity"]) for x in overview(link)["deliveries"]] == [
        (blanket.number, ahead(10), D(40)),
    ]  # fmt: skip
    assert overview(other)["deliveries"] == []


def test_over_http_as_a_whole(world: World) -> None:
    blanket = agreed(world)
    line, api = blanket.lines.get().pk, Api(world.actor)
    path = f"/api/v1/inventory/blanket-orders/{blanket.pk}/deliveries/"
    rows = [{"line": line, "due_on": str(ahead(n)), "quantity": "10"} for n in (5, 15)]
    answer = api("PUT", path, {"deliveries": rows})
    assert answer.status == 200, answer.content
    assert [(x["due_on"], D(x["quantity"])) for x in answer.json["deliveries"]] == [
        (str(ahead(5)), 10), (str(ahead(15)), 10),
    ]  # fmt: skip
    kept = BlanketDelivery.objects.get(due_on=ahead(15)).pk
    assert api("PUT", path, {"deliveries": rows[1:]}).status == 200
    assert BlanketDelivery.objects.get().pk == kept
    assert api("PUT", path, {"deliveries": [{"line": line, "due_on": "soon", "quantity": "1"}]}).status == 400
    made = api.post(f"{path}call/", {"until": str(ahead(15))})
    assert made.status == 200, made.content
    assert made.json["order"]["label"] == PurchaseOrder.objects.latest("pk").number
    assert made.json["deliveries"] == []
    assert api.get("/api/v1/inventory/blanket-deliveries/?order_line__isnull=true").json["results"] == []


def test_six_at_once_call_it_off_once(fresh_company: Callable[..., Company]) -> None:
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        blanket = plan(world, agreed(world), (5, 20), (6, 20))
        until = ahead(6)
    barrier = Barrier(6)

    def call(_number: int) -> bool:
        try:
            with serving(company):
                barrier.wait(timeout=60)
                blanket_deliveries_call(actor=actor, blanket=blanket, until=until)
                return True
        except StateRefused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(call, range(6))) == 1
    with serving(company):
        assert PurchaseOrder.objects.get().lines.count() == 2


def test_planning_counts_on_it(world: World) -> None:
    """50 are needed in 30 days, 30 are scheduled for day 20: planning proposes 20. Agreed are 50: nothing more."""
    blanket = plan(world, agreed(world), (20, 30))
    product = blanket.lines.get().product
    world.sale((product, 50), requested_on=ahead(30))

    def proposed() -> list[D]:
        run = planning_run(actor=world.actor)
        return [x.quantity for x in run.planned.filter(product=product)]

    assert proposed() == [20]
    plan(world, blanket, (20, 50))
    assert proposed() == []
    blanket_order_close(actor=world.actor, blanket=blanket)
    assert proposed() == [50]
