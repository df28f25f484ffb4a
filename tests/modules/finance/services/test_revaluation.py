"""Currencies at the end of a period: rule 38 with its numbers, bank balances, the closing desk around it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.finance.models import Period
from modules.finance.selectors.closing_desk import closing_desk
from modules.finance.selectors.open_items import open_items
from modules.finance.selectors.statements import statement
from modules.finance.services.allocation import payment_allocate
from modules.finance.services.journal import journal_entry_post
from modules.finance.services.revaluation import revaluation_run, revaluation_undo
from modules.finance.services.vouchers import voucher_create
from modules.finance.services.year_end import profit_transfer
from modules.shared.data.errors import MissingRate
from modules.shared.data.models import Currency, ExchangeRate
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.platform.api.client import Api

D = Decimal


@pytest.fixture
def rates(books):
    """The rates of rule 38, on days of the present year's spring."""
    year = current().today().year
    days = {date(year, 3, 2): "94.39", date(year, 3, 31): "93.9325", date(year, 4, 9): "94.125"}
    with acting(books.actor):
        usd, _made = Currency.objects.get_or_create(code="USD", defaults={"name": "US dollar"})
        ExchangeRate.objects.filter(currency=usd).delete()
        for day, rate in days.items():
            ExchangeRate(currency=usd, day=day, rate=D(rate)).save()
    return list(days)


def exchange(books, since, until):
    """Loss of the exchange account in these days (gain negative)."""
    rows = books.account("5603.03").lines.filter(entry_date__gte=since, entry_date__lte=until)
    return sum((x.debit - x.credit for x in rows), D(0))


def test_a_gain_is_booked_once(books, rates):
    """388 USD owed: 36,623.32 at 94.39; 36,445.81 at 93.9325, 177.51 gained; paid 36,520.50 at 94.125: of the whole
    gain of 102.82 the settlement takes back 74.69."""
    invoiced, month_end, paid_on = rates
    bill = books.charge("388", kind="purchase_invoice", currency="USD", issued_on=invoiced)
    assert bill.base_total == D("36623.32")
    run = revaluation_run(actor=books.actor, day=month_end)
    assert run.gain == D("177.51")
    (line,) = run.lines.all()
    assert (line.invoice_id, line.carried, line.worth) == (bill.pk, D("36623.32"), D("36445.81"))
    # On that day the open item is worth what the account says; the next day all is as invoiced.
    (item,) = open_items(actor=books.actor, side="payable", as_of=month_end)
    assert item.open_base == D("36445.81")
    assert sum(amount for _due, amount in item.parts) == D("36445.81")
    (item,) = open_items(actor=books.actor, side="payable", as_of=month_end + timedelta(days=1))
    assert item.open_base == D("36623.32")
    books.prove()
    payment = books.pay("388", direction="out", currency="USD", paid_on=paid_on)
    payment_allocate(actor=books.actor, payment=payment, invoice=bill, on=paid_on)
    march, april = (invoiced.replace(day=1), month_end), (paid_on.replace(day=1), paid_on)
    assert exchange(books, *march) == D("-177.51")
    assert exchange(books, *april) == D("74.69")
    assert exchange(books, march[0], april[1]) == D("-102.82")
    assert books.balance("2202.02") == 0
    books.prove()
    with pytest.raises(StateRefused):
        revaluation_run(actor=books.actor, day=month_end)
    revaluation_undo(actor=books.actor, revaluation=run)
    assert exchange(books, *march) == 0
    assert exchange(books, march[0], april[1]) == D("-102.82")
    books.prove()
    again = revaluation_run(actor=books.actor, day=month_end)
    assert again.gain == D("177.51")


def test_what_was_revalued_is_not_gone_on_that_day(books, rates):
    """Paid before the month's end and allocated after its revaluation, dated back: from the day after it on."""
    invoiced, month_end, _paid_on = rates
    bill = books.charge("388", kind="purchase_invoice", currency="USD", issued_on=invoiced)
    payment = books.pay("388", direction="out", party=bill.party, currency="USD", paid_on=invoiced)
    revaluation_run(actor=books.actor, day=month_end)
    books.prove()
    payment_allocate(actor=books.actor, payment=payment, invoice=bill, on=invoiced)
    assert payment.allocations.get().allocated_on == month_end + timedelta(days=1)
    books.prove()


def test_receivables_money_on_account_and_bank_balances(books, rates):
    """Receivable 1,000 USD at 94.39, 400 on account at the same rate: 600 net lose 0.4575 each. The bank's 400 lose
    183.00 and keep their new worth."""
    invoiced, month_end, paid_on = rates
    books.charge("1000", currency="USD", issued_on=invoiced)
    books.pay("400", currency="USD", paid_on=invoiced, account=books.account("1012"))
    run = revaluation_run(actor=books.actor, day=month_end)
    found = {(x.invoice_id is not None, x.account_id is not None): x.difference for x in run.lines.all()}
    assert found == {(True, False): D("-457.50"), (False, False): D("183.00"), (False, True): D("-183.00")}
    assert run.gain == D("-457.50")
    assert books.balance("1012") == D("37573.00")  # 400 × 93.9325
    assert books.balance("1122") == D(600) * D("94.39")  # taken back on the next day
    later = revaluation_run(actor=books.actor, day=paid_on)
    assert books.balance("1012") == D("37650.00")
    assert later.gain == D("77.00") + D(600) * (D("94.125") - D("94.39"))
    books.prove()


def test_without_a_rate_nothing_is_guessed(books, rates):
    with acting(books.actor):
        Currency.objects.get_or_create(code="CHF", defaults={"name": "Swiss franc"})
    books.charge("10", currency="CHF", exchange_rate=D("8"), issued_on=rates[0])
    with pytest.raises(MissingRate):
        revaluation_run(actor=books.actor, day=rates[1])


def test_the_closing_desk_finds_what_is_left_and_how_to_mend_it(books, rates):
    invoiced, month_end, _paid_on = rates
    period = Period.objects.get(starts_on=invoiced.replace(day=1))
    books.charge("388", kind="purchase_invoice", currency="USD", issued_on=invoiced)
    journal_entry_post(
        actor=books.actor,
        entry_date=month_end,
        lines=[
            {"account": books.account("5602"), "debit": "10"},
            {"account": books.account("1002"), "credit": "10"},
        ],
    )
    voucher_create(actor=books.actor, data={"entry_date": month_end, "narration": "Half done"})

    def desk():
        return {line.key: line for line in closing_desk(actor=books.actor, period=period)}

    before = desk()
    waiting = {key for key, line in before.items() if line.state != "done"}
    assert waiting == {"earlier", "vouchers", "revaluation", "profit"}
    assert before["revaluation"].amount == D("177.51")
    assert before["vouchers"].count == 1
    # 36,623.32 were spent on services (an expense), and 10.
    assert before["profit"].amount == D("-36633.32")
    revaluation_run(actor=books.actor, day=month_end)
    profit_transfer(actor=books.actor, period=period)
    after = desk()
    assert {key for key, line in after.items() if line.state != "done"} == {"earlier", "vouchers"}
    assert after["payable"].amount == D("36445.81")
    sheet = statement(actor=books.actor, kind="balance_sheet", since=period.starts_on, until=month_end)
    assert sheet.difference == 0


def test_desk_and_books_over_http(books, rates, stranger):
    api = Api(books.actor)
    period = Period.objects.get(starts_on=rates[0].replace(day=1))
    answer = api.get(f"/api/v1/finance/closing-desk/?period={period.pk}")
    assert answer.status == 200, answer.json
    assert answer.json["period"]["label"] == period.name
    assert {line["group"] for line in answer.json["lines"]} >= {"documents", "accruals", "ties", "profit"}
    lines = api.get("/api/v1/finance/books/").json["results"]
    assert [line["key"] for line in lines] == [
        "entries", "numbers", "balances", "reversals", "stock", "grni", "wip", "settlements", "open_items", "assets",
        "overhead", "profit", "bank", "periods",
    ]  # fmt: skip
    assert all(line["findings"] == [] for line in lines if line["key"] not in ("stock", "wip"))
    for path in ("closing-desk", "books", "statements", "ratios", "voucher-desk"):
        assert Api(stranger).get(f"/api/v1/finance/{path}/").status == 403
