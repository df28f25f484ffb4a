"""Blanket orders: agreed once, called off many times, never beyond."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal as D
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from modules.inventory.errors import BlanketExceeded
from modules.inventory.models import BlanketOrder
from modules.inventory.selectors.blankets import described, drawn
from modules.inventory.services.blankets import (
    blanket_call_off,
    blanket_order_activate,
    blanket_order_close,
    blanket_order_create,
    blanket_order_update,
)
from modules.shared.data.services import (
    purchase_order_cancel,
    purchase_order_change,
    purchase_order_confirm,
    purchase_order_update,
)
from tenon.problems import Invalid, StateRefused
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of
from tests.modules.inventory.stock_world import World


def agreed(world: World, quantity: Any = 100, price: Any = 4, **values: Any) -> BlanketOrder:
    made = blanket_order_create(
        actor=world.actor, supplier=world.party("supplier"), valid_until=current().today() + timedelta(days=90),
        lines=[{"product": world.product(), "quantity": quantity, "unit_price": price}], **values,
    )  # fmt: skip
    return blanket_order_activate(actor=world.actor, blanket=made)


def call(world: World, blanket: BlanketOrder, quantity: Any) -> Any:
    line = blanket.lines.get()
    return blanket_call_off(actor=world.actor, blanket=blanket, lines=[{"line": line.pk, "quantity": D(quantity)}])


def test_call_offs_draw_on_the_quantity_and_cancelled_ones_give_it_back(world: World) -> None:
    blanket = agreed(world)
    first, second = call(world, blanket, 60), call(world, blanket, 40)
    assert (first.lines.get().unit_price, first.subtotal) == (4, 240)
    with pytest.raises(BlanketExceeded):
        call(world, blanket, 1)
    purchase_order_cancel(actor=world.actor, order=second)
    shown = described(blanket)["lines"][0]
    assert (shown["drawn"], shown["left"]) == (60, 40)
    call(world, blanket, 40)
    assert drawn(blanket).quantities == {blanket.lines.get().pk: D(100)}


def test_the_amount_limits_all_lines_together(world: World) -> None:
    blanket = agreed(world, quantity=None, price="2.50", amount=D(100))
    call(world, blanket, 39)
    with pytest.raises(BlanketExceeded) as refused:
        call(world, blanket, 2)
    assert "2.50" in str(refused.value.detail)
    call(world, blanket, 1)
    assert described(blanket)["left"] == 0


def test_an_order_that_grows_later_stays_within(world: World) -> None:
    """By hand on the draft, and as a change of a confirmed order: the database refuses both."""
    blanket = agreed(world)
    order = call(world, blanket, 90)
    line = order.lines.get()
    with pytest.raises(IntegrityError, match="called off"):
        purchase_order_update(actor=world.actor, order=order, lines=[{"id": line.pk, "quantity": D(101)}])
    connection.needs_rollback = False


def test_a_confirmed_order_grows_up_to_the_limit(world: World) -> None:
    blanket = agreed(world)
    order = purchase_order_confirm(actor=world.actor, order=call(world, blanket, 90))
    line = order.lines.get()
    purchase_order_change(actor=world.actor, order=order, lines=[{"id": line.pk, "quantity": D(100)}])
    with pytest.raises(BlanketExceeded):
        call(world, blanket, 1)


def test_only_what_is_in_force_is_called_off(world: World) -> None:
    blanket = agreed(world)
    with pytest.raises(StateRefused):
        blanket_order_update(actor=world.actor, blanket=blanket, amount=D(5))
    blanket_order_close(actor=world.actor, blanket=blanket)
    with pytest.raises(StateRefused):
        call(world, blanket, 1)
    endless = blanket_order_create(
        actor=world.actor, supplier=world.party("supplier"), valid_until=current().today(),
        lines=[{"product": world.product(), "unit_price": 1}],
    )  # fmt: skip
    with pytest.raises(Invalid):
        blanket_order_activate(actor=world.actor, blanket=endless)


def test_eight_at_once_never_call_off_more_than_was_agreed(fresh_company: Callable[..., Company]) -> None:
    """Eight want 20 each of 100: five get them."""
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        blanket = agreed(world)
        line = blanket.lines.get().pk
    barrier = Barrier(8)

    def take(_number: int) -> bool:
        try:
            with serving(company):
                barrier.wait(timeout=60)
                blanket_call_off(actor=actor, blanket=blanket, lines=[{"line": line, "quantity": D(20)}])
                return True
        except BlanketExceeded:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 5
    with serving(company):
        assert drawn(blanket).quantities == {line: D(100)}
