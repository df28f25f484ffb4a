"""The collection plan: instalments of invoices and what orders still have to invoice; who sees what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from modules.finance.selectors.collection_plan import collection_plan
from modules.finance.services.allocation import payment_allocate
from modules.shared.data.models import PaymentTerm
from tenon.problems import Forbidden
from tenon.records.service import acting
from tenon.tenancy.context import current

D = Decimal


@pytest.fixture
def parts(books):
    with acting(books.actor):
        term = PaymentTerm(code="T-30-70", name="Deposit and rest", lines=[
            {"percent": "30", "days": 0}, {"percent": "70", "days": 30},
        ])  # fmt: skip
        term.save()
    return term


def plan(books, **values):
    today = current().today()
    values = {"since": today - timedelta(days=5), "until": today + timedelta(days=60), **values}
    return collection_plan(actor=books.actor, **values)


def test_instalments_came_are_open_and_are_late(books, parts):
    today = current().today()
    invoice = books.charge("1000", payment_term=parts, issued_on=today - timedelta(days=4))
    payment_allocate(actor=books.actor, payment=books.pay("200"), invoice=invoice)
    old = books.charge("80", issued_on=today - timedelta(days=90), due_on=today - timedelta(days=60))
    found = plan(books)
    assert [(r.number, r.due_on, r.planned, r.settled, r.open, r.late(today)) for r in found.rows] == [
        (old.number, today - timedelta(days=60), D(80), D(0), D(80), 60),
        (invoice.number, today - timedelta(days=4), D(300), D(200), D(100), 4),
        (invoice.number, today + timedelta(days=26), D(700), D(0), D(700), 0),
    ]
    assert (found.total.planned, found.total.settled, found.total.open, found.total.late) == (
        D(1080), D(200), D(880), D(180),
    )  # fmt: skip
    assert [r.number for r in plan(books, state="late").rows] == [old.number, invoice.number]
    assert plan(books, until=today).total.open == D(180)


def test_what_is_ordered_and_not_invoiced_is_planned_by_its_terms(books, parts):
    today = current().today()
    order = books.sale(
        (books.product(), 10, 100), payment_term=parts, requested_on=today + timedelta(days=7)
    )  # fmt: skip
    found = [r for r in plan(books).rows if r.entity == "shared.sales_order"]
    assert [(r.number, r.due_on, r.planned) for r in found] == [
        (order.number, today + timedelta(days=7), D(300)), (order.number, today + timedelta(days=37), D(700)),
    ]  # fmt: skip
    books.deliver(order, [600], [4])
    books.invoice(order)
    found = plan(books)
    orders = sum(r.planned for r in found.rows if r.entity == "shared.sales_order")
    invoices = sum(r.planned for r in found.rows if r.entity == "finance.invoice")
    assert (orders, invoices) == (D(600), D(400))


def test_amounts_are_added_up_in_company_currency(books):
    books.charge("100", currency="USD", exchange_rate="7")
    found = plan(books)
    assert (found.rows[0].open, found.rows[0].open_base, found.total.open) == (D(100), D(700), D(700))


def test_a_salesperson_sees_what_is_his(books):
    from tenon.access.models import Member

    books.charge("100")
    others = Member.objects.exclude(pk=books.actor.member_id).first()
    if others is not None:
        assert plan(books, owner_id=others.pk).rows == []
    assert [o.owner_id for o in plan(books).owners] == [books.actor.member_id]
    with pytest.raises(Forbidden):
        collection_plan(
            actor=replace(books.actor, permissions=frozenset(), roles=()), since=current().today(),
            until=current().today(),
        )  # fmt: skip


def test_the_queries_do_not_grow_with_the_rows(books, django_assert_max_num_queries):
    for _n in range(3):
        books.charge("10")
    with django_assert_max_num_queries(8):
        plan(books)
    for _n in range(9):
        books.charge("10")
    with django_assert_max_num_queries(8):
        assert len(plan(books).rows) == 12
