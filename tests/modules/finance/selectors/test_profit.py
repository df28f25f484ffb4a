"""Profit per order against the ledger, trial balance, credit exposure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.finance.selectors.balances import gross_margin, trial_balance
from modules.finance.selectors.profit import order_profit, orders_profit, unallocated_profit
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create
from modules.finance.services.journal import journal_entry_post
from modules.shared.contracts.posting import CreditCheck, OrderProfit, PostingLine
from modules.shared.data.errors import CreditExceeded
from modules.shared.data.models import SalesOrder
from tenon.ports import find
from tenon.problems import Forbidden, NotFound
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.services.test_posting import produce

D = Decimal


def test_profit_of_an_order_by_hand_and_down_to_its_postings(books):
    """10 sold at 150 = 1,500.00; cost 600 material, 300 labour, 100 overhead; freight out 45.00 charged to the order:
    profit 455.00, 30.3 %."""
    product = books.product(source="make", standard_cost=D("95"))
    order = books.sale((product, 10, "150", books.vat()))
    line = order.lines.get()
    produce(books, order, line, product, material="600", labour="300", overhead="100")
    books.deliver(order, ["1000.00"])
    books.invoice(order)
    carrier = invoice_create(
        actor=books.actor, kind="purchase_invoice", party=books.party("supplier"),
        lines=[{"description": "Truck", "unit_price": "45", "account": books.account("5601.01"), "cost_order": order}],
    )  # fmt: skip
    invoice_post(actor=books.actor, invoice=carrier)
    report = order_profit(actor=books.actor, sales_order_id=order.pk)
    figures = {x.key: x.actual for x in report.lines}
    assert figures == {
        "revenue": D(1500), "material": D(600), "labour": D(300), "overhead": D(100), "freight": D(45),
    }  # fmt: skip
    assert (report.actual, report.margin) == (D(455), D("30.3"))
    for x in report.lines:
        assert sum(p.amount for p in report.postings[x.key]) == x.actual
    assert {p.source_entity for p in report.postings["freight"]} == {"finance.invoice"}
    provider = find(OrderProfit)
    assert provider is not None
    assert {x.key: x.actual for x in provider.profit(order.pk)} == figures
    assert provider.profit(10**9) == []
    assert orders_profit(actor=books.actor, order_ids=[order.pk])[order.pk]["profit"] == D(455)
    books.prove()


def test_the_estimate_stands_beside(books):
    product = books.product(source="make", standard_cost=D("95"))
    order = books.sale((product, 10, "150"))
    report = order_profit(actor=books.actor, sales_order_id=order.pk)
    assert next(x for x in report.lines if x.key == "revenue").estimate == D(1500)
    assert report.actual == 0
    assert report.estimate is not None
    assert report.estimate < D(1500)


def test_orders_and_what_is_unallocated_are_the_ledgers_gross_margin(books):
    """Σ profit over orders + unallocated = gross margin."""
    for n in range(1, 6):
        product = books.product(source="make" if n % 2 else "buy")
        order = books.sale((product, n, "100", books.vat()))
        if n % 2:
            produce(books, order, order.lines.get(), product, material="40", labour="7.77", overhead="3.33",
                    production_id=n)  # fmt: skip
        books.deliver(order, ["51.10"])
        if n != 3:
            books.invoice(order)
    books.charge("77")  # a sale without an order
    books.post("stock_adjustment", PostingLine(D("-9.99"), books.product().pk))
    purchase = books.purchase((books.product(), 3, "10"))
    books.receive(purchase)
    books.bill(purchase)
    journal_entry_post(
        actor=books.actor,
        lines=[
            {"account": books.account("5402"), "debit": "12.00"},
            {"account": books.account("1002"), "credit": "12.00"},
        ],
    )
    ids = list(SalesOrder.objects.values_list("pk", flat=True))
    total = sum(x["profit"] for x in orders_profit(actor=books.actor, order_ids=ids).values())
    assert total != 0
    assert total + unallocated_profit() == gross_margin()
    rows = trial_balance(actor=books.actor, since=date(2000, 1, 1), until=date(2999, 1, 1), with_zero=True).rows
    leaves = [r for r in rows if r.account.component and not r.is_group]
    assert gross_margin() == -sum(r.closing for r in leaves)


def test_profit_of_orders_one_may_not_see_is_not_shown(books, stranger):
    order = books.sale((books.product(), 1, "1"))
    with pytest.raises(Forbidden):
        order_profit(actor=stranger, sales_order_id=order.pk)
    with pytest.raises(NotFound):
        order_profit(actor=books.actor, sales_order_id=10**9)


def test_trial_balance_as_of_any_day(books):
    today = current().today()
    days = [today - timedelta(days=n) for n in (40, 10, 0)]
    for day, amount in zip(days, ("100.00", "20.00", "3.00"), strict=True):
        journal_entry_post(
            actor=books.actor, entry_date=day,
            lines=[
                {"account": books.account("5603.02"), "debit": amount},
                {"account": books.account("1002"), "credit": amount},
            ],
        )  # fmt: skip
    table = trial_balance(actor=books.actor, since=days[1], until=today - timedelta(days=1))
    rows = {r.account.code: r for r in table.rows}
    bank, group = rows["1002"], rows["5603"]
    assert (bank.opening, bank.debit, bank.credit, bank.closing) == (D(-100), D(0), D(20), D(-120))
    assert (group.is_group, group.level, group.closing) == (True, 1, D(120))
    assert (rows["5603.02"].level, rows["5603.02"].closing) == (2, D(120))
    assert table.debit == table.credit == D(20)
    assert table.opening == table.closing == 0
    assert set(rows) == {"1002", "5603", "5603.02"}


def test_credit_exposure_by_hand(books):
    """Limit 1,000. Open receivable 113.00, paid in advance 13.00, an order of 500 of which 200 is invoiced and paid:
    exposure 100 + 300 = 400.00; 600 more fit, 600.01 do not."""
    customer = books.party("customer", credit_limit=D(1000))
    books.charge("100", party=customer, tax=books.vat())
    books.pay("13", party=customer)
    order = books.sale((books.product(), 5, "100"), customer=customer)
    books.deliver(order, ["100"], [2])
    invoice = books.invoice(order)
    books.pay("200", party=customer, allocations=[{"invoice": invoice.pk, "amount": "200"}])
    checker = find(CreditCheck)
    assert checker is not None
    with acting(books.actor):
        answer = checker.check(party_id=customer.pk, additional=D(600))
        assert (answer.allowed, answer.exposure, answer.limit) == (True, D(400), D(1000))
        assert not checker.check(party_id=customer.pk, additional=D("600.01")).allowed
    with pytest.raises(CreditExceeded):
        books.sale((books.product(), 1, "600.01"), customer=customer)
    books.sale((books.product(), 1, "600"), customer=customer)


def test_where_nothing_limits_a_customer_nothing_is_added_up(books, django_assert_num_queries):
    books.charge("10", issued_on=current().today() - timedelta(days=12))
    checker, customer = find(CreditCheck), books.party()
    assert checker is not None
    with acting(books.actor), django_assert_num_queries(1):
        answer = checker.check(party_id=customer.pk, additional=D(10**9))
    assert (answer.allowed, answer.limit, answer.exposure) == (True, None, None)
