"""Payments and allocation: partial, over, many to many, undone, exchange differences; ageing as of a past day."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from decimal import Decimal

import pytest

from modules.finance.errors import OverAllocated, PeriodClosed
from modules.finance.models import Invoice, JournalEntry, Payment, PaymentAllocation
from modules.finance.selectors.balances import control_balance
from modules.finance.selectors.open_items import ageing, open_items, open_total
from modules.finance.services.allocation import allocation_undo, credit_allocate, payment_allocate
from modules.finance.services.invoice_posting import invoice_credit, invoice_reverse
from modules.finance.services.payments import payment_record, payment_reverse, payment_update
from modules.shared.data.models import Currency, ExchangeRate
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books

D = Decimal
SEEDS = [int(x) for x in os.environ.get("FINANCE_SEEDS", "7,8").split(",")]


def test_a_payment_stands_on_account_until_it_is_allocated(books, audited):
    invoice = books.charge("1000")
    payment = books.pay("400", reference="TT-1")
    assert books.lines(payment.entry) == [("1002", D(400), D(0)), ("1122", D(0), D(400))]
    assert payment.entry.source_id == payment.pk
    payment = payment_allocate(actor=books.actor, payment=payment, invoice=invoice)
    invoice.refresh_from_db()
    assert (invoice.status, invoice.open_amount) == ("part_paid", D(600))
    assert (payment.status, payment.open_amount) == ("allocated", D(0))
    assert audited(payment) == ["insert", "update"]
    books.prove()


def test_one_payment_settles_many_and_what_is_over_stays_open(books):
    first, second = books.charge("100"), books.charge("250")
    payment = books.pay("400", allocations=[
        {"invoice": first.pk, "amount": "100"}, {"invoice": second.pk, "amount": "250"},
    ])  # fmt: skip
    assert (payment.status, payment.open_amount) == ("part", D(50))
    assert set(Invoice.objects.values_list("status", flat=True)) == {"paid"}
    assert books.balance("1122") == D(-50)
    books.prove()


def test_one_invoice_takes_many_payments_oldest_first(books):
    today = current().today()
    late = books.charge("100", issued_on=today - timedelta(days=20))
    new = books.charge("100", issued_on=today)
    for _ in range(3):
        payment_allocate(actor=books.actor, payment=books.pay("50"))
    late.refresh_from_db()
    new.refresh_from_db()
    assert (late.status, new.status, new.open_amount) == ("paid", "part_paid", D(50))
    assert PaymentAllocation.objects.count() == 3
    books.prove()


def test_an_allocation_of_a_past_day_is_not_before_an_earlier_one_was_undone(books):
    """100 owed for 20 days and allocated then, undone 5 days ago, allocated from another payment “10 days ago”: from 5
    days ago on, or on the days between the invoice would be paid twice and the account 100 off."""
    today = current().today()
    old, undone, asked = (today - timedelta(days=n) for n in (20, 5, 10))
    invoice = books.charge("100", issued_on=old)
    first, second = books.pay("100", paid_on=old), books.pay("100", paid_on=old)
    payment_allocate(actor=books.actor, payment=first, invoice=invoice, on=old)
    allocation_undo(actor=books.actor, allocation=first.allocations.get(), on=undone)
    payment_allocate(actor=books.actor, payment=second, invoice=invoice, on=asked)
    assert second.allocations.get().allocated_on == undone
    books.prove()
    other = books.charge("100", issued_on=old)
    payment_allocate(actor=books.actor, payment=first, invoice=other, on=asked)
    assert first.allocations.get(undone_on=None).allocated_on == undone
    books.prove()


@pytest.mark.parametrize("amount", ["100.01", "60"])
def test_no_more_is_allocated_than_is_open_on_either_side(books, amount):
    invoice, payment = books.charge("100"), books.pay("50")
    with pytest.raises(OverAllocated) as refused:
        payment_allocate(actor=books.actor, payment=payment, invoice=invoice, amount=amount)
    assert refused.value.extra["open"] == "50.0000"
    invoice.refresh_from_db()
    assert invoice.open_amount == D(100)


def test_only_the_same_party_side_and_currency(books):
    payment = books.pay("50")
    others = books.charge("100", party=books.party("customer", name_zh="其他"))
    bill = books.charge("100", kind="purchase_invoice")
    draft_id = 10**9
    for target in (others.pk, bill.pk, draft_id):
        with pytest.raises(Invalid):
            payment_allocate(actor=books.actor, payment=payment, invoice=target)
    paid = books.charge("10")
    payment_allocate(actor=books.actor, payment=payment, invoice=paid)
    with pytest.raises(StateRefused):
        payment_allocate(actor=books.actor, payment=payment, invoice=paid)


@pytest.mark.parametrize("amount", ["0", "-1", "1.001", "abc", "NaN"])
def test_a_bad_amount_is_refused(books, amount):
    with pytest.raises(Invalid) as refused:
        books.pay(amount)
    assert [e.field for e in refused.value.errors] == ["amount"]
    assert not Payment.objects.exists()


def test_money_goes_to_bank_or_cash_only(books):
    assert books.pay("5", account=books.account("1001"), method="cash").account.code == "1001"
    with pytest.raises(Invalid):
        books.pay("5", account=books.account("5602"))


def test_undoing_an_allocation_restores_everything(books):
    invoice, payment = books.charge("100"), books.pay("60")
    payment_allocate(actor=books.actor, payment=payment, invoice=invoice)
    allocation = PaymentAllocation.objects.get()
    allocation_undo(actor=books.actor, allocation=allocation)
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.status, invoice.open_amount, invoice.open_base) == ("posted", D(100), D(100))
    assert (payment.status, payment.open_amount, payment.open_base) == ("posted", D(60), D(60))
    with pytest.raises(StateRefused):
        allocation_undo(actor=books.actor, allocation=allocation)
    books.prove()


def test_a_bounced_payment_is_reversed(books):
    invoice, payment = books.charge("100"), books.pay("100")
    payment_allocate(actor=books.actor, payment=payment, invoice=invoice)
    payment.refresh_from_db()
    with pytest.raises(StateRefused):
        payment_reverse(actor=books.actor, payment=payment)
    allocation_undo(actor=books.actor, allocation=PaymentAllocation.objects.get())
    payment_reverse(actor=books.actor, payment=payment)
    assert books.balance("1002") == 0
    assert books.balance("1122") == D(100)
    books.prove()


def test_a_payment_that_was_allocated_between_is_not_reversed_before_that(books):
    """Else open items of the days between would not be what the ledger says of those days."""
    today = current().today()
    past = today - timedelta(days=10)
    invoice, payment = books.charge("100", issued_on=past), books.pay("100", paid_on=past)
    payment_allocate(actor=books.actor, payment=payment, invoice=invoice, on=past)
    allocation_undo(actor=books.actor, allocation=PaymentAllocation.objects.get())
    with pytest.raises(Invalid):
        payment_reverse(actor=books.actor, payment=payment, on=past)
    payment_reverse(actor=books.actor, payment=payment)
    for day in (past, past + timedelta(days=3), today):
        assert control_balance(["receivable"], day) == open_total("receivable", day)


def test_a_closed_period_refuses_payments_and_allocation(books, closed):
    last = current().today().replace(day=1) - timedelta(days=1)
    invoice, payment = books.charge("100", issued_on=last), books.pay("100", paid_on=last)
    closed(f"{last:%Y-%m}")
    with pytest.raises(PeriodClosed):
        payment_allocate(actor=books.actor, payment=payment, invoice=invoice, on=last)
    with pytest.raises(PeriodClosed):
        payment_reverse(actor=books.actor, payment=payment)
    with pytest.raises(PeriodClosed):
        books.pay("1", paid_on=last)
    payment_allocate(actor=books.actor, payment=payment, invoice=invoice)
    books.prove()


def usd(books: Books, rates: dict[int, str]) -> None:
    with acting(books.actor):
        currency = Currency.objects.get(code="USD")
        for days_ago, rate in rates.items():
            ExchangeRate(currency=currency, day=current().today() - timedelta(days=days_ago), rate=D(rate)).save()


def test_the_exchange_difference_is_booked_once_and_nothing_is_left(books):
    """USD 388 bought at 94.39, paid at 94.125: total gain 388 × (94.39 − 94.125) = 102.82."""
    usd(books, {10: "94.39", 0: "94.125"})
    past = current().today() - timedelta(days=10)
    bill = books.charge("388", kind="purchase_invoice", currency="USD", issued_on=past)
    assert bill.open_base == D("36623.32")
    payment = books.pay("388", direction="out", currency="USD")
    assert payment.open_base == D("36520.50")
    payment_allocate(actor=books.actor, payment=payment, invoice=bill)
    allocation = PaymentAllocation.objects.get()
    assert books.lines(allocation.entry) == [("2202.02", D("102.82"), D(0)), ("5603.03", D(0), D("102.82"))]
    assert books.balance("2202.02") == 0
    assert books.balance("5603.03") == D("-102.82")
    books.prove()
    allocation_undo(actor=books.actor, allocation=allocation)
    assert books.balance("5603.03") == 0
    books.prove()


def test_a_loss_on_a_receivable_paid_in_parts(books):
    """USD 100 at 7.00, paid 33 and 67 at 6.90: carried 231.00 + 469.00, received 227.70 + 462.30: loss 10.00."""
    usd(books, {5: "7.00", 0: "6.90"})
    invoice = books.charge("100", currency="USD", issued_on=current().today() - timedelta(days=5))
    for part in ("33", "67"):
        payment_allocate(actor=books.actor, payment=books.pay(part, currency="USD"), invoice=invoice)
    assert books.balance("5603.03") == D("10.00")
    assert books.balance("1122") == 0
    books.prove()


def test_a_credit_note_settles_another_invoice(books):
    first, second = books.charge("100"), books.charge("80")
    books.pay("100", allocations=[{"invoice": first.pk, "amount": "100"}])
    first.refresh_from_db()
    note = invoice_credit(actor=books.actor, invoice=first)
    credit_allocate(actor=books.actor, credit_note=note, invoice=second)
    note.refresh_from_db()
    second.refresh_from_db()
    assert (note.status, note.open_amount, second.status) == ("part_paid", D(20), "paid")
    with pytest.raises(StateRefused):
        credit_allocate(actor=books.actor, credit_note=second, invoice=note)
    books.prove()


def test_ageing_of_a_past_day_is_what_it_was_then(books):
    """Invoices of 100 (45 days ago, due at once) and 70 (10 days ago); 40 paid 5 days ago, allocated 2 days ago."""
    today = current().today()

    def ago(days: int):
        return today - timedelta(days=days)

    old = books.charge("100", issued_on=ago(45))
    books.charge("70", issued_on=ago(10), due_on=ago(-20))
    payment = books.pay("40", paid_on=ago(5))
    payment_allocate(actor=books.actor, payment=payment, invoice=old, on=ago(2))

    def row(days: int):
        rows = ageing(actor=books.actor, side="receivable", as_of=ago(days))
        assert sum((r.total for r in rows), D(0)) == control_balance(["receivable"], ago(days))
        return rows[0] if rows else None

    assert row(46) is None
    assert row(45).buckets["not_due"] == D(100)
    assert row(20).buckets["1_30"] == D(100)
    before = row(3)  # paid, not allocated yet
    assert (before.buckets["31_60"], before.buckets["not_due"], before.unapplied) == (D(100), D(70), D(-40))
    now = row(0)
    assert (now.buckets["31_60"], now.buckets["not_due"], now.unapplied, now.total) == (D(60), D(70), D(0), D(130))
    allocation_undo(actor=books.actor, allocation=PaymentAllocation.objects.get())
    assert row(1).buckets["31_60"] == D(60)
    assert row(0).unapplied == D(-40)


def test_open_items_of_one_party(books):
    other = books.party("customer", name_zh="其他")
    books.charge("5", party=other)
    invoice = books.charge("100")
    books.pay("30")
    items = open_items(actor=books.actor, side="receivable", party_id=invoice.party_id)
    assert [(i.kind, i.open_base) for i in items] == [("invoice", D(100)), ("payment", D(-30))]
    assert open_items(actor=books.actor, side="payable") == []


def test_notes_may_change_the_money_may_not(books):
    payment = books.pay("10")
    assert payment_update(actor=books.actor, payment=payment, data={"note": "x"}).note == "x"
    with pytest.raises(StateRefused):
        payment_update(actor=books.actor, payment=payment, data={"amount": D(1)})


def test_services_ask_for_their_permission(books, stranger):
    payment = books.pay("10")
    for call in (
        lambda: payment_record(actor=stranger, direction="in", party=books.party(), amount="1"),
        lambda: payment_allocate(actor=stranger, payment=payment),
        lambda: payment_reverse(actor=stranger, payment=payment),
        lambda: open_items(actor=stranger, side="receivable"),
    ):
        with pytest.raises(Forbidden):
            call()


def _any(seeded: random.Random, rows):
    found = list(rows.order_by("pk"))
    return seeded.choice(found) if found else None


@pytest.mark.parametrize("seed", SEEDS)
def test_random_documents_keep_ledger_and_open_items_together(books, seed):
    """Property: after any sequence of invoices, payments, allocations, undoing, credits and reversals, the control
    accounts equal the open items, today and as of every day on the way."""
    seeded = random.Random(seed)
    today = current().today()
    usd(books, {60: "7.1234", 20: "6.9871", 5: "7.2005"})
    for _ in range(45):
        day = today - timedelta(days=seeded.randint(0, 40))
        sales = seeded.random() < 0.6
        currency = seeded.choice(["CNY", "CNY", "USD"])
        amount = str(D(seeded.randint(100, 100_000)) / 100)
        step = seeded.random()
        if step < 0.35:
            kind = "sales_invoice" if sales else "purchase_invoice"
            books.charge(amount, kind=kind, currency=currency, issued_on=day)
        elif step < 0.6:
            books.pay(amount, direction="in" if sales else "out", currency=currency, paid_on=day)
        elif step < 0.8:
            payment = _any(seeded, Payment.objects.filter(open_amount__gt=0))
            if payment is not None:
                try:
                    payment_allocate(actor=books.actor, payment=payment)
                except StateRefused:
                    continue
        elif step < 0.88:
            allocation = _any(seeded, PaymentAllocation.objects.filter(undone_on=None))
            if allocation is not None:
                allocation_undo(actor=books.actor, allocation=allocation)
        elif step < 0.94:
            invoice = _any(seeded, Invoice.objects.filter(kind__endswith="invoice", status__in=("posted", "part_paid")))
            if invoice is not None:
                invoice_credit(actor=books.actor, invoice=invoice)
        else:
            invoice = _any(seeded, Invoice.objects.filter(status="posted", credit_of=None))
            if invoice is not None and not invoice.credit_notes.exists():
                invoice_reverse(actor=books.actor, invoice=invoice)
    assert JournalEntry.objects.count() > 15
    for days in range(0, 45, 4):
        day = today - timedelta(days=days)
        assert control_balance(["receivable"], day) == open_total("receivable", day)
        assert -control_balance(["payable"], day) == open_total("payable", day)
    books.prove()
