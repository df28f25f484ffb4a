"""Planned and actual cost of an order, work in process by operation and day, and alerts, worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from modules.finance.checks import check as finance_check
from modules.finance.models import Account, JournalLine
from modules.production.checks import check
from modules.production.models import CostAlert, ProductionOrder
from modules.production.selectors.order_cost import order_cost
from modules.production.selectors.work_in_process import work_in_process
from modules.production.services import (
    cost_alert_resolve,
    production_order_close,
    production_order_issue,
    production_order_release,
    production_order_report,
    production_order_split,
)
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.finance.books import Books
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_operation_reports import reason, routed, wheels
from tests.modules.production.services.test_orders import stocked

D = Decimal


def ledger(on: date) -> Decimal:
    lines = JournalLine.objects.filter(account__control=Account.Control.WIP, entry__entry_date__lte=on)
    return lines.aggregate(sum=Sum(F("debit") - F("credit")))["sum"] or D(0)


def test_cost_is_planned_at_release_whatever_changes_later(factory: Factory) -> None:
    """Ten wheels: 320 spokes at 0.50 = 160; an hour at 60, machine 12, overhead 30. Afterwards the centre costs 72 an
    hour and spokes 0.60 or so on average: the plan stays, the rate difference of 12 is told."""
    with acting(factory.actor):
        factory.centre.machine_rate = D(12)
        factory.centre.save()
    order = wheels(factory, 10, "Lace")
    with acting(factory.actor):
        factory.centre.cost_rate = D(72)
        factory.centre.save()
    [lace] = order.operations.all()
    production_order_report(actor=factory.actor, order=order, operation=lace, good=D(10), minutes=D(60))
    order.refresh_from_db()
    found = {e.key: (e.planned, e.allowed, e.actual, e.reasons) for e in order_cost(order)}
    assert found == {
        "material": (160, 160, 160, {}),
        "labour": (60, 60, 72, {"rate": 12}),
        "machine": (12, 12, 12, {}),
        "overhead": (30, 30, 30, {}),
    }
    assert (order.labour_cost, order.overhead_cost) == (72, 42)  # the machine's part is booked as overhead
    assert check(current()) == []


def test_parts_of_a_released_order_have_their_own_plan(factory: Factory) -> None:
    order = wheels(factory, 10, "Lace")
    part = production_order_split(actor=factory.actor, order=order, quantity=D(4))
    order.refresh_from_db()
    planned = [{e.key: e.planned for e in order_cost(o)} for o in (order, part)]
    assert planned == [{"material": 96, "labour": 36, "overhead": 18}, {"material": 64, "labour": 24, "overhead": 12}]


def test_work_in_process_by_operation_on_any_day(factory: Factory) -> None:
    """Three days ago 160.00 of spokes go in. Two days ago eight of ten wheels are laced in 48 minutes (48 and 24),
    one is lost: material 16 a wheel, and 72 over 8 good ones is 9 each. Yesterday five are trued in half an hour (30
    and 15) and come into stock; today the rest."""
    Books(factory.actor)
    order = wheels(factory, 10, "Lace", "True")
    lace, true = order.operations.all()
    today, actor = current().today(), factory.actor
    day = [today - timedelta(days=n) for n in range(5)]
    ProductionOrder.objects.filter(pk=order.pk)
    production_order_issue(actor=actor, order=order, issued_on=day[3])
    production_order_report(
        actor=actor, order=order, operation=lace, good=D(8), scrap=D(1), reason=reason(), minutes=D(48),
        reported_on=day[2],
    )  # fmt: skip
    production_order_report(actor=actor, order=order, operation=true, good=D(5), minutes=D(30), reported_on=day[1])
    stands = {
        n: [(row.operation.name if row.operation else None, row.quantity, row.value) for row in work_in_process(day[n])]
        for n in range(5)
    }
    assert stands[4] == []
    assert stands[3] == [("Lace", 10, 160)]
    # 232 in all: one waits to be laced (16), eight carry 16 + 9 each (200): 232 spread 16 : 200.
    assert stands[2] == [("Lace", 1, D("17.19")), ("True", 8, D("214.81"))]
    for n in range(5):
        assert sum((value for _name, _q, value in stands[n]), D(0)) == ledger(day[n])
    assert [(name, pieces) for name, pieces, _v in stands[1]] == [("Lace", 1), ("True", 3)]
    order.refresh_from_db()
    production_order_close(actor=actor, order=order)
    assert work_in_process(today) == []
    assert work_in_process(day[2])[0].value == D("17.19")  # the past stays as it was
    assert [*finance_check(current()), *check(current())] == []


def test_one_alert_until_it_is_resolved(factory: Factory) -> None:
    """Six minutes a piece and 10 % tolerated: two pieces in 13 minutes are fine, four in 30 are not (26.4)."""
    order = wheels(factory, 10, "Lace")
    [lace] = order.operations.all()

    def report(minutes: str, **values: Any) -> None:
        production_order_report(actor=factory.actor, order=order, operation=lace, minutes=D(minutes), **values)

    report("60")  # setting up, no pieces yet: nothing to compare with
    assert not CostAlert.objects.exists()
    with acting(factory.actor):
        lace.refresh_from_db()
        lace.setup_minutes = D(60)
        lace.save()
    report("13", good=D(2))
    assert not CostAlert.objects.exists()
    report("17", good=D(2))
    report("20", good=D(1))
    [alert] = CostAlert.objects.all()
    assert (alert.kind, alert.standard, alert.actual, alert.status) == ("time", 90, 110, "open")
    cost_alert_resolve(actor=factory.actor, alert=alert, note="New worker")
    report("20", good=D(1))
    assert CostAlert.objects.filter(status="open").count() == 1
    report("0", good=D(4))  # 130 minutes for ten pieces: 120 standard, within 10 %
    assert set(CostAlert.objects.values_list("status", flat=True)) == {"resolved"}


def test_more_material_than_required_raises_an_alert(factory: Factory) -> None:
    stocked(factory, (factory.spoke, 400, "0.50"))
    routed(factory, "Lace")
    order = production_order_release(actor=factory.actor, order=factory.order(10, product=factory.wheel, release=False))
    production_order_issue(actor=factory.actor, order=order, items={factory.spoke.pk: D(330)})
    assert not CostAlert.objects.exists()  # 3 % more
    production_order_issue(actor=factory.actor, order=order, items={factory.spoke.pk: D(10)})
    [alert] = CostAlert.objects.all()
    assert (alert.kind, alert.standard, alert.actual) == ("material", 320, 340)
    order.refresh_from_db()
    [material] = [e for e in order_cost(order) if e.key == "material"]
    assert material.reasons == {"usage": 10}
