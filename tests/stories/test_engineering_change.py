"""An engineering change in the middle: orders under way, orders to come, stock that is left.
Every figure was worked out by hand.

Wheels take 32 spokes at 0.50; from the twentieth day on 28 of alloy at 0.80. Three orders of ten wheels: one released
before anybody thought of the change, one drafted for the tenth day, one for the thirtieth.

| step | first order | second | third | plan buys |
| --- | --- | --- | --- | --- |
| before | 320 spokes | 320 spokes | 320 spokes | 960 spokes |
| approved | 320 spokes | 320 spokes | 280 alloy | 640 spokes, 280 alloy |
| in effect on the day | 320 spokes | 320 spokes, drafted before it | 280 alloy | 640 spokes, 280 alloy |
| 320 spokes and 280 alloy come; ten wheels of the first | 160.00 of steel | | | 320 spokes |
| ten wheels are made of the third | | | 224.00 of alloy | 320 spokes |

A wheel of steel is worth 16.00, one of alloy 22.40; twenty in stock 384.00."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from modules.finance.checks import check as finance_check
from modules.inventory.checks import check as inventory_check
from modules.production.checks import check as production_check
from modules.production.models import PlannedOrder
from modules.production.services import (
    bom_create,
    bom_update,
    bom_version_create,
    engineering_change_approve,
    engineering_change_create,
    engineering_change_submit,
    planning_run,
    production_order_create,
    production_order_release,
    production_order_report,
)
from modules.production.services.changes import engineering_changes_take_effect
from tenon.access.actor import Actor, system
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.inventory.stock_world import World

D = Decimal


def test_a_change_in_the_middle(serving_acme: Company, actor: Actor) -> None:
    world = World(actor)
    steel, alloy = world.product(source="buy"), world.product(source="buy")
    wheel = world.product(source="make")
    bill = bom_create(actor=actor, product=wheel, lines=[{"component": steel, "quantity": D(32)}])
    today = current().today()

    def order(day: int):
        start = today + timedelta(days=day)
        return production_order_create(
            actor=actor, product=wheel, quantity=D(10), start_on=start, due_on=start + timedelta(days=2)
        )

    def takes(*orders):
        return [[(c.product_id, c.required) for c in o.components.all()] for o in orders]

    def buys() -> dict[int, Decimal]:
        found: dict[int, Decimal] = {}
        for row in PlannedOrder.objects.filter(run=planning_run(actor=actor), product__in=(steel, alloy)):
            found[row.product_id] = found.get(row.product_id, D(0)) + row.quantity
        return found

    first, second, third = order(0), order(10), order(30)
    production_order_release(actor=actor, order=first)
    assert buys() == {steel.pk: 960}

    version = bom_version_create(actor=actor, bom=bill)
    bom_update(actor=actor, bom=version, lines=[{"component": alloy, "quantity": D(28)}])
    change = engineering_change_create(
        actor=actor, title="Alloy", effective_on=today + timedelta(days=20), lines=[{"bom": version}]
    )
    change = engineering_change_submit(actor=actor, change=change)
    assert buys() == {steel.pk: 960}  # nobody plans with what is not approved
    change = engineering_change_approve(actor=system("engineering manager"), change=change)
    old, new = [(steel.pk, D(320))], [(alloy.pk, D(280))]
    assert takes(first, second, third) == [old, old, new]
    assert buys() == {steel.pk: 640, alloy.pk: 280}

    with acting(actor):
        change.effective_on = today
        change.save()
    assert engineering_changes_take_effect() == 1
    assert takes(first, second, third) == [old, old, new]
    assert buys() == {steel.pk: 640, alloy.pk: 280}

    world.opening((steel, 320, "0.50"), (alloy, 280, "0.80"))
    production_order_report(actor=actor, order=first, good=D(10))
    assert world.cost(wheel) == (10, 160)
    assert buys() == {steel.pk: 320}  # the alloy for the third order lies there
    production_order_release(actor=actor, order=third)
    production_order_report(actor=actor, order=third, good=D(10))
    assert world.cost(wheel) == (20, 384)
    assert buys() == {steel.pk: 320}
    assert [*finance_check(current()), *inventory_check(current()), *production_check(current())] == []
