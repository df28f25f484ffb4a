"""Overhead of a month by hand: collected, charged, why they differ, who bears it; taken back and shared out again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.finance.models import JournalLine, OverheadPool, OverheadRun
from modules.finance.rules.overhead import overhead_variances
from modules.finance.selectors.overhead import pool_month
from modules.finance.selectors.profit import profit_tie
from modules.finance.services.journal import journal_entry_post, journal_entry_reverse
from modules.finance.services.overhead import overhead_pool_create, overhead_post, overhead_undo
from modules.production.models import Operation
from modules.production.services import production_order_report
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.production.factory import make_factory
from tests.modules.production.services.test_orders import stocked

D = Decimal
MONEY = st.decimals(min_value=0, max_value=10**7, places=2)


def entry(books: Books, debit: str, credit: str, amount: str, **values):  # type: ignore[no-untyped-def]
    lines = [{"account": books.account(debit), "debit": amount}, {"account": books.account(credit), "credit": amount}]
    return journal_entry_post(actor=books.actor, lines=lines, **values)


def pool(books: Books, **values: object) -> OverheadPool:
    data = {
        "name": "Workshop", "account": books.account("4101"), "target_account": books.account("5401.03"),
        "driver": "machine", "share": "orders", "planned": D(90), "capacity": D(3), **values,
    }  # fmt: skip
    return overhead_pool_create(actor=books.actor, data=data)


@pytest.fixture
def month(books: Books):  # type: ignore[no-untyped-def]
    """Two orders of wheels, one and a half and half an hour of machine at 30.00: 60.00 are charged. The workshop costs
    100.00; a bill of 40.00 more was entered by mistake and reversed."""
    factory = make_factory(books.actor)
    with acting(books.actor):
        Operation(
            product=factory.wheel, position=10, name="Lace", work_centre=factory.centre, run_minutes=D(6)
        ).save()  # fmt: skip
    stocked(factory, (factory.spoke, 640, "0.50"))
    orders = [factory.order(10, product=factory.wheel) for _ in range(2)]
    for order, minutes in zip(orders, (90, 30), strict=True):
        production_order_report(
            actor=books.actor, order=order, operation=order.operations.get(), good=D(10), minutes=D(minutes)
        )
    entry(books, "4101", "1002", "100.00")
    journal_entry_reverse(actor=books.actor, entry=entry(books, "4101", "1002", "40.00"))
    return orders


def test_a_month_by_hand(books, month):
    """Planned 90.00 for three hours, so 30.00 an hour; two hours were used. Price 100 − 90 = 10.00, volume 90 − 60 =
    30.00, efficiency 60 − 60 = 0; 40.00 not charged: 30.00 and 10.00 by 1.5 and 0.5 hours."""
    made, today = pool(books), current().today()
    found = pool_month(made, today)
    assert (found.actual, found.absorbed, found.difference, found.used) == (100, 60, 40, 2)
    assert (found.variances.spending, found.variances.volume, found.variances.efficiency) == (10, 30, 0)
    assert [(x.order.label if x.order else "", x.amount) for x in found.shares] == [
        (month[0].number, 30),
        (month[1].number, 10),
    ]
    run = overhead_post(actor=books.actor, pool=made, month=today)
    assert run.entry
    assert (run.difference, run.entry.total) == (40, 40)
    assert books.balance("4101") == 0
    borne = JournalLine.objects.filter(entry=run.entry, debit__gt=0).values_list(
        "account__code", "production_order_id", "component", "debit"
    )
    assert list(borne) == [("5401.03", month[0].pk, "overhead", 30), ("5401.03", month[1].pk, "overhead", 10)]
    assert overhead_post(actor=books.actor, pool=made, month=today) == run
    assert pool_month(made, today).difference == 40  # looking again says the same
    assert profit_tie().difference == 0
    books.prove()


def test_taken_back_and_shared_out_again(books, month):
    made, today = pool(books, share="products"), current().today()
    first = overhead_post(actor=books.actor, pool=made, month=today)
    assert [(x.production_order, x.amount) for x in first.shares.all()] == [(None, 40)]
    overhead_undo(actor=books.actor, run=first)
    assert books.balance("4101") == 40
    with pytest.raises(StateRefused):
        overhead_undo(actor=books.actor, run=first)
    entry(books, "4101", "1002", "5.00")
    again = overhead_post(actor=books.actor, pool=made, month=today)
    assert (again.difference, books.balance("4101")) == (45, 0)
    assert OverheadRun.objects.filter(status="posted").count() == 1
    books.prove()


def test_charged_too_much_goes_the_other_way_and_from_two_accounts(books, month):
    """Collected on an account of its own: 25.00 cost, 60.00 charged, 35.00 too much."""
    made = pool(books, account=books.account("5602"), absorbed_account=books.account("4101"))
    entry(books, "5602", "1002", "25.00")
    before = books.balance("4101")
    run = overhead_post(actor=books.actor, pool=made, month=current().today())
    assert (run.actual, run.absorbed, run.difference) == (25, 60, -35)
    assert (books.balance("5602"), books.balance("4101") - before) == (0, 60)
    assert sum(x.amount for x in run.shares.all()) == -35
    books.prove()


def test_what_is_refused(books, month):
    today = current().today()
    for wrong in ({"account": books.account("1122")}, {"target_account": books.account("4101")}):
        with pytest.raises(Invalid):
            pool(books, name="Wrong", **wrong)
    made = pool(books)
    with pytest.raises(Invalid):
        overhead_post(actor=books.actor, pool=made, month=today + timedelta(days=40))
    with pytest.raises(StateRefused):
        overhead_post(actor=books.actor, pool=made, month=today.replace(day=1) - timedelta(days=1))


@given(MONEY, MONEY, MONEY, st.decimals(0, 10**4, places=2), st.decimals(0, 10**4, places=2))
def test_variances_sum_to_the_total(actual, charged, planned, capacity, used):
    def cents(amount: Decimal) -> Decimal:
        return amount.quantize(D("0.01"))

    assert overhead_variances(actual, charged, planned, capacity, used, cents).total == actual - charged
