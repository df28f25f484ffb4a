"""Bank statements and matching: a statement with duplicates, fees and a bulk payment, worked by hand to a difference of
zero; everything undone is as it was."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.forms.models import model_to_dict

from modules.finance.errors import OverAllocated
from modules.finance.models import (
    BankMatch,
    BankRule,
    BankStatement,
    CashAccount,
    Invoice,
    JournalEntry,
    Payment,
    StatementLine,
)
from modules.finance.selectors.bank import ledger_balance, outstanding, reconciliation, statement_balance
from modules.finance.selectors.bank_desk import proposals
from modules.finance.selectors.closing_desk import closing_desk
from modules.finance.services.bank_automatic import lines_match_themselves, propose_match
from modules.finance.services.bank_matching import bank_match_make, bank_match_review, bank_match_undo
from modules.finance.services.bank_statements import bank_statement_delete, bank_statement_import
from modules.finance.services.cash_accounts import bank_rule_create, cash_account_create, cash_account_update
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.payments import payment_reverse
from modules.shared.data.models import Currency, ExchangeRate, Party
from modules.shared.data.rules.naming import name_key
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books

D = Decimal


def named(books: Books, name: str, role: str = "customer") -> Party:
    with acting(books.actor):
        party = Party(code=f"B-{name}", name=name, name_key=name_key(name), **{f"is_{role}": True})
        party.save()
    return party


def bank(books: Books, **values: Any) -> CashAccount:
    data = {
        "name": "Main", "kind": "bank", "currency": current().currency, "account": books.account("1002"),
        "fee_account": books.account("5603.02"), "interest_account": books.account("5603.01"), **values,
    }  # fmt: skip
    return cash_account_create(actor=books.actor, data=data)


def csv(*rows: tuple[Any, ...], balances: Decimal | None = None) -> bytes:
    lines = ["Date,Amount,Counterparty,Reference,Description" + (",Balance" if balances is not None else "")]
    for day, amount, *texts in rows:
        texts = [*texts, *[""] * (3 - len(texts))]
        cells = [day.isoformat(), str(amount), *texts]
        if balances is not None:
            balances += D(str(amount))
            cells.append(str(balances))
        lines.append(",".join(cells))
    return "\n".join(lines).encode()


@pytest.fixture
def day() -> date:
    return current().today() - timedelta(days=10)


class Desk:
    """A company with a bank account of 10,000.00, four parties and their invoices."""

    def __init__(self, books: Books, day: date) -> None:
        self.books, self.day = books, day
        journal_entry_post(
            actor=books.actor, entry_date=day - timedelta(days=5),
            lines=[{"account": books.account("1002"), "debit": "10000"},
                   {"account": books.account("3001"), "credit": "10000"}],
        )  # fmt: skip
        self.alpha, self.beta, self.gamma = (named(books, f"{x} Trading") for x in ("Alpha", "Beta", "Gamma"))
        self.supplier = named(books, "Delta Metals", "supplier")
        issued: dict[str, Any] = {"issued_on": day - timedelta(days=4)}
        self.one = books.charge("1130", party=self.alpha, **issued)
        self.two = books.charge("2260", party=self.beta, **issued)
        self.three = [books.charge(x, party=self.gamma, **issued) for x in ("339", "339", "452")]
        self.bill = books.charge("904", party=self.supplier, kind="purchase_invoice", reference="DM-4711", **issued)
        self.account = bank(books)

    def rows(self) -> list[tuple[Any, ...]]:
        later = self.day + timedelta(days=1)
        return [
            (self.day, "1130.00", "ALPHA TRADING LTD", "", f"Invoice {self.one.number}"),
            (self.day, "2250.00", "Beta Trading", "", f"Re {self.two.number} less charges"),
            (self.day, "-20.00", "", "", "Account fee"),
            (self.day, "-20.00", "", "", "Account fee"),
            (later, "1130.00", "Gamma Trading Co.", "", "three invoices"),
            (later, "-904.00", "Delta Metals", "DM-4711", "payment"),
            (later, "3.21", "", "", "Interest of the quarter"),
        ]

    def read(self, *rows: tuple[Any, ...], opening: Any = "10000") -> list[BankStatement]:
        return bank_statement_import(
            actor=self.books.actor, cash_account=self.account, content=csv(*rows, balances=D(str(opening)))
        )

    def line(self, amount: str, text: str = "") -> StatementLine:
        return StatementLine.objects.filter(amount=D(amount), text__contains=text, status="open").order_by("id")[0]

    def best(self, line: StatementLine) -> Any:
        self.account.refresh_from_db()
        return proposals(self.account, [line])[line.pk]


@pytest.fixture
def desk(books: Books, day: date) -> Desk:
    return Desk(books, day)


def test_a_statement_with_duplicates_fees_and_a_bulk_payment_comes_to_zero(desk, books):
    statement = desk.read(*desk.rows())[0]
    # 10000 + 1130 + 2250 − 20 − 20 + 1130 − 904 + 3.21
    assert (statement.opening, statement.closing, statement.line_count) == (D(10000), D("13569.21"), 7)
    found = reconciliation(books_account(desk), current().today())
    assert (found.statement, found.ledger, found.difference) == (D("13569.21"), D(10000), D(0))
    assert sum(x.amount for x in found.lines) == D("3569.21")
    expected = {
        "1130.00": (("reference", "amount", "payer"), 98), "2250.00": (("reference", "fee", "payer"), 87),
        "-904.00": (("reference", "amount", "payer"), 98), "3.21": (("words_interest",), 74),
    }  # fmt: skip
    for amount, (reasons, confidence) in expected.items():
        best = desk.best(desk.line(amount))[0]
        assert (best.reasons, best.confidence) == (reasons, confidence), amount
    bulk = desk.best(desk.line("1130.00", "three"))[0]
    assert (bulk.reasons, {pk for pk, _a in bulk.invoices}) == (("name", "sum"), {i.pk for i in desk.three})
    for line in StatementLine.objects.order_by("id"):
        propose_match(actor=books.actor, line=line, proposal=desk.best(line)[0], automatic=False)
    assert set(Invoice.objects.values_list("status", flat=True)) == {"paid"}
    # The fee of 10 of the customer's payment and two of 20; interest is income on the account of interest.
    assert (books.balance("5603.02"), books.balance("5603.01")) == (D(50), D("-3.21"))
    assert books.balance("1002") == D("13569.21")
    assert (books.balance("1122"), books.balance("2202.02")) == (D(0), D(0))
    found = reconciliation(books_account(desk), current().today())
    assert (list(found.lines), list(found.outstanding), found.difference) == ([], [], D(0))
    assert found.ledger == found.statement == D("13569.21")
    books.prove()


def books_account(desk: Desk) -> CashAccount:
    return CashAccount.objects.get(pk=desk.account.pk)


def test_the_same_file_twice_and_an_overlapping_one_double_nothing(desk):
    rows = desk.rows()
    desk.read(*rows)
    assert desk.read(*rows) == []
    assert StatementLine.objects.count() == 7  # two equal fees of one day are two lines
    later = desk.day + timedelta(days=2)
    # What the bank sends next begins with the second day again: 10000 + 1130 + 2250 − 40 = 13340.
    (made,) = desk.read(*rows[4:], (later, "-20.00", "", "", "Account fee"), opening="13340")
    assert (made.line_count, made.duplicates, made.closing) == (1, 3, D("13549.21"))
    assert statement_balance(books_account(desk)) == D("13549.21")


def test_what_does_not_add_up_is_refused(desk, books):
    rows = desk.rows()
    wrong = csv(*rows, balances=D(10000)).replace(b"13380.00", b"13381.00")
    with pytest.raises(Invalid, match="do not follow"):
        bank_statement_import(actor=books.actor, cash_account=desk.account, content=wrong)
    with pytest.raises(Invalid, match="do not make the closing balance"):
        bank_statement_import(
            actor=books.actor, cash_account=desk.account, content=csv(*rows), opening=D(10000), closing=D(13000)
        )
    desk.read(*rows)
    later = desk.day + timedelta(days=3)
    with pytest.raises(Invalid, match="one between is missing"):
        desk.read((later, "5.00", "", "", "x"), opening="13500")
    # The same lines told otherwise (another text): the balance would count them twice.
    told = [(d, a, "someone", "", "else") for d, a, *_rest in rows]
    with pytest.raises(Invalid, match="a line is missing or differs"):
        desk.read(*told)
    assert (BankStatement.objects.count(), StatementLine.objects.count()) == (1, 7)


def snapshot() -> dict[str, Any]:
    """Rows of documents and what accounts hold, but for the trail of versions."""
    skip = ("version", "changed_by", "created_by")
    rows: dict[str, Any] = {}
    for model in (Invoice, StatementLine, CashAccount):
        for row in model.objects.order_by("pk"):
            rows[f"{model.__name__}{row.pk}"] = {k: v for k, v in model_to_dict(row).items() if k not in skip} | {
                f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.editable and f.name
                not in (*skip, "changed_at", "created_at", "search_text")
            }  # fmt: skip
    return rows


def test_undoing_restores_all(desk, books):
    desk.read(*desk.rows())
    other = books.pay("50", party=desk.alpha)  # in the ledger before
    before = snapshot()
    codes = ("1002", "1122", "2202.02", "5603.02", "5603.01")
    balances = [books.balance(c) for c in codes]
    line = desk.line("2250.00")
    fee = propose_match(actor=books.actor, line=line, proposal=desk.best(line)[0], automatic=False)
    many = bank_match_make(
        actor=books.actor, lines=[desk.line("1130.00", "Invoice").pk, desk.line("-20.00").pk],
        invoices=[{"invoice": desk.one.pk, "amount": "1000"}], on_account={"party": desk.alpha.pk, "amount": "130"},
        postings=[{"account": books.account("5603.02").pk, "amount": "-20"}],
    )  # fmt: skip
    desk.one.refresh_from_db()
    assert (desk.one.status, desk.one.open_amount) == ("part_paid", D(130))
    with pytest.raises(StateRefused, match="matched with the bank"):
        payment = Payment.objects.get(pk=many.items.exclude(payment=None).get().payment_id or 0)
        for allocation in payment.allocations.all():
            from modules.finance.services.allocation import allocation_undo

            allocation_undo(actor=books.actor, allocation=allocation)
        payment_reverse(actor=books.actor, payment=Payment.objects.get(pk=payment.pk))
    books.prove()
    for match in (fee, many):
        bank_match_undo(actor=books.actor, match=match)
    assert snapshot() == before
    assert [books.balance(c) for c in codes] == balances
    assert set(Payment.objects.exclude(pk=other.pk).values_list("status", flat=True)) == {"reversed"}
    assert [x.amount for x in outstanding(books_account(desk))] == [D(50)]
    with pytest.raises(StateRefused, match="undone already"):
        bank_match_undo(actor=books.actor, match=fee)
    # And again, as if nothing had been.
    propose_match(actor=books.actor, line=line, proposal=desk.best(line)[0], automatic=False)
    books.prove()


def test_what_is_in_the_ledger_already_is_matched_and_not_recorded_again(desk, books):
    payment = books.pay("1130", party=desk.alpha, paid_on=desk.day, reference="TT-9001")
    wages = journal_entry_post(
        actor=books.actor, entry_date=desk.day,
        lines=[{"account": books.account("5602"), "debit": "300"}, {"account": books.account("1002"), "credit": "300"}],
    )  # fmt: skip
    desk.read((desk.day, "1130.00", "Alpha Trading", "TT-9001", ""), (desk.day, "-100.00", "", "", "wages a"),
              (desk.day, "-200.00", "", "", "wages b"))  # fmt: skip
    line = desk.line("1130.00")
    best = desk.best(line)[0]
    assert best.ledger
    assert "reference" in best.reasons
    assert best.confidence == 99
    match = propose_match(actor=books.actor, line=line, proposal=best, automatic=False)
    item = outstanding(books_account(desk))
    assert [x.entry_id for x in item] == [wages.pk]
    # Two lines of the bank are one of the ledger.
    lines = [desk.line("-100.00").pk, desk.line("-200.00").pk]
    both = bank_match_make(actor=books.actor, lines=lines, ledger=[item[0].id])
    assert Payment.objects.count() == 1
    with pytest.raises(StateRefused, match="matched with the bank"):
        journal_entry_reverse(actor=books.actor, entry=wages)
    with pytest.raises(StateRefused, match="matched with the bank"):
        payment_reverse(actor=books.actor, payment=payment)
    books.prove()
    bank_match_undo(actor=books.actor, match=both)
    bank_match_undo(actor=books.actor, match=match)
    payment.refresh_from_db()
    assert payment.status == "posted"  # it was there before and stays
    assert len(outstanding(books_account(desk))) == 2
    journal_entry_reverse(actor=books.actor, entry=wages)
    assert [x.entry_id for x in outstanding(books_account(desk))] == [payment.entry_id]
    books.prove()


def test_both_sides_add_up_or_nothing_is_written(desk, books):
    desk.read(*desk.rows())
    line = desk.line("1130.00", "Invoice")
    with pytest.raises(Invalid, match=r"130\.0* is left"):
        bank_match_make(
            actor=books.actor, lines=[line.pk], invoices=[{"invoice": desk.one.pk, "amount": "1000"}]
        )  # fmt: skip
    with pytest.raises(OverAllocated):
        bank_match_make(actor=books.actor, lines=[line.pk], invoices=[
            {"invoice": desk.three[0].pk, "amount": "1130"}])  # fmt: skip
    with pytest.raises(Invalid, match="kept by its documents"):
        bank_match_make(actor=books.actor, lines=[line.pk], postings=[
            {"account": books.account("1122").pk, "amount": "1130"}])  # fmt: skip
    assert (BankMatch.objects.count(), Payment.objects.count()) == (0, 0)
    line.refresh_from_db()
    assert line.status == "open"


def test_a_rule_posts_by_itself_and_is_reviewed(desk, books):
    bank_rule_create(actor=books.actor, data={
        "name": "Fees", "text": "account FEE", "account": books.account("5603.02"), "automatic": True,
    })  # fmt: skip
    desk.read(*desk.rows())
    assert lines_match_themselves(actor=books.actor, cash_account=books_account(desk)) == 2
    match, second = BankMatch.objects.order_by("id")
    assert (match.automatic, match.reviewed, match.rule) == (True, False, BankRule.objects.get())
    assert books.balance("5603.02") == D(40)
    bank_match_review(actor=books.actor, match=match)
    bank_match_undo(actor=books.actor, match=second)
    assert books.balance("5603.02") == D(20)
    # As sure as the account asks for: number, amount and payer agree; the rest waits for a person.
    cash_account_update(actor=books.actor, cash_account=desk.account, data={"auto_from": 95})
    BankRule.objects.all().delete()
    assert lines_match_themselves(actor=books.actor, cash_account=books_account(desk)) == 2
    desk.one.refresh_from_db()
    desk.bill.refresh_from_db()
    assert (desk.one.status, desk.bill.status) == ("paid", "paid")
    books.prove()


def test_a_line_from_a_known_account_is_their_payment(desk, books):
    books_account(desk)
    head = b"Date,Amount,Counterparty,IBAN,Description\n"
    first = head + f"{desk.day},1130.00,whoever,DE89 3704,x\n".encode()
    bank_statement_import(actor=books.actor, cash_account=desk.account, content=first, opening=D(10000))
    line = desk.line("1130.00")
    bank_match_make(actor=books.actor, lines=[line.pk], invoices=[{"invoice": desk.one.pk, "amount": "1130"}])
    again = head + f"{desk.day + timedelta(days=1)},70.00,whoever,DE893704,y\n".encode()
    bank_statement_import(actor=books.actor, cash_account=desk.account, content=again)
    best = desk.best(desk.line("70.00"))[0]
    assert (best.party_id, best.on_account, best.reasons) == (desk.alpha.pk, D(70), ("account", "on_account"))


def test_an_account_in_another_currency_books_the_exchange_difference_once(books, day):
    with acting(books.actor):
        euro = Currency.objects.get(code="EUR")
        for on, rate in ((day - timedelta(days=9), "7.50"), (day, "7.80")):
            ExchangeRate(currency=euro, day=on, rate=D(rate)).save()
    customer = named(books, "Omega GmbH")
    invoice = books.charge("1000", party=customer, currency="EUR", issued_on=day - timedelta(days=5))
    account = bank(books, name="Euro", currency="EUR")
    bank_statement_import(
        actor=books.actor, cash_account=account,
        content=csv((day, "992.00", "Omega", "", f"{invoice.number}"), balances=D(0)),
    )  # fmt: skip
    line = StatementLine.objects.get()
    account.refresh_from_db()
    best = proposals(account, [line])[line.pk][0]
    assert best.posting == D(-8)
    match = propose_match(actor=books.actor, line=line, proposal=best, automatic=False)
    # 1000 × 7.80 received less 8 × 7.80 kept: 7737.60; the invoice stood at 7500: a gain of 300.
    assert (books.balance("1002"), ledger_balance(account)) == (D("7737.60"), D(992))
    assert (books.balance("5603.02"), books.balance("1122")) == (D("62.40"), D(0))
    assert JournalEntry.objects.get(kind="exchange").total == D(300)
    books.prove()
    bank_match_undo(actor=books.actor, match=match)
    assert (books.balance("1002"), ledger_balance(account), books.balance("1122")) == (D(0), D(0), D(7500))
    books.prove()


def test_the_last_statement_is_taken_back_and_the_closing_desk_counts_what_is_open(desk, books, actor):
    from modules.finance.models import Period

    statement = desk.read(*desk.rows())[0]
    period = Period.objects.get(starts_on__lte=desk.day, ends_on__gte=desk.day)
    lines = {x.key: x for x in closing_desk(actor=actor, period=period)}
    assert (lines["bank_lines"].count or 0) >= 4
    match = propose_match(
        actor=books.actor, line=desk.line("3.21"), proposal=desk.best(desk.line("3.21"))[0], automatic=False
    )
    with pytest.raises(StateRefused, match="undo that first"):
        bank_statement_delete(actor=books.actor, statement=statement)
    bank_match_undo(actor=books.actor, match=match)
    bank_statement_delete(actor=books.actor, statement=statement)
    assert (StatementLine.objects.count(), books_account(desk).opening_on) == (0, None)
    desk.read(*desk.rows())
    books.prove()
