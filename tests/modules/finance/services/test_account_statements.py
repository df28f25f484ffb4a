"""Statements of account: they tie with the ledger, are sent with their PDF, and answered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail

from modules.finance.models import AccountStatement
from modules.finance.selectors.account_statement_paper import statement_paper, statement_pdf_of
from modules.finance.selectors.account_statements import party_account
from modules.finance.services.account_statement_mails import account_statement_mail_send
from modules.finance.services.account_statements import (
    account_statement_confirm,
    account_statement_create,
    account_statement_delete,
    account_statement_dispute,
    account_statement_send,
)
from modules.finance.services.allocation import payment_allocate
from modules.finance.services.invoice_posting import invoice_credit
from modules.finance.services.payments import payment_reverse
from modules.finance.services.settlements import settlement_approve, settlement_create
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.tenancy.context import current

D = Decimal


@pytest.fixture
def account(books):
    """1000 forty days ago, due thirty days later; then 500 invoiced, 100 of it credited, 600 paid, 50 written off,
    a payment of 70 that bounced."""
    today = current().today()
    old = books.charge(
        "1000", issued_on=today - timedelta(days=40), due_on=today - timedelta(days=10), reference="PO-1"
    )
    new = books.charge("500", issued_on=today - timedelta(days=20), due_on=today + timedelta(days=10))
    line = new.lines.get()
    invoice_credit(
        actor=books.actor, invoice=new, on=today - timedelta(days=15), lines=[{"line": line.pk, "quantity": "0.2"}]
    )
    payment = books.pay("600", paid_on=today - timedelta(days=12), reference="TT-9")
    payment_allocate(actor=books.actor, payment=payment, invoice=old, on=today - timedelta(days=12))
    bad = settlement_create(actor=books.actor, kind="bad_debt", invoice=old, amount="50")
    settlement_approve(actor=books.actor, settlement=bad)
    bounced = books.pay("70", paid_on=today - timedelta(days=3))
    payment_reverse(actor=books.actor, payment=bounced, on=today - timedelta(days=2))
    return old


def make(books, **values):
    values = {"party": books.party("customer"), "since": current().today() - timedelta(days=30), **values}
    return account_statement_create(actor=books.actor, **values)


def test_it_goes_from_what_was_owed_to_what_is_owed(books, account):
    found = make(books)
    rows = [(x.text, x.charged, x.settled, x.balance) for x in found.lines.order_by("position")]
    assert len(rows) == 6
    assert (found.opening, found.charged, found.settled, found.closing) == (D(1000), D(570), D(820), D(750))
    assert [r[1] - r[2] for r in rows] == [D(500), D(-100), D(-600), D(-70), D(70), D(-50)]
    assert [r[3] for r in rows] == [D(1500), D(1400), D(800), D(730), D(800), D(750)]
    assert [(i["open"], i["kind"]) for i in found.open_items] == [("350.0000", "invoice"), ("400.0000", "invoice")]
    assert found.overdue == D(350)
    books.prove()


def test_a_statement_of_past_days_says_what_stood_then(books, account):
    today = current().today()
    found = make(books, since=today - timedelta(days=50), until=today - timedelta(days=18))
    assert (found.opening, found.closing, found.overdue) == (D(0), D(1500), D(0))
    assert len(found.open_items) == 2


def test_it_is_in_the_currency_of_the_party(books):
    customer = books.party("customer", currency="USD")
    books.charge("100", party=customer, currency="USD", exchange_rate="7")
    books.charge("33", party=customer, currency=current().currency)
    books.pay("40", party=customer, currency="USD", exchange_rate_given=D("7.1"))
    found = make(books, party=customer)
    assert (found.currency, found.closing) == ("USD", D(60))
    assert make(books, party=customer, currency=current().currency).closing == D(33)
    account = party_account(party_id=customer.pk, currency="USD", since=found.since, until=found.until)
    assert account.difference == D(0)


def test_it_is_kept_as_it_was_told(books, account):
    found = make(books)
    books.charge("999")
    found.refresh_from_db()
    assert (found.closing, found.lines.count()) == (D(750), 6)


def test_the_paper_is_in_both_languages_and_says_the_figures(books, account):
    from django.utils import translation

    found = make(books)
    for language, title in (("en", "Statement of account"), ("zh-hans", "对账单")):
        with translation.override(language):
            paper, pdf = statement_paper(found), statement_pdf_of(found)
        assert pdf.startswith(b"%PDF")
        assert paper.title == title
        text = " ".join(cell for table in paper.tables for row in table.rows for cell in row)
        text += " ".join(value for _name, value in paper.facts)
        for figure in ("1,000.00", "1,500.00", "750.00", "350.00", found.number):
            assert figure in text


def test_it_is_sent_with_its_paper_and_the_answer_is_recorded(books, account, audited):
    customer = books.party("customer")
    with pytest.raises(Invalid):
        account_statement_send(actor=books.actor, statement=make(books))
    found = make(books)
    with pytest.raises(Invalid):
        account_statement_send(actor=books.actor, statement=found, email="nobody")
    found.refresh_from_db()
    found = account_statement_send(actor=books.actor, statement=found, email="books@customer.example")
    assert (found.status, found.sent_to) == ("sent", "books@customer.example")
    account_statement_mail_send(found.pk)
    (sent,) = mail.outbox
    assert sent.to == ["books@customer.example"]
    assert found.number in sent.subject
    assert "750.00" in sent.body
    assert sent.attachments[0][0] == f"{found.number}.pdf"
    found = account_statement_dispute(
        actor=books.actor, statement=found, answered_by="Bookkeeper", answer="350 was paid in cash"
    )
    assert found.status == "disputed"
    found = account_statement_confirm(actor=books.actor, statement=found, answered_by="Bookkeeper")
    assert (found.status, found.answered_on, found.recorded_by_id) == (
        "confirmed", current().today(), books.actor.member_id,
    )  # fmt: skip
    with pytest.raises(StateRefused):
        account_statement_dispute(actor=books.actor, statement=found, answered_by="x", answer="y")
    with pytest.raises(StateRefused):
        account_statement_delete(actor=books.actor, statement=found)
    assert customer.name in found.party.name


def test_a_draft_is_deleted_with_its_lines(books, account):
    account_statement_delete(actor=books.actor, statement=make(books))
    assert not AccountStatement.objects.exists()


@pytest.mark.parametrize("change", [{"since": 1}, {"until": 1}, {"party": 10**12}, {"currency": "XXX"}])
def test_bad_input_is_refused(books, change):
    values = {
        k: current().today() + timedelta(days=v) if k in ("since", "until") else v for k, v in change.items()
    }  # fmt: skip
    with pytest.raises(Invalid):
        make(books, **values)


def test_answers_need_a_name_and_a_day_that_was(books, account):
    found = make(books)
    for values in (
        {"answered_by": " "}, {"answered_by": "A", "on": current().today() + timedelta(days=1)},
        {"answered_by": "A", "on": current().today() - timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            account_statement_confirm(actor=books.actor, statement=found, **values)
    with pytest.raises(Invalid):
        account_statement_dispute(actor=books.actor, statement=found, answered_by="A", answer="")


def test_who_may_not_is_refused(books, stranger):
    with pytest.raises(Forbidden):
        account_statement_create(actor=stranger, party=books.party("customer"), since=current().today())
