"""Many at the same moment, with real threads and committed data: one payment is spent once, numbers have no gap, and
the books hold."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from django.db import connection

from modules.finance.errors import OverAllocated, PeriodClosed
from modules.finance.models import Invoice, JournalEntry, Payment, Period
from modules.finance.selectors.proof import check
from modules.finance.services.allocation import payment_allocate
from modules.finance.services.closing import period_close
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.invoices import invoice_create
from modules.finance.services.journal import journal_entry_post
from tenon.problems import Problem
from tenon.records.service import acting
from tenon.tenancy.context import current, serving
from tests.companies import owner_of
from tests.modules.finance.books import Books

D = Decimal


def at_once(company, jobs):
    """All jobs at the same moment, each in a thread with a connection of its own. Returns results or problems."""
    gate = threading.Barrier(len(jobs))

    def run(job):
        try:
            with serving(company):
                connection.ensure_connection()
                gate.wait(timeout=60)
                try:
                    return job()
                except Problem as problem:
                    return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_payment_is_spent_once(fresh_company):
    """Ten allocations of 30.00 from a payment of 100.00 at once, to ten invoices: three win."""
    company = fresh_company("Allocating")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        invoices = [books.charge("30") for _ in range(10)]
        payment = books.pay("100")

    def allocate(invoice):
        return lambda: payment_allocate(actor=actor, payment=payment, invoice=invoice, amount="30")

    answers = at_once(company, [allocate(i) for i in invoices])
    won = [a for a in answers if isinstance(a, Payment)]
    lost = [a for a in answers if isinstance(a, OverAllocated)]
    assert (len(won), len(lost)) == (3, 7)
    with serving(company):
        payment.refresh_from_db()
        assert payment.open_amount == D(10)
        assert Invoice.objects.filter(status="paid").count() == 3
        assert check(company) == []


def test_numbers_have_no_gap_when_many_post_at_once(fresh_company):
    company = fresh_company("Numbering")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        drafts = [
            invoice_create(
                actor=actor, kind="sales_invoice", party=books.party(), lines=[{"description": "x", "unit_price": "5"}]
            )
            for _ in range(12)
        ]
        bank, cost = books.account("1002"), books.account("5602")

    def post(draft):
        return lambda: invoice_post(actor=actor, invoice=draft)

    def by_hand(credit):
        # Every second one is refused after it has taken its turn.
        lines = [{"account": cost, "debit": "5.00"}, {"account": bank, "credit": credit}]
        return lambda: journal_entry_post(actor=actor, lines=lines)

    jobs = [post(d) for d in drafts] + [by_hand("5.00" if n % 2 else "4.00") for n in range(8)]
    answers = at_once(company, jobs)
    assert sum(isinstance(a, Problem) for a in answers) == 4
    with serving(company):
        numbers = sorted(int(n[-5:]) for n in JournalEntry.objects.values_list("number", flat=True))
        assert numbers == list(range(1, 12 + 4 + 1))
        issued = sorted(int(str(n)[-5:]) for n in Invoice.objects.values_list("number", flat=True))
        assert issued == list(range(1, 13))
        assert check(company) == []


def test_two_posts_of_one_invoice_post_it_once(fresh_company):
    company = fresh_company("Twice")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        draft = invoice_create(
            actor=actor, kind="sales_invoice", party=books.party(), lines=[{"description": "x", "unit_price": "5"}]
        )
    answers = at_once(company, [lambda: invoice_post(actor=actor, invoice=draft)] * 4)
    assert sum(isinstance(a, Invoice) for a in answers) == 1
    with serving(company):
        assert JournalEntry.objects.count() == 1
        assert check(company) == []


def test_nothing_slips_into_a_period_that_is_being_closed(fresh_company):
    """Posting and closing at once: an entry is in the period before it closes, or it is refused."""
    company = fresh_company("Closing")
    actor = owner_of(company)
    with serving(company):
        books = Books(actor)
        today = current().today()
        for period in Period.objects.filter(ends_on__lt=today).order_by("starts_on"):
            with acting(actor):
                period.status = "closed"
                period.save()
        present = Period.objects.get(starts_on__lte=today, ends_on__gte=today)
        lines = [
            {"account": books.account("5602"), "debit": "5.00"},
            {"account": books.account("1002"), "credit": "5.00"},
        ]
    jobs = [lambda: journal_entry_post(actor=actor, lines=lines)] * 7
    answers = at_once(company, [*jobs, lambda: period_close(actor=actor, period=present)])
    posted = [a for a in answers if isinstance(a, JournalEntry)]
    refused = [a for a in answers if isinstance(a, PeriodClosed)]
    assert len(posted) + len(refused) == 7
    with serving(company):
        closed_at = Period.objects.get(pk=present.pk).changed_at
        assert all(e.posted_at <= closed_at for e in JournalEntry.objects.all())
        assert check(company) == []
