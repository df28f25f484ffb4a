"""Drafts, templates, recurring vouchers; several currencies in one; opening balances; dimensions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.finance.models import JournalEntry, JournalLine, Voucher
from modules.finance.selectors.voucher_desk import postable_accounts
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.vouchers import (
    months_later,
    voucher_create,
    voucher_delete,
    voucher_post,
    voucher_repeat,
    voucher_update,
    vouchers_nightly,
)
from modules.shared.data.errors import MissingRate
from modules.shared.data.models import Currency, ExchangeRate
from tenon.access.models import Department
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.platform.api.client import Api

D = Decimal


def line(books: Books, code: str, debit: str = "", credit: str = "", **more):
    account = books.account(code)
    return {"account": {"id": account.pk, "label": str(account)}, "debit": debit, "credit": credit, **more}


@pytest.fixture
def rent(books):
    def make(**values):
        lines = [line(books, "5602", "300.00", narration="Hall"), line(books, "1002", "", "300.00")]
        return voucher_create(actor=books.actor, data={"narration": "Rent", "lines": lines, **values})

    return make


@pytest.fixture
def dollars(books):
    with acting(books.actor):
        usd, _made = Currency.objects.get_or_create(code="USD", defaults={"name": "US dollar"})
        ExchangeRate.objects.filter(currency=usd).delete()
        ExchangeRate(currency=usd, day=current().today() - timedelta(days=30), rate=D("7.2")).save()


def test_a_draft_is_posted_once_and_stays_with_its_entry(books, rent):
    draft = rent()
    assert not JournalEntry.objects.exists()
    draft = voucher_post(actor=books.actor, voucher=draft)
    assert draft.status == "posted"
    assert books.lines(draft.entry) == [("5602", D(300), D(0)), ("1002", D(0), D(300))]
    for refused in (
        lambda: voucher_post(actor=books.actor, voucher=draft),
        lambda: voucher_update(actor=books.actor, voucher=draft, data={"narration": "x"}),
        lambda: voucher_delete(actor=books.actor, voucher=draft),
    ):
        with pytest.raises(StateRefused):
            refused()
    books.prove()


def test_a_half_finished_draft_is_kept_and_refused_when_posted(books):
    draft = voucher_create(actor=books.actor, data={"lines": [line(books, "5602", "12,x"), {"credit": "5"}]})
    with pytest.raises(Invalid) as refused:
        voucher_post(actor=books.actor, voucher=draft)
    assert {e.field for e in refused.value.errors} >= {"lines.0.debit", "lines.1.account"}
    voucher_delete(actor=books.actor, voucher=draft)
    assert not Voucher.objects.exists()


def test_a_recurring_voucher_posts_what_is_due_and_reverses_accruals(books, rent):
    today = current().today()
    start = (today.replace(day=1) - timedelta(days=40)).replace(day=1) + timedelta(days=14)
    voucher = rent(kind="recurring", name="Rent", next_on=start, reverses=True)
    assert voucher_repeat(actor=books.actor, voucher=voucher, until=months_later(start, 1)) == 4
    dates = list(JournalEntry.objects.order_by("id").values_list("entry_date", "kind"))
    second = months_later(start, 1)
    assert dates == [
        (start, "manual"), (second.replace(day=1), "reversal"), (second, "manual"),
        (months_later(start, 2).replace(day=1), "reversal"),
    ]  # fmt: skip
    voucher.refresh_from_db()
    assert voucher.next_on == months_later(start, 2)
    assert voucher_repeat(actor=books.actor, voucher=voucher, until=second) == 0
    assert books.balance("5602") == 0
    books.prove()


def test_one_that_cannot_be_posted_does_not_keep_the_others(books, rent, closed):
    today = current().today()
    last_month = today.replace(day=1) - timedelta(days=1)
    stuck = rent(kind="recurring", name="Stuck", next_on=last_month)
    ends = rent(kind="recurring", name="Ends", next_on=today, ends_on=today)
    closed(f"{last_month:%Y-%m}")
    assert vouchers_nightly() == 1
    stuck.refresh_from_db()
    ends.refresh_from_db()
    assert "closed" in stuck.problem
    assert (stuck.next_on, ends.status) == (last_month, "ended")


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 31)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
    ],
)
def test_months_later(day, months, then):
    assert months_later(day, months) == then


def test_money_changed_between_currencies_balances_in_each(books, dollars):
    """1,000 USD bought for 7,250 at a rate of 7.20: 50 is the bank's, by hand."""
    entry = journal_entry_post(
        actor=books.actor,
        lines=[
            {"account": books.account("1012"), "debit": "1000", "currency": "USD", "in_currency": True},
            {"account": books.account("5603.02"), "debit": "50"},
            {"account": books.account("1002"), "credit": "7250"},
        ],
    )
    rows = JournalLine.objects.filter(entry=entry).values_list("account__code", "currency", "amount_currency", "debit")
    assert ("1012", "USD", D(1000), D(7200)) in list(rows)
    assert books.balance("5603.03") == 0  # the exchange account stands in, for nothing
    back = journal_entry_reverse(actor=books.actor, entry=entry)
    assert books.balance("1012") == 0
    assert back.line_count == 5
    with pytest.raises(MissingRate):
        journal_entry_post(
            actor=books.actor,
            entry_date=current().today() - timedelta(days=60),
            lines=[
                {"account": books.account("1012"), "debit": "1", "currency": "USD", "in_currency": True},
                {"account": books.account("1002"), "credit": "7.2"},
            ],
        )
    books.prove()


def test_opening_balances_go_against_their_account(books):
    entry = journal_entry_post(
        actor=books.actor,
        opening=True,
        lines=[
            {"account": books.account("1002"), "debit": "500"},
            {"account": books.account("2001"), "credit": "300"},
        ],
    )
    assert entry.kind == "opening"
    assert books.lines(entry)[-1] == ("3199", D(0), D(200))
    books.prove()


def test_a_line_says_which_department_it_is_for(books):
    with acting(books.actor):
        sales = Department(name="Sales of the east")
        sales.save()
    entry = journal_entry_post(
        actor=books.actor,
        lines=[
            {"account": books.account("5602"), "debit": "10", "department": sales.pk},
            {"account": books.account("1002"), "credit": "10"},
        ],
    )
    assert [x.department_id for x in entry.lines.order_by("position")] == [sales.pk, None]
    back = journal_entry_reverse(actor=books.actor, entry=entry)
    assert [x.department_id for x in back.lines.order_by("position")] == [sales.pk, None]


def test_accounts_are_found_by_pinyin(books):
    found = {a.code: a for a in postable_accounts(actor=books.actor)}
    assert found["1002"].find == ("yhck", "yinhangcunkuan")
    assert "5603" not in found  # a group
    assert (found["1002"].by_hand, found["1122"].by_hand) == (True, False)


def test_over_http(books):
    api = Api(books.actor)
    desk = api.get("/api/v1/finance/voucher-desk/").json
    assert any(a["code"] == "1002" and a["find"][0] == "yhck" for a in desk["accounts"])
    lines = [
        {"account": books.account("5602").pk, "debit": "12.50"},
        {"account": books.account("1002").pk, "credit": "12.50"},
    ]
    made = api.post("/api/v1/finance/voucher-entry/", {"lines": lines, "narration": "Tea"})
    assert made.status == 201, made.json
    assert made.json["voucher"] == "记-0001"
    lines[0]["debit"] = "12.51"
    assert api.post("/api/v1/finance/voucher-entry/", {"lines": lines}).type == "unbalanced"
