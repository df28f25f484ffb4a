"""The receiving and the shipping desk: what comes and what is owed, the latest first, and in how many queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.services.delivery import delivery_create
from modules.inventory.services.receipt import receipt_create
from tenon.registry.registry import registry
from tenon.tenancy.context import current
from tests.platform.api.client import Api

RECEIVING, SHIPPING = "/api/v1/inventory/receiving-desk/", "/api/v1/inventory/shipping-desk/"


@pytest.fixture
def keeper(world):
    """A member with the warehouse's shipped role and nothing else."""
    held = {p.code for p in registry().permissions.values() if "warehouse" in p.roles}
    return Api(replace(world.actor, permissions=frozenset(held), roles=("warehouse",)))


def test_the_receiving_desk_tells_what_comes_the_latest_first(world, keeper):
    chain, bell = world.product(), world.product()
    today = current().today()
    soon = world.purchase((chain, 5, 4), (bell, 3, 1), due_on=today + timedelta(days=3))
    late = world.purchase((chain, 8, 4), due_on=today - timedelta(days=2))
    world.receive(soon, [{"order_line": soon.lines.get(product=chain).pk, "quantity": D(2)}])
    draft = receipt_create(actor=world.actor, order=late)
    rows = keeper.get(RECEIVING).json["results"]
    assert [(row["order"]["label"], row["draft"] and row["draft"]["label"]) for row in rows] == [
        (late.number, draft.number), (soon.number, None),
    ]  # fmt: skip
    assert [(x["product"]["label"], D(x["quantity"])) for x in rows[1]["lines"]] == [(chain.code, 3), (bell.code, 3)]
    world.receive(soon)
    assert [row["order"]["label"] for row in keeper.get(RECEIVING).json["results"]] == [late.number]


def test_one_order_on_two_days_is_two_rows(world, keeper):
    chain, bell = world.product(), world.product()
    order = world.purchase((chain, 5, 4), (bell, 3, 1), due_on=current().today())
    line = order.lines.get(product=bell)
    type(line).objects.filter(pk=line.pk).update(confirmed_on=current().today() + timedelta(days=9))
    rows = keeper.get(RECEIVING).json["results"]
    assert [(row["confirmed"], [x["product"]["label"] for x in row["lines"]]) for row in rows] == [
        (False, [chain.code]), (True, [bell.code]),
    ]  # fmt: skip


def test_the_shipping_desk_says_what_can_leave(world, keeper):
    """Ten chains are there: the first order gets all of its six, the second four of its five, the third none."""
    chain, bell = world.product(), world.product()
    first, second = world.sale((chain, 6), (bell, 1)), world.sale((chain, 5))
    third = world.sale((chain, 2))
    world.opening((chain, 10, 4), (bell, 1, 1))
    rows = keeper.get(SHIPPING).json["results"]
    assert [(row["order"]["label"], row["state"]) for row in rows] == [
        (first.number, "ready"), (second.number, "short"), (third.number, "waiting"),
    ]  # fmt: skip
    assert [D(x["ready"]) for x in rows[1]["lines"]] == [4]
    delivery_create(actor=world.actor, order=first)
    four = [{"order_line": second.lines.get().pk, "quantity": D(4)}]
    delivery_create(actor=world.actor, order=second, lines=four)
    left = keeper.get(SHIPPING).json["results"]
    assert [(row["order"]["label"], row["state"], D(row["lines"][0]["quantity"])) for row in left] == [
        (second.number, "waiting", 1), (third.number, "waiting", 2),
    ]  # fmt: skip


@pytest.mark.parametrize("address", [RECEIVING, SHIPPING])
def test_more_rows_cost_no_more_queries(world, keeper, address):
    def asked() -> int:
        with CaptureQueriesContext(connection) as said:
            assert keeper.get(address).status == 200
        return len(said)

    def more() -> None:
        product = world.product()
        world.purchase((product, 2, 1))
        world.sale((product, 2))

    more()
    asked()
    one = asked()
    for _ in range(4):
        more()
    assert asked() == one


def test_who_may_not_see_receipts_sees_no_desk(world):
    nobody = Api(replace(world.actor, permissions=frozenset(), roles=()))
    assert nobody.get(RECEIVING).status == 403
    assert nobody.get(SHIPPING).status == 403
