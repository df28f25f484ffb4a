"""Inventory off and on again: orders of the time between are caught up with, nothing stays locked for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal as D

from modules.inventory.models import Reservation
from modules.inventory.on_enable import on_enable
from modules.shared.data.services import sales_order_cancel, sales_order_close, sales_order_confirm
from tenon.access.actor import system
from tenon.tenancy.context import Company, current, serving
from tests.modules.inventory.stock_world import World


@contextmanager
def without_inventory() -> Iterator[Company]:
    company = current()
    with serving(replace(company, features=frozenset(f for f in company.features if not f.startswith("inventory.")))):
        yield company


def test_an_order_cancelled_meanwhile_frees_its_stock_afterwards(world: World) -> None:
    product = world.product()
    world.opening((product, 10, 4))
    cancelled, closed = world.sale((product, 4)), world.sale((product, 3))
    with without_inventory():
        sales_order_cancel(actor=world.actor, order=cancelled)
        sales_order_close(actor=world.actor, order=closed)
    # Nobody has let go yet, and the books say so on both sides.
    assert world.balance(product) == (D(10), D(7))
    assert cancelled.lines.get().reserved == D(4)
    world.prove()
    on_enable(actor=system("switch"), company=current())
    assert world.balance(product) == (D(10), D(0))
    assert [x.lines.get().reserved for x in (cancelled, closed)] == [0, 0]
    world.prove()


def test_orders_confirmed_meanwhile_get_what_is_free_in_their_order(world: World) -> None:
    """6 are free: the first order of 4 gets all, the second of 4 gets 2. What was short before stays as it was."""
    product, other = world.products(2)
    world.opening((product, 6, 4))
    world.opening((other, 1, 4))
    before = world.sale((other, 3))
    with without_inventory():
        first, second = world.sale((product, 4), confirm=False), world.sale((product, 4))
        sales_order_confirm(actor=world.actor, order=first)
    world.opening((other, 5, 4))
    on_enable(actor=system("switch"), company=current())
    assert [x.lines.get().reserved for x in (second, first, before)] == [4, 2, 1]
    world.prove()
    on_enable(actor=system("switch"), company=current())
    assert Reservation.objects.filter(state="active").count() == 3
    world.prove()
