"""Goods received and not invoiced (暂估) in both lawful practices, with figures worked by hand: the accrual stands
until the invoice comes, or is reversed on the first of each month and made again at its end. Both end at nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from modules.finance.checks import check as finance_check
from modules.finance.errors import PeriodClosed
from modules.finance.models import FiscalYear, JournalEntry, Period
from modules.finance.selectors.balances import movements
from modules.finance.services.accruals import accruals_nightly, accruals_turn
from modules.finance.services.closing import period_close
from modules.finance.services.invoice_matching import purchase_invoice_enter
from modules.finance.services.invoice_posting import invoice_post
from modules.finance.services.periods import fiscal_year_create
from modules.inventory.checks import check as inventory_check
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.receipt import receipt_create, receipt_post
from modules.inventory.services.receipt_return import receipt_return
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.inventory.stock_world import World
from tests.platform.api.client import Api

ACCRUED, ASIDE, PAYABLE, STOCK, COGS, VARIANCE = "2202.01", "1409", "2202.02", "1403", "5401.01", "5401.02"


class Year:
    """The last year, by month and day: all of it has passed, none of it is closed."""

    def __init__(self, actor, practice):
        self.actor, self.world, self.books = actor, World(actor), Books(actor)
        self.number = current().today().year - 1
        with acting(actor):
            for year in FiscalYear.objects.all():
                year.accruals = practice
                year.save()
        self.part = self.world.product(source="buy")

    def on(self, month, day):
        return date(self.number, month, day)

    def order(self, quantity, price):
        return self.world.purchase((self.part, quantity, price))

    def receive(self, order, month, day, quantity=None):
        lines = [{"order_line": order.lines.get().pk, "quantity": str(quantity)}] if quantity else None
        made = receipt_create(actor=self.actor, order=order, lines=lines, received_on=self.on(month, day))
        return receipt_post(actor=self.actor, receipt=made)

    def sell(self, quantity, month, day):
        order = self.world.sale((self.part, quantity))
        made = delivery_create(actor=self.actor, order=order, shipped_on=self.on(month, day))
        delivery_post(actor=self.actor, delivery=made)

    def bill(self, order, quantity, price, month, day):
        line = {"purchase_order_line": order.lines.get().pk, "quantity": str(quantity), "unit_price": str(price)}
        draft = purchase_invoice_enter(
            actor=self.actor, party=order.supplier, lines=[line], reference=f"S-{order.pk}-{month}-{day}",
            issued_on=self.on(month, day),
        )  # fmt: skip
        return invoice_post(actor=self.actor, invoice=draft)

    def turn(self, month):
        return accruals_turn(actor=self.actor, period=self.period(month))

    def period(self, month):
        return Period.objects.get(starts_on=self.on(month, 1))

    def says(self, month, day, *codes):
        """Debit less credit at the end of a day."""
        found = movements(date(1900, 1, 1), self.on(month, day))
        rows = [found.get(self.books.account(c).pk, (D(0), D(0), D(0))) for c in codes]
        return tuple(opening + debit - credit for opening, debit, credit in rows)

    def proved(self):
        assert [*finance_check(current()), *inventory_check(current())] == []


@pytest.fixture
def until_invoice(serving_acme, actor):
    return Year(actor, "until_invoice")


@pytest.fixture
def monthly(serving_acme, actor):
    return Year(actor, "monthly")


def from_march_to_may(year):
    """100 come on 12 March at 10.00 and 40 of them are sold on the 20th; the invoice of 10 May says 10.50."""
    order = year.order(100, 10)
    year.receive(order, 3, 12)
    year.sell(40, 3, 20)
    year.proved()
    for month in (3, 4):
        year.turn(month)
        year.proved()
    year.bill(order, 100, "10.50", 5, 10)
    year.turn(5)
    year.proved()


def test_the_accrual_stands_until_the_invoice_comes(until_invoice):
    """Rule 19."""
    year = until_invoice
    from_march_to_may(year)
    for day in ((3, 12), (3, 31), (4, 1), (4, 30), (5, 1), (5, 9)):
        assert year.says(*day, ACCRUED, ASIDE) == (-1000, 0), day
    assert year.says(5, 10, ACCRUED, ASIDE) == (0, 0)
    # 50.00 dearer: 60 of 100 are still here, 40 are sold.
    assert year.says(12, 31, STOCK, COGS, VARIANCE, PAYABLE) == (630, 420, 0, -1050)
    assert not JournalEntry.objects.filter(event="accrual_reversal").exists()


def test_the_accrual_is_reversed_on_the_first_and_made_again_at_the_end_of_the_month(monthly):
    """Rule 19."""
    year = monthly
    from_march_to_may(year)
    expected = {
        (3, 12): (-1000, 0), (3, 31): (-1000, 0), (4, 1): (0, -1000), (4, 29): (0, -1000), (4, 30): (-1000, 0),
        (5, 1): (0, -1000), (5, 9): (0, -1000), (5, 10): (0, 0), (5, 31): (0, 0), (6, 1): (0, 0),
    }  # fmt: skip
    assert {day: year.says(*day, ACCRUED, ASIDE) for day in expected} == expected
    assert year.says(12, 31, STOCK, COGS, VARIANCE, PAYABLE) == (630, 420, 0, -1050)
    days = JournalEntry.objects.filter(event="accrual_reversal").order_by("entry_date")
    assert list(days.values_list("entry_date", "total")) == [
        (year.on(4, 1), 1000), (year.on(4, 30), 1000), (year.on(5, 1), 1000),
    ]  # fmt: skip
    # What goods are worth never leaves the stock account: only the debt waits beside it.
    assert year.says(4, 15, STOCK) == (600,)


def test_the_job_has_one_effect_however_often_it_runs(monthly):
    """It finds every month that has passed, each with its reversal and its accrual, and a second run nothing."""
    order = monthly.order(100, 10)
    monthly.receive(order, 3, 12)
    today = current().today()
    firsts = (today.year - monthly.number) * 12 + today.month - 3
    # Each first of a month reverses; each end of a month but March's, of which there is one less, accrues again.
    assert accruals_nightly() == firsts + firsts - 1
    before = JournalEntry.objects.count()
    assert accruals_nightly() == 0
    assert JournalEntry.objects.count() == before
    monthly.proved()


def test_an_invoice_entered_late_for_a_past_month_is_put_right(monthly):
    """All months to this one have turned when the invoice of 20 April is entered."""
    order = monthly.order(100, 10)
    monthly.receive(order, 3, 12)
    accruals_nightly()
    monthly.bill(order, 100, 10, 4, 20)
    assert accruals_nightly() > 0
    for day in ((4, 1), (4, 19)):
        assert monthly.says(*day, ACCRUED, ASIDE) == (0, -1000)
    for day in ((4, 20), (4, 30), (5, 1), (5, 31), (6, 1), (12, 31)):
        assert monthly.says(*day, ACCRUED, ASIDE) == (0, 0), day
    assert accruals_nightly() == 0
    monthly.proved()


def test_a_part_invoiced_clears_what_is_reversed_first(monthly):
    """50 come in March and 50 in April, when March's 500.00 are reversed; 80 are invoiced on 10 April: 500.00 of what
    is reversed, 300.00 of what is accrued. 200.00 stand at the end of April and are gone with the last 20 pieces."""
    order = monthly.order(100, 10)
    monthly.receive(order, 3, 12, 50)
    monthly.turn(3)
    monthly.receive(order, 4, 5, 50)
    assert monthly.says(4, 5, ACCRUED, ASIDE) == (-500, -500)
    bill = monthly.bill(order, 80, 10, 4, 10)
    assert [x[0] for x in monthly.books.lines(bill.entry)] == [PAYABLE, ASIDE, ACCRUED]
    assert monthly.says(4, 10, ACCRUED, ASIDE) == (-200, 0)
    monthly.turn(4)
    assert monthly.says(5, 1, ACCRUED, ASIDE) == (0, -200)
    monthly.bill(order, 20, 10, 5, 3)
    assert monthly.says(5, 3, ACCRUED, ASIDE, PAYABLE) == (0, 0, -1000)
    monthly.proved()


def test_goods_that_go_back_before_their_invoice(monthly):
    """30 of 100 go back on 20 April, while March's accrual is reversed: 700.00 are accrued at the end of April."""
    order = monthly.order(100, 10)
    receipt = monthly.receive(order, 3, 12)
    monthly.turn(3)
    line = receipt.lines.get()
    receipt_return(actor=monthly.actor, receipt=receipt, lines={line.pk: D(30)}, on=monthly.on(4, 20))
    monthly.turn(4)
    assert monthly.says(4, 30, ACCRUED, ASIDE) == (-700, 0)
    assert monthly.says(5, 1, ACCRUED, ASIDE) == (0, -700)
    monthly.bill(order, 70, 10, 5, 3)
    assert monthly.says(5, 3, ACCRUED, ASIDE, PAYABLE) == (0, 0, -700)
    monthly.proved()


def test_closing_a_month_accrues_and_what_is_closed_stays(monthly, actor):
    """April is closed before the job ran: closing makes its accrual and the reversal of 1 May. Later runs leave it."""
    order = monthly.order(100, 10)
    monthly.receive(order, 3, 12)
    for month in (1, 2, 3, 4):
        period_close(actor=actor, period=monthly.period(month))
    assert monthly.says(4, 30, ACCRUED, ASIDE) == (-1000, 0)
    assert monthly.says(5, 1, ACCRUED, ASIDE) == (0, -1000)
    closed = JournalEntry.objects.filter(entry_date__lte=monthly.on(4, 30))
    before = list(closed.values_list("number", flat=True))
    with pytest.raises(PeriodClosed):
        monthly.bill(order, 100, 10, 4, 20)
    monthly.bill(order, 100, 10, 5, 10)
    accruals_nightly()
    assert list(closed.values_list("number", flat=True)) == before
    assert monthly.says(5, 10, ACCRUED, ASIDE) == (0, 0)
    monthly.proved()


def test_back_to_the_other_practice_what_is_reversed_is_accrued_again_and_stays(monthly, actor):
    order = monthly.order(100, 10)
    monthly.receive(order, 3, 12)
    monthly.turn(3)
    year = FiscalYear.objects.get(starts_on=monthly.on(1, 1))
    path = f"/api/v1/finance/fiscal-years/{year.pk}/"
    assert Api(actor).patch(path, {"accruals": "until_invoice"}, version=year.version).status == 200
    assert monthly.turn(4)
    assert not monthly.turn(5)
    assert [monthly.says(m, d, ACCRUED, ASIDE) for m, d in ((4, 1), (4, 30), (5, 1), (6, 30))] == [
        (0, -1000), (-1000, 0), (-1000, 0), (-1000, 0),
    ]  # fmt: skip
    monthly.bill(order, 100, 10, 7, 1)
    assert monthly.says(7, 1, ACCRUED, ASIDE) == (0, 0)
    monthly.proved()


def test_a_year_keeps_the_practice_of_the_one_before(monthly, actor):
    last = FiscalYear.objects.latest("starts_on")
    following = fiscal_year_create(actor=actor, starts_on=date(last.ends_on.year + 1, 1, 1))
    assert following.accruals == "monthly"
