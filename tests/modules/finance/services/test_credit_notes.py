"""Credit notes: what they take back, of goods, money and accruals, with numbers by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from modules.finance.errors import OverInvoiced
from modules.finance.models import Invoice
from modules.finance.services.invoice_posting import invoice_credit
from tenon.problems import Invalid, StateRefused

D = Decimal


def test_a_credit_note_takes_back_a_part(books):
    """10 at 100.00 + 13 %; 3 are credited: 339.00 off the receivable, 300.00 off revenue, 39.00 off tax."""
    order = books.sale((books.product(), 10, "100", books.vat()))
    books.deliver(order, ["600"])
    invoice = books.invoice(order)
    line = invoice.lines.get()
    note = invoice_credit(actor=books.actor, invoice=invoice, lines=[{"line": line.pk, "quantity": "3"}])
    assert books.lines(note.entry) == [
        ("1122", D(0), D(339)),
        ("5001", D(300), D(0)),
        ("2221.01.03", D(39), D(0)),
    ]
    invoice.refresh_from_db()
    assert (note.status, note.open_amount) == ("paid", D(0))
    assert (invoice.status, invoice.open_amount) == ("part_paid", D(791))
    assert order.lines.get().invoiced == D(7)
    with pytest.raises(OverInvoiced):
        invoice_credit(actor=books.actor, invoice=invoice, lines=[{"line": line.pk, "quantity": "8"}])
    rest = invoice_credit(actor=books.actor, invoice=invoice)
    assert rest.total == D(791)
    invoice.refresh_from_db()
    assert invoice.status == "paid"
    assert books.balance("1122") == books.balance("5001") == books.balance("2221.01.03") == 0
    with pytest.raises(StateRefused):
        invoice_credit(actor=books.actor, invoice=invoice)
    books.prove()


def test_a_credit_for_a_paid_invoice_stands_to_the_customers_credit(books):
    invoice = books.charge("100")
    books.pay("100", allocations=[{"invoice": invoice.pk, "amount": "100"}])
    invoice.refresh_from_db()
    note = invoice_credit(actor=books.actor, invoice=invoice)
    assert (note.status, note.open_amount) == ("posted", D(100))
    assert books.balance("1122") == D(-100)
    books.prove()


def test_a_purchase_credit_restores_what_was_accrued(books):
    order = books.purchase((books.product(), 10, "50"))
    books.receive(order)
    bill = books.bill(order)
    line = bill.lines.get()
    invoice_credit(actor=books.actor, invoice=bill, lines=[{"line": line.pk, "quantity": "4"}])
    assert books.balance("2202.01") == D(-200)
    assert books.balance("2202.02") == D(-300)
    assert order.lines.get().invoiced == D(6)
    books.prove()


def test_what_is_no_list_of_lines_is_not_credited(books):
    invoice = books.charge(100)
    line = invoice.lines.get().pk
    bad: list[Any] = ["all", [1], [{"line": line}], [{"quantity": 1}], [{"line": "x", "quantity": 1}],
                  [{"line": line, "quantity": "nan"}], [{"line": line, "quantity": "-1"}], {"line": line}]  # fmt: skip
    for lines in bad:
        with pytest.raises(Invalid) as caught:
            invoice_credit(actor=books.actor, invoice=invoice, lines=lines)
        assert caught.value.errors[0].field.startswith("lines")
    assert Invoice.objects.filter(credit_of=invoice).count() == 0
