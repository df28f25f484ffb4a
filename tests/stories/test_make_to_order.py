"""Three levels made to order: a customer's bicycles, planned, bought, made level by level, shipped and invoiced in the
ledger's eyes. Every figure was worked out by hand.

Two bicycles at 900.00 are ordered; a bicycle takes a frame (bought at 300.00) and two wheels, a wheel 32 spokes (bought
at 0.50). Nothing is in stock. An hour of work costs 60.00 and 30.00 of overhead.

| step | spokes | frames | wheels | in process | bicycles |
| --- | --- | --- | --- | --- | --- |
| planned: make 2 bicycles and 4 wheels, buy 2 frames and 128 spokes | 0 | 0 | 0 | 0 | 0 |
| both suppliers deliver | 64.00 | 600.00 | 0 | 0 | 0 |
| 4 wheels in 40 minutes: 64.00 + 40.00 + 20.00 | 0 | 600.00 | 124.00 | 0 | 0 |
| one bicycle in half an hour: 300.00 + 62.00 + 30.00 + 15.00 | 0 | 300.00 | 62.00 | 0 | 407.00 |
| the other one in 50 minutes: 362.00 + 50.00 + 25.00 | 0 | 0 | 0 | 0 | 844.00 |
| shipped: 1,800.00 less 724.00 of material, 80.00 of labour, 40.00 of overhead | 0 | 0 | 0 | 0 | 0 |

The wheels are material of the bicycle, with the work that is in them. What is left is 956.00."""

from __future__ import annotations

from decimal import Decimal

from modules.finance.checks import check as finance_check
from modules.finance.models import Account
from modules.finance.selectors.profit import profit_lines
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import ProductCost
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.production.checks import check as production_check
from modules.production.models import Pegging, PlannedOrder, ProductionOrder
from modules.production.services import (
    planned_orders_firm,
    planning_run,
    production_order_release,
    production_order_report,
)
from modules.shared.data.models import Product, PurchaseOrder
from modules.shared.data.services import purchase_order_confirm, sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.tenancy.context import Company, current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import make_factory

D = Decimal


def test_two_bicycles_to_order(serving_acme: Company, actor: Actor) -> None:
    factory, world, books = make_factory(actor), World(actor), Books(actor)
    [wip] = Account.objects.filter(control="wip")
    goods = (factory.spoke, factory.frame, factory.wheel, factory.bike)

    def stands(spokes: str, frames: str, wheels: str, in_process: str, bikes: str) -> None:
        assert [*finance_check(current()), *inventory_check(current()), *production_check(current())] == []
        worth = dict(ProductCost.objects.values_list("product", "value"))
        assert [worth.get(p.pk, D(0)) for p in goods] == [D(x) for x in (spokes, frames, wheels, bikes)]
        assert books.balance(wip.code) == D(in_process)

    sale = sales_order_create(
        actor=actor, customer=world.party("customer"),
        lines=[{"product": factory.bike, "quantity": D(2), "unit_price": D(900), "tax": None}],
    )  # fmt: skip
    sale = sales_order_confirm(actor=actor, order=sale)
    planning_run(actor=actor)
    proposed = {(p.kind, p.product_id): p for p in PlannedOrder.objects.filter(state="proposed")}
    assert {key: p.quantity for key, p in proposed.items()} == {
        ("make", factory.bike.pk): 2, ("make", factory.wheel.pk): 4, ("buy", factory.frame.pk): 2,
        ("buy", factory.spoke.pk): 128,
    }  # fmt: skip
    # Each level is due when the one above begins, and everything hangs on the customer's line.
    assert proposed["make", factory.wheel.pk].due_on <= proposed["make", factory.bike.pk].release_on
    assert proposed["buy", factory.spoke.pk].due_on <= proposed["make", factory.wheel.pk].release_on
    needs = Pegging.objects.filter(need_entity="shared.sales_order_line", need_id=sale.lines.get().pk)
    assert [(peg.product_id, peg.quantity) for peg in needs] == [(factory.bike.pk, 2)]
    planned_orders_firm(actor=actor, ids=[p.pk for p in proposed.values()])
    planning_run(actor=actor)
    assert not PlannedOrder.objects.filter(state="proposed").exists()
    stands("0", "0", "0", "0", "0")

    for bought in PurchaseOrder.objects.order_by("pk"):
        world.receive(purchase_order_confirm(actor=actor, order=bought))
    stands("64", "600", "0", "0", "0")

    def report(product: Product, good: int, minutes: int) -> ProductionOrder:
        order = ProductionOrder.objects.get(product=product)
        if order.status == "draft":
            order = production_order_release(actor=actor, order=order)
        production_order_report(actor=actor, order=order, good=D(good), minutes=D(minutes), work_centre=factory.centre)
        order.refresh_from_db()
        return order

    wheels = report(factory.wheel, 4, 40)
    assert (wheels.status, wheels.material_cost, wheels.labour_cost, wheels.overhead_cost) == ("done", 64, 40, 20)
    stands("0", "600", "124", "0", "0")
    bikes = report(factory.bike, 1, 30)
    assert (bikes.demand_entity, bikes.demand_id) == ("shared.sales_order_line", sale.lines.get().pk)
    stands("0", "300", "62", "0", "407")
    bikes = report(factory.bike, 1, 50)
    assert (bikes.status, bikes.received_value) == ("done", 844)
    stands("0", "0", "0", "0", "844")
    assert sale.lines.get().reserved == 2  # locked for whom they were made
    delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=sale))
    stands("0", "0", "0", "0", "0")
    costs = {line.key: line.actual for line in profit_lines(sale)}
    assert (costs["material"], costs["labour"], costs["overhead"]) == (724, 80, 40)
    assert D(1800) - sum(costs[key] for key in ("material", "labour", "overhead")) == 956
