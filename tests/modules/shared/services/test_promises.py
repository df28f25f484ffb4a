"""Promises that stand on a supply are looked at again when it slips; the order's owner is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from modules.shared.contracts.events import SupplyMoved
from modules.shared.data.handlers import supply_moved
from modules.shared.data.selectors.promise_words import reasons
from modules.shared.data.services import purchase_order_dates
from tenon.notifications.models import Notification
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.modules.inventory.stock_world import World


@pytest.fixture(params=["inventory", "production"])
def world(request, serving_acme: Company, actor):
    """Who promises: inventory alone, or production through the bill of materials."""
    if request.param == "production":
        yield World(actor)
        return
    company = current()
    here = replace(company, features=frozenset(f for f in company.features if not f.startswith("production.")))
    with serving(here):
        yield World(actor)


def moved(order):
    return SupplyMoved("shared.purchase_order_line", (order.lines.get().pk,), order.number)


def test_a_supply_that_slips(world):
    product, today = world.product(), current().today()
    world.opening((product, 2, 1))
    purchase = world.purchase((product, 10, 1), due_on=today + timedelta(days=5))
    order = world.sale((product, 6))
    line = order.lines.get()
    assert line.promised_on == today + timedelta(days=5)
    said = reasons(world.actor, {1: (product.pk, line.promise_steps)})[1]
    assert any(purchase.number in words and "4 EA" in words for words in said), said
    late = today + timedelta(days=9)
    with acting(world.actor) as frame:
        purchase_order_dates(actor=world.actor, order=purchase, on=late)
        assert moved(purchase) in frame.events
        frame.events.clear()
    supply_moved(moved(purchase))
    line.refresh_from_db()
    assert (line.promised_on, line.expected_on) == (today + timedelta(days=5), late)
    told = Notification.objects.filter(entity="shared.sales_order", record_id=order.pk)
    assert [(row.kind, row.author, row.member_id) for row in told] == [("late", purchase.number, order.owner_id)]
    supply_moved(moved(purchase))  # delivered twice, told once
    assert told.count() == 1
    with acting(world.actor) as frame:
        purchase_order_dates(actor=world.actor, order=purchase, on=today + timedelta(days=3))
        frame.events.clear()
    supply_moved(moved(purchase))
    line.refresh_from_db()
    assert (line.promised_on, line.expected_on) == (today + timedelta(days=5), None)
    assert told.count() == 1
