"""Receipts, sales, freight and counts of the same products at the same moment, with real connections: nothing is lost,
nobody sees a deadlock, and the books prove themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from modules.finance.checks import check as finance_check
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import ProductCost, StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.landed_cost import landed_cost_create, landed_cost_post
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.transfer import stock_scrap
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.test_at_once import at_once
from tests.modules.inventory.stock_world import World

D = Decimal


@pytest.mark.parametrize("method", ["average", "fifo"])
def test_everything_at_once(fresh_company, method):
    """100@10 are there; at once come 5 × 4@12, go 8 × 3, 2 are scrapped, and 4 × 7.00 of freight come for the first."""
    company = fresh_company(f"Values {method}")
    actor = owner_of(company)
    with serving(company):
        world = World(actor)
        one, two = world.products(2, source="buy", cost_method=method)
        first = world.buy((one, 100, 10), (two, 100, 10))
        orders = [world.purchase((two, 4, 12), (one, 4, 12)) for _ in range(5)]
        receipts = [receipt_create(actor=actor, order=order) for order in orders]
        sales = [delivery_create(actor=actor, order=world.sale((one, 3), (two, 3))) for _ in range(8)]
        charges = [landed_cost_create(actor=actor, amount=D(7), receipt=first) for _ in range(4)]
        balance = StockBalance.objects.filter(product=one).get()

    jobs = [
        *((lambda r=r: receipt_post(actor=actor, receipt=r)) for r in receipts),
        *((lambda d=d: delivery_post(actor=actor, delivery=d)) for d in sales),
        *((lambda c=c: landed_cost_post(actor=actor, landed=c)) for c in charges),
        lambda: stock_scrap(actor=actor, stock=balance, quantity=D(2)),
    ]
    results = at_once(company, jobs)
    assert not [r for r in results if isinstance(r, Exception)]
    with serving(company):
        quantities = dict(ProductCost.objects.values_list("product_id", "quantity"))
        assert quantities == {one.pk: D(94), two.pk: D(96)}
        assert [*finance_check(current()), *inventory_check(current())] == []
