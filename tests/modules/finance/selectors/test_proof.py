"""The check of the books finds what is wrong: each fault is planted past the services, and named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from modules.finance.models import AccountBalance, Invoice, Payment
from modules.finance.selectors.proof import check
from tenon.records.numbering import next_number
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


def findings(*, without: tuple[str, ...] = ("stock of", "work in progress")) -> list[str]:
    return [f for f in check(current()) if not f.startswith(without)]


@pytest.fixture
def small(books):
    """Two invoices, one paid in part."""
    invoice = books.charge("100")
    books.charge("50")
    books.pay("30", allocations=[{"invoice": invoice.pk, "amount": "30"}])
    assert findings() == []
    return books


def planted(books, sql: str, *params) -> list[str]:
    with acting(books.actor), connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        assert cursor.rowcount == 1
    return findings()


def test_a_daily_balance_that_is_not_the_sum_of_its_lines(small):
    row = AccountBalance.objects.get(account__code="1002")
    (found,) = planted(small, "update finance_accountbalance set debit = debit + 5 where id = %s", row.pk)
    assert found.startswith("account 1002 on")


def test_an_open_item_that_is_not_in_the_ledger(small):
    payment = Payment.objects.get()
    found = planted(small, "update finance_payment set base_amount = 29 where id = %s", payment.pk)
    assert found == [
        f"{payment.number}: 0.0000 open (0.0000 in the ledger's currency), its allocations leave 0.0000 (-1.0000)"
    ]
    invoice = Invoice.objects.order_by("pk")[0]
    found = planted(small, "update finance_invoice set base_total = 200 where id = %s", invoice.pk)
    assert any(f.startswith("receivable on") for f in found)


def test_a_gap_in_the_numbers(small):
    with acting(small.actor):
        next_number("INV")
    small.charge("1")
    (found,) = findings()
    assert found.startswith("invoices: series INV-")


def test_an_accrual_that_outlives_its_order_line(small):
    """Rule 14."""
    order = small.purchase((small.product(), 2, "10"))
    small.receive(order)
    line = order.lines.get()
    (found,) = planted(small, "update data_purchaseorderline set invoiced = 2 where id = %s", line.pk)
    assert found.startswith(f"received not invoiced, {order.number}")


def test_stock_and_work_in_progress_that_others_know_nothing_of(small):
    """Rule 14."""
    from modules.shared.contracts.posting import PostingLine

    product = small.product()
    small.post("stock_opening", PostingLine(D(7), product.pk))
    small.post("production_issue", PostingLine(D(3), product.pk, production_order_id=77))
    found = findings(without=())
    assert any(f.startswith(f"stock of {product.code}: inventory says 0, the ledger 4") for f in found)
    assert any(f.startswith("work in progress of production order 77") for f in found)
