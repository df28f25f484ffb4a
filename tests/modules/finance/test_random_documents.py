"""Property: random documents of both sides, in random order and currencies, allocated, undone, credited and reversed,
months carried forward in between: the trial balance stays zero, the control accounts stay the open items, and the
statements prove themselves."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest

from modules.finance.models import Invoice, JournalEntry, Payment, PaymentAllocation, Period
from modules.finance.rules.layout import KINDS
from modules.finance.selectors.balances import trial_balance
from modules.finance.selectors.statements import Kind, statement
from modules.finance.services.allocation import allocation_undo, payment_allocate
from modules.finance.services.invoice_posting import invoice_credit, invoice_reverse
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.payments import payment_reverse
from modules.finance.services.revaluation import revaluation_run
from modules.finance.services.year_end import profit_transfer
from modules.shared.data.models import Currency, ExchangeRate
from tenon.problems import Problem
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_is_posted_the_books_prove_themselves(books, seed):
    seeded, today = random.Random(seed), current().today()
    with acting(books.actor):
        usd, _made = Currency.objects.get_or_create(code="USD", defaults={"name": "US dollar"})
        ExchangeRate.objects.filter(currency=usd).delete()
        for back in range(0, 100, 9):
            rate = D(seeded.randint(680, 740)) / 100
            ExchangeRate(currency=usd, day=today - timedelta(days=back), rate=rate).save()

    def amount():
        return D(seeded.randint(100, 999_999)) / 100

    def day():
        return today - timedelta(days=seeded.randint(0, 89))

    def currency():
        return seeded.choice(["CNY", "CNY", "USD"])

    def any_of(model, **filters):
        rows = list(model.objects.filter(**filters).order_by("pk"))
        return seeded.choice(rows) if rows else None

    def charge():
        kind = seeded.choice(["sales_invoice", "purchase_invoice"])
        books.charge(amount(), kind=kind, currency=currency(), issued_on=day(), tax=seeded.choice([None, books.vat()]))

    def pay():
        books.pay(amount(), direction=seeded.choice(["in", "out"]), currency=currency(), paid_on=day())

    def allocate():
        if payment := any_of(Payment, open_amount__gt=0, status__in=("posted", "part")):
            payment_allocate(actor=books.actor, payment=payment, on=seeded.choice([None, today, day(), day()]))

    def undo():
        if found := any_of(PaymentAllocation, undone_on__isnull=True):
            allocation_undo(actor=books.actor, allocation=found)

    def credit():
        if invoice := any_of(Invoice, kind__in=("sales_invoice", "purchase_invoice"), status="posted"):
            invoice_credit(actor=books.actor, invoice=invoice, on=today)

    def reverse():
        if invoice := any_of(Invoice, status="posted"):
            invoice_reverse(actor=books.actor, invoice=invoice)
        if payment := any_of(Payment, status="posted"):
            payment_reverse(actor=books.actor, payment=payment)

    def by_hand():
        debit, credit_ = seeded.sample(["1001", "5602", "5603.02", "2241", "1221", "5001"], 2)
        entry = journal_entry_post(
            actor=books.actor, entry_date=day(),
            lines=[{"account": books.account(debit), "debit": str(a := amount())},
                   {"account": books.account(credit_), "credit": str(a)}],
        )  # fmt: skip
        if seeded.random() < 0.3:
            journal_entry_reverse(actor=books.actor, entry=entry)

    def close():
        period = any_of(Period, starts_on__gte=today - timedelta(days=90), ends_on__lte=today)
        if period is not None:
            profit_transfer(actor=books.actor, period=period)

    def revalue():
        revaluation_run(actor=books.actor, day=day())

    steps = [charge] * 8 + [pay] * 5 + [allocate] * 4 + [undo, credit, reverse, by_hand, by_hand, close, revalue]
    refused = 0
    for _ in range(70):
        try:
            seeded.choice(steps)()
        except Problem:
            refused += 1
    assert refused < 35
    assert JournalEntry.objects.count() > 30
    table = trial_balance(actor=books.actor, since=today - timedelta(days=90), until=today + timedelta(days=1))
    assert (table.opening, table.closing) == (0, 0)
    assert table.debit == table.credit > 0
    for until in (today, today - timedelta(days=30)):
        for kind in KINDS:
            first = until.replace(day=1)
            found = statement(actor=books.actor, kind=cast(Kind, kind), since=first, until=until, compare=True)
            assert found.difference == 0
    books.prove()
