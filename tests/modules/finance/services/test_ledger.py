"""Entries by hand, their guards in code and in the database, numbers, balances, reversal, periods."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from modules.finance.errors import PeriodClosed, Unbalanced
from modules.finance.models import AccountBalance, FiscalYear, JournalEntry, JournalLine, Period
from modules.finance.services.closing import period_close, period_close_soft, period_open
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.periods import fiscal_year_create
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books

D = Decimal


def rent(books: Books, amount: str = "100.00", on: date | None = None) -> JournalEntry:
    return journal_entry_post(
        actor=books.actor,
        entry_date=on,
        narration="Rent",
        lines=[
            {"account": books.account("5602"), "debit": amount},
            {"account": books.account("1002"), "credit": amount},
        ],
    )


def test_an_entry_by_hand_is_numbered_and_balanced(books, audited):
    first, second = rent(books), rent(books, "50.00")
    assert books.lines(first) == [("5602", D(100), D(0)), ("1002", D(0), D(100))]
    assert int(second.number[-5:]) == int(first.number[-5:]) + 1
    assert books.balance("5602") == D(150)
    assert books.balance("1002") == D(-150)
    assert audited(first) == ["insert"]
    assert JournalLine.objects.filter(entry=first).values_list("posted_by", flat=True)[0] == books.actor.ref
    books.prove()


def test_an_unbalanced_entry_is_refused_in_code(books):
    with pytest.raises(Unbalanced) as refused:
        journal_entry_post(
            actor=books.actor,
            lines=[
                {"account": books.account("5602"), "debit": "100.00"},
                {"account": books.account("1002"), "credit": "99.99"},
            ],
        )
    assert refused.value.extra["debit"] == "100.00"
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([{"account": "5602", "debit": "1.001"}, {"account": "1002", "credit": "1.001"}], "lines"),
        ([{"account": "5602", "debit": "-1"}, {"account": "1002", "credit": "-1"}], "lines.0.debit"),
        ([{"account": "5602", "debit": "1", "credit": "1"}, {"account": "1002", "credit": "1"}], "lines.0.debit"),
        ([{"account": "5602", "debit": "NaN"}, {"account": "1002", "credit": "1"}], "lines.0.debit"),
        ([{"account": "1122", "debit": "1"}, {"account": "1002", "credit": "1"}], "lines.0.account"),
        ([{"account": "5401", "debit": "1"}, {"account": "1002", "credit": "1"}], "lines.0.account"),
        ([{"account": "5602", "debit": "1"}], "lines"),
        ([{"debit": "1"}, {"account": "1002", "credit": "1"}], "lines.0.account"),
    ],
)
def test_bad_input_names_the_field_and_changes_nothing(books, lines, field):
    given = [{**x, "account": books.account(x["account"]) if "account" in x else None} for x in lines]
    with pytest.raises(Invalid) as refused:
        journal_entry_post(actor=books.actor, lines=given)
    assert field in [e.field for e in refused.value.errors]
    assert not JournalEntry.objects.exists()


def raw_entry(
    books: Books, *amounts: tuple[str, str, str, str], line_count: int | None = None, total: str = "10"
) -> int:
    """Past all our code: (debit, credit, currency, amount in it) straight into the tables."""
    period = Period.objects.get(starts_on__lte=current().today(), ends_on__gte=current().today())
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into finance_journalentry (posted_at, posted_by, number, entry_date, kind, event, source_entity,
                   source_number, narration, total, line_count, period_id)
               values (now(), '', 'RAW-1', %s, 'manual', '', '', '', '', %s, %s, %s) returning id""",
            [current().today(), total, line_count or len(amounts), period.pk],
        )
        entry_id = cursor.fetchone()[0]
        for position, (debit, credit, currency, amount) in enumerate(amounts, 1):
            raw_line(cursor, books, entry_id, position, debit, credit, currency, amount)
    return entry_id


def raw_line(cursor, books, entry_id, position, debit, credit, currency="CNY", amount="0"):
    cursor.execute(
        """insert into finance_journalline (posted_at, posted_by, entry_id, position, entry_date, account_id,
               debit, credit, currency, amount_currency, component, narration)
           values (now(), '', %s, %s, %s, %s, %s, %s, %s, %s, '', '')""",
        [entry_id, position, current().today(), books.account("1002").pk, debit, credit, currency, amount],
    )


def commit(cursor) -> None:
    cursor.execute("set constraints all immediate")


@pytest.mark.parametrize(
    ("amounts", "count"),
    [
        ([("10", "0", "CNY", "10"), ("0", "9", "CNY", "-9")], None),
        ([("10", "0", "USD", "2"), ("0", "10", "USD", "-1")], None),  # balanced in CNY only
        ([("10", "0", "CNY", "10"), ("0", "10", "CNY", "-10")], 3),  # a line is missing
        ([("8", "0", "CNY", "8"), ("0", "8", "CNY", "-8")], None),  # not what the header says
    ],
)
def test_the_database_itself_refuses_an_unbalanced_entry(books, amounts, count):
    with pytest.raises(IntegrityError), acting(books.actor), transaction.atomic():
        raw_entry(books, *amounts, line_count=count)
        with connection.cursor() as cursor:
            commit(cursor)


def test_the_database_takes_a_balanced_entry_and_no_line_more(books):
    with acting(books.actor):
        entry_id = raw_entry(books, ("10", "0", "CNY", "10"), ("0", "10", "CNY", "-10"))
        with connection.cursor() as cursor:
            commit(cursor)
            with pytest.raises(IntegrityError), transaction.atomic():
                raw_line(cursor, books, entry_id, 3, "5", "0", amount="5")
            with pytest.raises(IntegrityError), transaction.atomic():
                raw_line(cursor, books, entry_id, 2, "5", "0", amount="5")


@pytest.mark.parametrize(
    "statement",
    [
        "update finance_journalline set debit = debit + 1",
        "delete from finance_journalline",
        "update finance_journalentry set narration = 'x'",
        "delete from finance_journalentry",
    ],
)
def test_posted_rows_never_change(books, statement):
    rent(books)
    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, acting(books.actor), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_reversal_takes_everything_back_once(books):
    entry = rent(books)
    reversal = journal_entry_reverse(actor=books.actor, entry=entry)
    assert books.lines(reversal) == [("5602", D(0), D(100)), ("1002", D(100), D(0))]
    assert reversal.reversal_of_id == entry.pk
    assert books.balance("1002") == 0
    with pytest.raises(StateRefused):
        journal_entry_reverse(actor=books.actor, entry=entry)
    books.prove()


def test_a_closed_period_takes_no_posting_and_no_cancelling(books, closed):
    today = current().today()
    last_month = today.replace(day=1) - timedelta(days=1)
    entry = rent(books, on=last_month)
    closed(f"{last_month:%Y-%m}")
    with pytest.raises(PeriodClosed) as refused:
        rent(books, on=last_month)
    assert refused.value.extra["period"] == f"{last_month:%Y-%m}"
    with pytest.raises(PeriodClosed):
        journal_entry_reverse(actor=books.actor, entry=entry)
    assert books.balance("1002") == D(-100)
    # Into an open period it may be taken back.
    journal_entry_reverse(actor=books.actor, entry=entry, on=today)
    assert books.balance("1002") == 0
    books.prove()


def test_a_softly_closed_period_is_for_those_who_may(books, closed):
    from dataclasses import replace

    today = current().today()
    closed(f"{today:%Y-%m}", "soft")
    rent(books)
    clerk = replace(books.actor, permissions=books.actor.permissions - {"finance.period.post_soft"})
    with pytest.raises(PeriodClosed):
        rent(Books(clerk))


def test_periods_close_in_order_and_with_their_list_done(books):
    today = current().today()
    first = Period.objects.order_by("starts_on")[0]
    second = Period.objects.order_by("starts_on")[1]
    with pytest.raises(StateRefused):
        period_close(actor=books.actor, period=second)
    period_close_soft(actor=books.actor, period=first)
    assert period_close(actor=books.actor, period=first).status == "closed"
    period_close(actor=books.actor, period=second)
    with pytest.raises(StateRefused):
        period_open(actor=books.actor, period=first)
    period_open(actor=books.actor, period=second)
    assert period_open(actor=books.actor, period=first).status == "open"
    assert today.year in {p.starts_on.year for p in Period.objects.all()}


def test_years_follow_one_another(books):
    last = FiscalYear.objects.latest("ends_on")
    with pytest.raises(Invalid):
        fiscal_year_create(actor=books.actor, starts_on=last.starts_on)
    with pytest.raises(Invalid):
        fiscal_year_create(actor=books.actor, starts_on=date(last.ends_on.year + 2, 1, 1))
    year = fiscal_year_create(actor=books.actor, starts_on=last.ends_on + timedelta(days=1))
    assert year.periods.count() == 12
    with pytest.raises(PeriodClosed):
        rent(books, on=date(2001, 1, 1))


def test_services_ask_for_their_permission(books, stranger):
    for call in (
        lambda: rent(Books(stranger)),
        lambda: period_close(actor=stranger, period=Period.objects.order_by("starts_on")[0]),
    ):
        with pytest.raises(Forbidden):
            call()


def test_random_entries_balance_and_the_daily_balances_are_their_sums(books):
    """Property: whatever is posted, Σ debit = Σ credit everywhere, and balances are the sums of lines."""
    seeded = random.Random(20261121)
    codes = ["1001", "1002", "5602", "5001", "2241", "3001", "5603.02"]
    today = current().today()
    for _ in range(40):
        parts = [D(seeded.randint(1, 10_000_000)) / 100 for _ in range(seeded.randint(1, 6))]
        lines = [{"account": books.account(seeded.choice(codes)), "debit": str(p)} for p in parts]
        lines.append({"account": books.account(seeded.choice(codes)), "credit": str(sum(parts))})
        entry = journal_entry_post(
            actor=books.actor, lines=lines, entry_date=today - timedelta(days=seeded.randint(0, 90))
        )
        if seeded.random() < 0.3:
            journal_entry_reverse(actor=books.actor, entry=entry)
    totals = AccountBalance.objects.all()
    assert sum(b.debit for b in totals) == sum(b.credit for b in totals) > 0
    books.prove()


def test_posting_takes_the_same_number_of_statements_whatever_the_size(books, django_assert_max_num_queries):
    accounts = [books.account("5602"), books.account("1002")]

    def lines(n: int) -> list[dict]:
        return [{"account": accounts[i % 2], "debit" if i % 2 == 0 else "credit": "1.00"} for i in range(n * 2)]

    for size in (1, 200):
        with django_assert_max_num_queries(16):
            journal_entry_post(actor=books.actor, lines=lines(size))
