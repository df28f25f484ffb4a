"""Payment runs: what is due is proposed, approved, given to the bank, recorded once, and taken back whole."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest

from modules.finance.models import CashAccount, Invoice, Payment, PaymentRun, PaymentRunLine
from modules.finance.rules.payment_files import is_iban, pain001, table
from modules.finance.selectors.payment_runs import order_of
from modules.finance.services.bank_matching import bank_match_make
from modules.finance.services.bank_statements import bank_statement_import
from modules.finance.services.cash_accounts import cash_account_create
from modules.finance.services.payment_runs import (
    payment_run_approve,
    payment_run_cancel,
    payment_run_create,
    payment_run_line_remove,
    payment_run_record,
)
from modules.shared.data.models import BankAccount, Party
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.books import Books
from tests.modules.finance.test_at_once import at_once

D = Decimal
NS = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def supplier(books: Books, name: str, number: str = "DE89 3704 0044 0532 0130 00") -> Party:
    with acting(books.actor):
        party = Party(code=f"P-{name}", name=name, is_supplier=True)
        party.save()
        if number:
            BankAccount(party=party, bank="Their bank", number=number).save()
    return party


def account(books: Books) -> CashAccount:
    return cash_account_create(
        actor=books.actor,
        data={"name": "Main", "kind": "bank", "currency": current().currency, "account": books.account("1002"),
              "number": "DE75512108001245126199", "bic": "SOGEDEFF"},
    )  # fmt: skip


def bill(books: Books, party: Party, amount: str, days: int, **values: Any) -> Invoice:
    """Due so many days from today."""
    due = current().today() + timedelta(days=days)
    issued = min(due, current().today()) - timedelta(days=1)
    return books.charge(amount, party=party, kind="purchase_invoice", issued_on=issued, due_on=due, **values)


def test_what_is_due_is_paid_by_one_file_and_recorded_once(books):
    one, two = supplier(books, "Delta Metals"), supplier(books, "Müller & Söhne", "NL91ABNA0417164300")
    due = [bill(books, one, "904", -3, reference="DM-1"), bill(books, one, "96", 2, reference="DM-2"),
           bill(books, two, "500", 0)]  # fmt: skip
    later = bill(books, one, "77", 9)
    blocked = bill(books, two, "66", -1)
    with acting(books.actor):
        blocked.refresh_from_db()
        blocked.match = Invoice.Match.BLOCKED
        blocked.save()
    today = current().today()
    run = payment_run_create(actor=books.actor, cash_account=account(books), due_until=today + timedelta(days=5))
    assert (run.total, run.line_count) == (D(1500), 3)
    assert {x.invoice_id for x in run.lines.all()} == {x.pk for x in due}
    assert later.pk not in {x.invoice_id for x in run.lines.all()}
    with pytest.raises(Invalid, match="No supplier invoice"):
        payment_run_create(actor=books.actor, cash_account=run.cash_account, due_until=today + timedelta(days=5))
    with pytest.raises(StateRefused, match="approved"):
        payment_run_record(actor=books.actor, run=run)
    run = payment_run_approve(actor=books.actor, run=run)
    first = pain001(order_of(PaymentRun.objects.get(pk=run.pk)))
    run = payment_run_record(actor=books.actor, run=run)
    assert pain001(order_of(PaymentRun.objects.get(pk=run.pk))) == first  # made again: the same file
    assert sorted(Payment.objects.values_list("amount", "direction")) == [(D(500), "out"), (D(1000), "out")]
    assert {Invoice.objects.get(pk=x.pk).status for x in due} == {"paid"}
    assert books.balance("1002") == D(-1500)
    with pytest.raises(StateRefused, match="and once"):
        payment_run_record(actor=books.actor, run=run)
    books.prove()
    # The bank's line finds its payment by what the bank was told.
    number = f"{run.number}-{one.pk}"
    text = f"Date,Amount,Description\n{today},-1000.00,{number}\n".encode()
    bank_statement_import(actor=books.actor, cash_account=run.cash_account, content=text, opening=D(0))
    from modules.finance.models import StatementLine
    from modules.finance.selectors.bank_desk import proposals

    line = StatementLine.objects.get()
    best = proposals(CashAccount.objects.get(), [line])[line.pk][0]
    assert "reference" in best.reasons
    match = bank_match_make(actor=books.actor, lines=[line.pk], ledger=best.ledger)
    with pytest.raises(StateRefused, match="matched with the bank"):
        payment_run_cancel(actor=books.actor, run=run)
    from modules.finance.services.bank_matching import bank_match_undo

    bank_match_undo(actor=books.actor, match=match)
    run = payment_run_cancel(actor=books.actor, run=run)
    assert {Invoice.objects.get(pk=x.pk).open_amount for x in due} == {D(904), D(96), D(500)}
    assert (books.balance("1002"), set(Payment.objects.values_list("status", flat=True))) == (D(0), {"reversed"})
    again = payment_run_create(actor=books.actor, cash_account=run.cash_account, due_until=today)
    assert again.total == D(1404)
    books.prove()


def test_a_line_is_taken_out_and_what_changed_meanwhile_is_seen(books):
    one, bare = supplier(books, "Delta Metals"), supplier(books, "No Account", "")
    first, second = bill(books, one, "100", 0), bill(books, bare, "200", 0)
    run = payment_run_create(actor=books.actor, cash_account=account(books), due_until=current().today())
    with pytest.raises(StateRefused, match="has no bank account"):
        payment_run_approve(actor=books.actor, run=run)
    payment_run_line_remove(actor=books.actor, line=run.lines.get(invoice=second))
    run = payment_run_approve(actor=books.actor, run=PaymentRun.objects.get(pk=run.pk))
    assert run.total == D(100)
    books.pay("60", party=one, direction="out", allocations=[{"invoice": first.pk, "amount": "60"}])
    with pytest.raises(StateRefused, match="paid or blocked meanwhile"):
        payment_run_record(actor=books.actor, run=run)
    assert PaymentRun.objects.get(pk=run.pk).status == "approved"


def test_the_file_has_the_structure_of_the_schema(books):
    one = supplier(books, "Müller & Söhne")
    bill(books, one, "100.10", 0, reference="R-1")
    bill(books, one, "0.20", 0, reference="R-2")
    run = payment_run_create(actor=books.actor, cash_account=account(books), due_until=current().today())
    order = order_of(run)
    root = ElementTree.fromstring(pain001(order))
    init = root[0]
    assert [x.tag for x in init] == [f"{NS}GrpHdr", f"{NS}PmtInf"]
    assert [x.tag.removeprefix(NS) for x in init[0]] == ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"]
    names = [x.tag.removeprefix(NS) for x in init[1]]
    assert names == ["PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct",
                     "DbtrAgt", "CdtTrfTxInf"]  # fmt: skip
    part = init[1][-1]
    assert [x.tag.removeprefix(NS) for x in part] == ["PmtId", "Amt", "Cdtr", "CdtrAcct", "RmtInf"]
    assert part.findtext(f"{NS}Amt/{NS}InstdAmt") == "100.30"
    assert part.findtext(f"{NS}Cdtr/{NS}Nm") == "Muller + Sohne"
    assert part.findtext(f"{NS}CdtrAcct/{NS}Id/{NS}IBAN") == "DE89370400440532013000"
    assert part.findtext(f"{NS}RmtInf/{NS}Ustrd") == "R-1 R-2"
    assert init.findtext(f"{NS}GrpHdr/{NS}CtrlSum") == "100.30"
    assert table(order).decode("utf-8-sig").splitlines()[1].split(",")[4] == "100.30"
    assert (is_iban("DE89370400440532013000"), is_iban("DE88370400440532013000")) == (True, False)


def test_an_invoice_is_in_one_run_however_many_are_made_at_once(fresh_company):
    company = fresh_company("Runs")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        own = account(books)
        party = supplier(books, "Delta Metals")
        for n in range(5):
            bill(books, party, f"{n + 1}00", 0)
        until = current().today()

    def create():
        return payment_run_create(actor=actor, cash_account=own, due_until=until)

    results = at_once(company, [create] * 4)
    assert sum(isinstance(r, PaymentRun) for r in results) == 1, results
    assert sum(isinstance(r, Invalid) for r in results) == 3, results
    with serving(company):
        run = PaymentRun.objects.get()
        assert PaymentRunLine.objects.filter(live=True).count() == 5
        payment_run_approve(actor=actor, run=run)
    # And recorded once, however often it is pressed.
    results = at_once(company, [lambda: payment_run_record(actor=actor, run=run)] * 4)
    assert sum(isinstance(r, PaymentRun) for r in results) == 1, results
    with serving(company):
        assert list(Payment.objects.values_list("amount", flat=True)) == [D(1500)]
        Books(actor).prove()
