"""Ten are ordered, six are there: delivered in two parts, four pieces come back. Every number was worked out by hand.

| | order: locked, delivered, back | stock | cost of sales |
| --- | --- | --- | --- |
| confirmed with 6 at 100 there | 6, 0, 0 | 6 = 600 | 0 |
| 4 are shipped | 2, 4, 0 | 2 = 200 | 400 |
| 10 come at 120, the rest is locked | 6, 4, 0 | 12 = 1,400 | 400 |
| the back-order is shipped: 1,400 × 6/12 | 0, 10, 0 | 6 = 700 | 1,100 |
| 3 of the first four come back: 400 × 3/4 | 0, 10, 3 | 9 = 1,000 | 800 |
| 2 more of them cannot, 1 does | 0, 10, 4 | 10 = 1,100 | 700 |
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.finance.checks import check as finance_check
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import Reservation
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.shared.data.services import sales_order_reserve
from tenon.problems import Problem
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal


def test_in_two_parts_and_partly_back(serving_acme, actor):
    world, books = World(actor), Books(actor)
    product = world.product(source="buy")
    world.buy((product, 6, 100))
    order = world.sale((product, 10))
    line = order.lines.get()

    def says(status, progress, stock, cost_of_sales):
        assert [*finance_check(current()), *inventory_check(current())] == []
        order.refresh_from_db()
        line.refresh_from_db()
        assert (order.status, (line.reserved, line.delivered, line.returned)) == (status, progress)
        assert (world.cost(product), books.balance("5401.01")) == (stock, cost_of_sales)
        assert books.balance("1403") == stock[1]

    says("confirmed", (6, 0, 0), (6, 600), 0)
    part = delivery_create(actor=actor, order=order, lines=[{"order_line": line.pk, "quantity": "4"}])
    first = delivery_post(actor=actor, delivery=part)
    says("part_delivered", (2, 4, 0), (2, 200), 400)

    world.buy((product, 10, 120))
    sales_order_reserve(actor=actor, order=order)
    says("part_delivered", (6, 4, 0), (12, 1400), 400)

    rest = delivery_create(actor=actor, order=order)
    assert rest.lines.get().quantity == 6
    delivery_post(actor=actor, delivery=rest)
    says("delivered", (0, 10, 0), (6, 700), 1100)
    assert not Reservation.objects.filter(product=product, state="active").exists()

    shipped = first.lines.get().pk
    delivery_return(actor=actor, delivery=first, lines={shipped: D(3)})
    says("delivered", (0, 10, 3), (9, 1000), 800)
    with pytest.raises(Problem):
        delivery_return(actor=actor, delivery=first, lines={shipped: D(2)})
    delivery_return(actor=actor, delivery=first, lines={shipped: D(1)})
    says("delivered", (0, 10, 4), (10, 1100), 700)
