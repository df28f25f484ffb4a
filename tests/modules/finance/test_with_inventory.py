"""Finance and inventory together, on real receipts, deliveries and returns: the value of stock is the balance of the
stock accounts, and what is received and not invoiced ties, after every step."""

from __future__ import annotations

from decimal import Decimal

from modules.finance.checks import check as finance_check
from modules.finance.services.invoice_posting import invoice_credit
from modules.inventory.checks import check as inventory_check
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.receipt_return import receipt_return
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World

D = Decimal


def proved() -> bool:
    assert [*finance_check(current()), *inventory_check(current())] == []
    return True


def test_from_receipt_to_paid_invoice_and_back(serving_acme, actor):
    """Opening 10 at 100.00, received 5 at 110.00: average 103.33. 6 are sold at 200.00: cost 620.00. 5 go back to the
    supplier at 110.00, valued 516.67 … the differences stand in purchase price variance."""
    world, books = World(actor), Books(actor)
    product = world.product(source="buy")
    world.opening((product, 10, 100))
    purchase = world.purchase((product, 5, 110))
    receipt = world.receive(purchase)
    assert proved()
    assert (books.balance("1403"), books.balance("2202.01"), books.balance("3199")) == (D(1550), D(-550), D(-1000))
    bill = books.bill(purchase)
    assert bill.total == D(550)
    assert (books.balance("2202.01"), books.balance("2202.02")) == (D(0), D(-550))
    assert proved()
    sale = world.sale((product, 6))
    delivery_post(actor=actor, delivery=delivery_create(actor=actor, order=sale))
    assert (books.balance("5401.01"), books.balance("1403")) == (D(620), D(930))
    invoice = books.invoice(sale)
    books.pay(invoice.total, party=invoice.party, allocations=[{"invoice": invoice.pk, "amount": invoice.total}])
    assert proved()
    receipt_return(actor=actor, receipt=receipt)
    # Stock leaves at the average 103.33 × 5 = 516.67; the supplier owes 550.00; the difference is explicit.
    assert books.balance("1403") == D("413.33")
    assert books.balance("2202.01") == D(550)
    assert books.balance("5401.02") == D("-33.33")
    assert proved()
    invoice_credit(actor=actor, invoice=bill)
    assert (books.balance("2202.01"), books.balance("2202.02")) == (D(0), D(0))
    assert proved()
