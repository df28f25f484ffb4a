"""Piece work over a change of its rate, a temporary worker by the hour, a slip that is taken back; every figure was
worked out by hand.

Twenty wheels are laced by the piece, at 1.20 until five days ago and 1.35 from then on, and trued by a temporary worker
at 30.00 an hour.

| what | labour of the order | wages payable | variance |
| --- | --- | --- | --- |
| ten days ago: 8 good, 1 scrap, 1 to rework in an hour: 8 × 1.20 | 9.60 | 9.60 | 0 |
| four days ago the reworked piece is good: not paid again | 9.60 | 9.60 | 0 |
| three days ago 10 good in 45 minutes: 10 × 1.35 | 23.10 | 23.10 | 0 |
| 19 are trued in 40 minutes: 20.00 | 43.10 | 43.10 | 0 |
| both slips, 23.10 and 20.00, are approved: it is there already | 43.10 | 43.10 | 0 |
| the lacer was promised 1.50: the slip is taken back and made anew, 18 × 1.50 = 27.00 | 43.10 | 47.00 | 3.90 |
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from modules.finance.checks import check as finance_check
from modules.finance.models import PostingRule
from modules.inventory.checks import check as inventory_check
from modules.production.checks import check as production_check
from modules.production.models import LossReason, Operation, PayRate, WageSlip, WageSlipLine
from modules.production.selectors.pay_rates import slip_line_list, slip_list
from modules.production.services import production_order_report
from modules.production.services.wages import (
    pay_rate_create,
    pay_rate_update,
    wage_slip_approve,
    wage_slip_create,
    wage_slip_delete,
    wage_slip_reverse,
)
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.finance.books import Books
from tests.modules.production.factory import Factory, make_factory
from tests.modules.production.services.test_orders import stocked

D = Decimal


@pytest.fixture
def factory(serving_acme: Company, actor: Actor) -> Factory:
    return make_factory(actor)


def ago(days: int) -> date:
    return current().today() - timedelta(days=days)


def member(factory: Factory, key: int) -> Member:
    with acting(factory.actor):
        person = Member(person_id=key, name=f"Worker {key}", email=f"w{key}@acme.example", roles=["shop_floor"])
        person.save()
    return person


def holds() -> None:
    company = current()
    assert [*finance_check(company), *inventory_check(company), *production_check(company)] == []


def test_piece_work_over_a_change_of_its_rate(factory: Factory) -> None:
    actor, centre, wheel, books = factory.actor, factory.centre, factory.wheel, Books(factory.actor)
    lacer, temp = member(factory, 901), member(factory, 902)
    approver = replace(actor, member_id=member(factory, 903).pk)
    stocked(factory, (factory.spoke, 640, "0.50"))
    with acting(actor):
        for position, name in ((10, "Lace"), (20, "True")):
            Operation(product=wheel, position=position, name=name, work_centre=centre).save()
    lacing = Operation.objects.get(product=wheel, name="Lace")
    old = pay_rate_create(actor=actor, rate=D("1.20"), operation=lacing, valid_from=ago(60))
    pay_rate_create(actor=actor, rate=D("1.35"), operation=lacing, valid_from=ago(5))
    old.refresh_from_db()
    assert old.valid_until == ago(6)  # it ended by itself
    with pytest.raises(Invalid):  # two rates for the same on one day
        pay_rate_create(actor=actor, rate=D(9), operation=lacing, valid_from=ago(20), valid_until=ago(10))
    pay_rate_create(actor=actor, kind="time", rate=D(30), worker=temp, valid_from=ago(60))
    wages = PostingRule.objects.select_related("credit_account", "debit_account").get(event="wage_difference")

    order = factory.order(20, product=wheel)
    lace, true = order.operations.all()
    reason = LossReason.objects.filter(kind="scrap").order_by("code")[0]

    def report(operation, days: int, who: Member, **values) -> None:  # type: ignore[no-untyped-def]
        production_order_report(
            actor=actor, order=order, operation=operation, worker=who, reported_on=ago(days), **values
        )  # fmt: skip

    def stands(labour: str, payable: str, variance: str) -> None:
        order.refresh_from_db()
        assert order.labour_cost == D(labour)
        assert -books.balance(wages.credit_account.code) == D(payable)
        assert books.balance(wages.debit_account.code) == D(variance)
        holds()

    report(lace, 10, lacer, good=D(8), scrap=D(1), rework=D(1), reason=reason, minutes=D(60))
    stands("9.60", "9.60", "0")
    report(order.operations.get(rework_of=lace), 4, lacer, good=D(1), minutes=D(10))
    stands("9.60", "9.60", "0")
    report(lace, 3, lacer, good=D(10), minutes=D(45))
    stands("23.10", "23.10", "0")
    report(true, 1, temp, good=D(19), minutes=D(40))
    stands("43.10", "43.10", "0")

    slip = wage_slip_create(actor=actor, worker=lacer, since=ago(30), until=ago(0))
    lines = list(slip.lines.values_list("quantity", "rate", "amount"))
    assert (slip.total, lines) == (D("23.10"), [(8, D("1.20"), D("9.60")), (10, D("1.35"), D("13.50"))])
    with pytest.raises(StateRefused):  # nothing is settled twice
        wage_slip_create(actor=actor, worker=lacer, since=ago(15), until=ago(0))
    with pytest.raises(Forbidden):  # who made it
        wage_slip_approve(actor=actor, slip=slip)
    with pytest.raises(Forbidden):  # whose it is
        wage_slip_approve(actor=replace(actor, member_id=lacer.pk), slip=slip)
    slip = wage_slip_approve(actor=approver, slip=slip)
    by_hour = wage_slip_create(actor=actor, worker=temp, since=ago(30), until=ago(0))
    assert by_hour.total == 20
    wage_slip_approve(actor=approver, slip=by_hour)
    stands("43.10", "43.10", "0")
    with pytest.raises(StateRefused):  # it has paid somebody
        pay_rate_update(actor=actor, pay_rate=old, rate=D(2))

    pay_rate_create(actor=actor, rate=D("1.50"), worker=lacer, operation=lacing, valid_from=ago(30))
    back = wage_slip_reverse(actor=approver, slip=slip, reason="1.50 was promised")
    assert back.total == D("-23.10")
    with pytest.raises(StateRefused):
        wage_slip_reverse(actor=approver, slip=slip, reason="Again")
    anew = wage_slip_create(actor=actor, worker=lacer, since=ago(30), until=ago(0))
    wage_slip_delete(actor=actor, slip=anew)
    anew = wage_slip_create(actor=actor, worker=lacer, since=ago(30), until=ago(0))
    assert anew.total == 27
    wage_slip_approve(actor=approver, slip=anew)
    stands("43.10", "47.00", "3.90")

    # Σ slips = Σ good × the rate of the day, whatever was taken back.
    assert sum(WageSlip.objects.filter(worker=lacer).values_list("total", flat=True)) == 18 * D("1.50")
    mine = replace(actor, member_id=temp.pk, permissions=frozenset({"production.wage_slip.view"}))
    assert [s.pk for s in slip_list(actor=mine)] == [by_hour.pk]
    assert {x.slip_id for x in slip_line_list(actor=mine)} == {by_hour.pk}
    assert slip_list(actor=actor).count() == 4

    # The database itself keeps a report from standing on two slips, and the checker sees a line that does not fit.
    live = WageSlipLine.objects.filter(live=True, slip=anew).order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute("update production_wageslipline set quantity = quantity + 1 where id = %s", [live.pk])
    assert any("good pieces settled" in found for found in production_check(current()))


def test_without_a_rate_the_work_centre_says_what_it_costs(factory: Factory) -> None:
    """Six minutes at 60.00 an hour: 6.00; nothing is owed by a slip."""
    worker = member(factory, 904)
    stocked(factory, (factory.spoke, 32, "0.50"))
    order = factory.order(1, product=factory.wheel)
    production_order_report(
        actor=factory.actor, order=order, good=D(1), minutes=D(6), work_centre=factory.centre, worker=worker
    )
    order.refresh_from_db()
    assert (order.labour_cost, PayRate.objects.count()) == (6, 0)
    with pytest.raises(StateRefused):
        wage_slip_create(actor=factory.actor, worker=worker, since=ago(1), until=ago(0))
