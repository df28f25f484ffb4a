"""The same goods, bought and sold on the same days, under moving average, FIFO and standard cost, with the ledger.
Every number was worked out by hand; the rows stand in the order of entry.

| days ago | what | average: stock, cost of sales | FIFO | standard 100: stock, cost of sales, variance |
| --- | --- | --- | --- | --- |
| 9 | 10 come at 100 | 1,000.00, 0.00 | 1,000, 0 | 1,000, 0, 0 |
| 7 | 4 are sold | 600.00, 400.00 | 600, 400 | 600, 400, 0 |
| 5 | 1 comes back at what it cost | 700.00, 300.00 | 700, 300 | 700, 300, 0 |
| 4 | 10 come at 120 | 1,900.00, 300.00 | 1,900, 300 | 1,700, 300, 200 |
| 3 | 4 are sold: 1,900 × 4/17 | 1,452.94, 747.06 | 1,500, 700 | 1,300, 700, 200 |
| 10 | entered late: 5 came at 90 | 1,930.91, 719.09 | 2,000, 650 | 1,800, 700, 150 |
| 0 | freight of 100 for the first ten, of which 8 are here | 2,010.91, 739.09 | 2,080, 670 | 1,800, 700, 250 |
| 0 | the supplier invoices those ten at 105 | 2,050.91, 749.09 | 2,120, 680 | 1,800, 700, 300 |

The late entry under average: 1,450/15 a piece, so the first sale cost 386.67 and 96.67 came back; 2,360 × 4/22 = 429.09
for the second. Under FIFO the five at 90 went first: 360, 90 back, then 2 × 90 + 2 × 100."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.finance.checks import check as finance_check
from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_post
from modules.inventory.checks import check as inventory_check
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.delivery_return import delivery_return
from modules.inventory.services.landed_cost import landed_cost_create, landed_cost_post
from modules.inventory.services.receipt import receipt_create, receipt_post
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal
STOCK, COGS, VARIANCE, ACCRUED, CHARGES = "1403", "5401.01", "5401.02", "2202.01", "2202.03"
EXPECTED = {
    "average": [
        ("1000", "0", "0"), ("600", "400", "0"), ("700", "300", "0"), ("1900", "300", "0"), ("1452.94", "747.06", "0"),
        ("1930.91", "719.09", "0"), ("2010.91", "739.09", "0"), ("2050.91", "749.09", "0"),
    ],
    "fifo": [
        ("1000", "0", "0"), ("600", "400", "0"), ("700", "300", "0"), ("1900", "300", "0"), ("1500", "700", "0"),
        ("2000", "650", "0"), ("2080", "670", "0"), ("2120", "680", "0"),
    ],
    "standard": [
        ("1000", "0", "0"), ("600", "400", "0"), ("700", "300", "0"), ("1700", "300", "200"), ("1300", "700", "200"),
        ("1800", "700", "150"), ("1800", "700", "250"), ("1800", "700", "300"),
    ],
}  # fmt: skip


def ago(days):
    return current().today() - timedelta(days=days)


@pytest.mark.parametrize("method", EXPECTED)
def test_receipt_issue_return_late_receipt_freight_and_invoice(serving_acme, actor, method):
    world, books = World(actor), Books(actor)
    product = world.product(source="buy", cost_method=method, standard_cost=100)
    rows = iter(EXPECTED[method])

    def says():
        assert [*finance_check(current()), *inventory_check(current())] == []
        assert tuple(books.balance(code) for code in (STOCK, COGS, VARIANCE)) == tuple(map(D, next(rows)))

    def buy(quantity, price, days):
        order = world.purchase((product, quantity, price))
        made = receipt_create(actor=actor, order=order, received_on=ago(days))
        return receipt_post(actor=actor, receipt=made)

    def sell(quantity, days):
        made = delivery_create(actor=actor, order=world.sale((product, quantity)), shipped_on=ago(days))
        return delivery_post(actor=actor, delivery=made)

    first = buy(10, 100, 9)
    says()
    sold = sell(4, 7)
    says()
    delivery_return(actor=actor, delivery=sold, lines={sold.lines.get().pk: D(1)}, on=ago(5))
    says()
    buy(10, 120, 4)
    says()
    sell(4, 3)
    says()
    buy(5, 90, 10)
    says()
    landed_cost_post(actor=actor, landed=landed_cost_create(actor=actor, amount=D(100), receipt=first))
    says()
    assert (books.balance(ACCRUED), books.balance(CHARGES)) == (-2650, -100)
    line = {"purchase_order_line": first.order.lines.get().pk, "quantity": "10", "unit_price": "105"}
    draft = purchase_invoice_enter(
        actor=actor, party=first.order.supplier, lines=[line], reference="S-1", issued_on=ago(0)
    )
    invoice_post(actor=actor, invoice=draft)
    says()
    assert (books.balance(ACCRUED), books.balance(CHARGES)) == (-1650, -100)
    assert world.cost(product)[0] == 18
