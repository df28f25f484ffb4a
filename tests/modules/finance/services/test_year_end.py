"""Periods by module, the guard in the database, profit carried forward, years closed and opened again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from modules.finance.errors import PeriodClosed, PeriodNotReady
from modules.finance.models import FiscalYear, JournalEntry, Period
from modules.finance.selectors.balances import gross_margin
from modules.finance.selectors.statements import statement
from modules.finance.services.closing import period_area_set, period_close, period_open
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.year_end import profit_transfer, year_close
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


def post(books, on, *rows):
    """Rows of (code, debit, credit)."""
    return journal_entry_post(
        actor=books.actor,
        entry_date=on,
        lines=[{"account": books.account(c), "debit": d, "credit": k} for c, d, k in rows],
    )


def earn(books, on, revenue="1000.00", cost="400.00"):
    post(books, on, ("1002", revenue, None), ("5001", None, revenue))
    post(books, on, ("5602", cost, None), ("1002", None, cost))


def figure(books, kind, key, column=0, **days):
    found = statement(actor=books.actor, kind=kind, **days)
    assert found.difference == 0
    return next(f.amount for f in found.figures[column] if f.row.key == key)


def test_profit_of_a_month_is_carried_once_and_the_rest_by_another_run(books):
    year = current().today().year
    period = Period.objects.get(name=f"{year}-01")
    earn(books, date(year, 1, 10))
    profit_transfer(actor=books.actor, period=period)
    assert (books.balance("5001"), books.balance("5602"), books.balance("3103")) == (0, 0, D(-600))
    with pytest.raises(StateRefused):
        profit_transfer(actor=books.actor, period=period)
    post(books, date(year, 1, 20), ("5602", "50.00", None), ("1002", None, "50.00"))  # a late one
    profit_transfer(actor=books.actor, period=period)
    assert books.balance("3103") == D(-550)
    # Statements and the gross margin show what was earned all the same.
    assert gross_margin() == D(1000)
    days = {"since": date(year, 1, 1), "until": date(year, 1, 31)}
    assert figure(books, "income", "32", 1, **days) == D(550)
    assert figure(books, "balance_sheet", "51", **days) == D(550)
    entry = JournalEntry.objects.filter(kind="closing").latest("id")
    journal_entry_reverse(actor=books.actor, entry=entry)
    assert books.balance("5602") == D(50)
    assert figure(books, "income", "32", 1, **days) == D(550)
    books.prove()


def test_a_year_ends_in_undistributed_profit_and_its_last_period_waits_for_it(books):
    year = FiscalYear.objects.order_by("starts_on")[0]
    following = FiscalYear.objects.order_by("starts_on")[1]
    earn(books, year.ends_on)
    earn(books, following.starts_on, "70.00", "100.00")
    for period in year.periods.order_by("starts_on")[:11]:
        period_close(actor=books.actor, period=period)
    last = year.periods.get(ends_on=year.ends_on)
    with pytest.raises(PeriodNotReady):
        period_close(actor=books.actor, period=last)
    with pytest.raises(StateRefused):
        year_close(actor=books.actor, year=following)  # the year before first
    year_close(actor=books.actor, year=year)
    assert books.balance("3104") == D(-600)
    assert books.balance("3103") == 0
    assert books.balance("5001") == D(-70)  # the next year's stays
    period_close(actor=books.actor, period=last)
    with pytest.raises(StateRefused):
        year_close(actor=books.actor, year=year)
    # Opened again, a late expense, closed again: only it is carried.
    period_open(actor=books.actor, period=last, reason="The auditor's rent")
    last.refresh_from_db()
    assert last.reopen_reason == "The auditor's rent"
    post(books, year.ends_on, ("5602", "25.00", None), ("1002", None, "25.00"))
    year_close(actor=books.actor, year=year)
    assert books.balance("3104") == D(-575)
    period_close(actor=books.actor, period=last)
    start = {"since": following.starts_on, "until": following.starts_on}
    assert figure(books, "balance_sheet", "51", 0, **start) == D(545)
    assert figure(books, "balance_sheet", "51", 1, **start) == D(575)
    books.prove()


def test_a_module_closes_before_the_rest(books):
    today = current().today()
    period = Period.objects.get(starts_on__lte=today, ends_on__gte=today)
    period_area_set(actor=books.actor, period=period, area="receivable", state="closed")
    with pytest.raises(PeriodClosed):
        books.charge("100")
    books.charge("100", kind="purchase_invoice")  # payables are open
    post(books, today, ("5602", "1", None), ("1002", None, "1"))  # and so is the ledger
    period_area_set(actor=books.actor, period=period, area="bank", state="closed")
    with pytest.raises(PeriodClosed):
        books.pay("100")
    period_area_set(actor=books.actor, period=period, area="receivable", state="open")
    books.charge("100")
    with pytest.raises(Invalid):
        period_area_set(actor=books.actor, period=period, area="payroll", state="closed")


@pytest.mark.parametrize(
    ("column", "kind", "event"),
    [
        ("status", "manual", ""),
        ("status", "reversal", ""),
        ("stock", "stock", "delivery"),
        ("receivable", "invoice", "sales_invoice"),
        ("receivable", "reversal", "sales_invoice"),
        ("payable", "reversal", "purchase_invoice"),
        ("bank", "reversal", "customer_payment"),
    ],
)
def test_the_database_itself_refuses_what_is_closed(books, column, kind, event):
    today = current().today()
    period = Period.objects.get(starts_on__lte=today, ends_on__gte=today)

    def insert(number, day=today):
        with acting(books.actor), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """insert into finance_journalentry (posted_at, posted_by, number, entry_date, kind, event,
                       source_entity, source_number, narration, total, line_count, period_id)
                   values (now(), '', %s, %s, %s, %s, '', '', '', 0, 2, %s)""",
                [number, day, kind, event, period.pk],
            )
            transaction.set_rollback(True)

    insert("RAW-1")
    with pytest.raises(IntegrityError, match="does not belong"):
        insert("RAW-2", period.ends_on + timedelta(days=1))
    with acting(books.actor):
        setattr(period, column, "closed")
        period.save()
    with pytest.raises(IntegrityError, match="is closed"):
        insert("RAW-3")


def test_vouchers_are_numbered_by_period_and_word(books):
    today = current().today()
    year = FiscalYear.objects.get(starts_on__lte=today, ends_on__gte=today)
    last_month = today.replace(day=1) - timedelta(days=1)
    first = post(books, today, ("5602", "1", None), ("1002", None, "1"))
    post(books, last_month, ("5602", "1", None), ("1002", None, "1"))
    second = post(books, today, ("5602", "1", None), ("1002", None, "1"))
    assert [first.voucher, second.voucher] == ["记-0001", "记-0002"]
    with acting(books.actor):
        year.voucher_words = "three"
        year.save()
    paid = post(books, today, ("5602", "1", None), ("1002", None, "1"))
    came = post(books, today, ("1002", "1", None), ("2241", None, "1"))
    neither = post(books, today, ("5602", "1", None), ("2241", None, "1"))
    assert [paid.voucher, came.voucher, neither.voucher] == ["付-0001", "收-0001", "转-0001"]
    books.prove()
