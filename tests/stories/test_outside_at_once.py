"""Work outside and wages under several hands, on real connections: nobody sends, receives or settles anything twice,
and whoever dies in the middle leaves nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal as D
from functools import partial
from typing import Any

from django.db import DatabaseError, connection

from modules.finance.checks import check as finance_check
from modules.inventory.checks import check as inventory_check
from modules.inventory.models import StockBalance
from modules.production.checks import check as production_check
from modules.production.errors import QuantityExceeded
from modules.production.models import Operation, ProductionReport, SubcontractOrder, WageSlip, WageSlipLine, WorkCentre
from modules.production.services import production_order_create, production_order_release, production_order_report
from modules.production.services.subcontract_moves import subcontract_receive, subcontract_send
from modules.production.services.wages import pay_rate_create, wage_slip_create, wage_slip_delete
from modules.shared.data.services import purchase_order_confirm
from modules.shared.data.services.purchase_ending import purchase_order_cancel
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.companies import owner_of
from tests.stories.test_oversell import at_once
from tests.stories.test_subcontracting import Outside


def pressed(actor: Actor, quantity: int) -> SubcontractOrder:
    """Covers of three plates each (600 bought at 5.00), pressed outside at 8.00; the purchase order is confirmed."""
    outside = Outside(actor)
    plate = outside.world.product(source="buy")
    cover = outside.made_of(plate, 3)
    outside.operation(cover, 10, "Press", supplier=outside.supplier, outside_price=D(8))
    outside.buy(plate, 600, 5)
    subcontract, bought = outside.placed(outside.order(cover, quantity), "Press")
    purchase_order_confirm(actor=actor, order=bought)
    return subcontract


def holds(company: Company) -> None:
    assert [*finance_check(company), *inventory_check(company), *production_check(company)] == []


def kinds(answers: list[Any]) -> list[str]:
    return sorted(type(a).__name__ if isinstance(a, Exception) else "done" for a in answers)


def test_pieces_come_back_once(fresh_company: Callable[..., Company]) -> None:
    """Forty are outside: of eight receipts of ten pieces at the same moment four are taken. Then the rest is sent by
    four people at once: 120 plates go once."""
    company = fresh_company("Outside at once")
    actor = owner_of(company)
    with serving(company):
        subcontract = pressed(actor, 80)
        [plate] = [m.product for m in subcontract.materials.all()]
        subcontract_send(actor=actor, subcontract=subcontract, items={plate.pk: 120})

    def receive() -> SubcontractOrder:
        return subcontract_receive(actor=actor, subcontract=subcontract, good=D(10))

    answers = at_once(company, [receive] * 8)
    assert kinds(answers) == ["QuantityExceeded"] * 4 + ["done"] * 4
    with serving(company):
        subcontract.refresh_from_db()
        assert (subcontract.good, subcontract.fee, subcontract.receipts.count()) == (40, 320, 4)
        holds(company)

    answers = at_once(company, [lambda: subcontract_send(actor=actor, subcontract=subcontract)] * 4)
    assert kinds(answers) == ["Invalid"] * 3 + ["done"]
    with serving(company):
        lies = dict(StockBalance.objects.filter(product=plate).values_list("location__kind", "on_hand"))
        assert (lies["stock"], lies["subcontractor"]) == (360, 120)
        holds(company)


def test_sending_and_cancelling_at_once(fresh_company: Callable[..., Company]) -> None:
    """Either the material goes and the purchase order stays, or the order is cancelled and nothing goes; never both,
    and nobody waits for the other for ever."""
    company = fresh_company("Outside or not")
    actor = owner_of(company)
    with serving(company):
        made = [pressed(actor, 10) for _ in range(4)]
        orders = [subcontract.purchase_line.order for subcontract in made]  # type: ignore[union-attr]
    jobs: list[Callable[[], Any]] = []
    for subcontract, bought in zip(made, orders, strict=True):
        jobs += [
            partial(subcontract_send, actor=actor, subcontract=subcontract),
            partial(purchase_order_cancel, actor=actor, order=bought),
        ]
    answers = at_once(company, jobs)
    failed = [a for a in answers if isinstance(a, Exception)]
    assert len(failed) == 4
    assert all(isinstance(a, (StateRefused, QuantityExceeded)) for a in failed), failed
    with serving(company):
        for subcontract in made:
            subcontract.refresh_from_db()
            order = subcontract.purchase_line.order  # type: ignore[union-attr]
            assert (subcontract.status, order.status) in (("outside", "confirmed"), ("cancelled", "cancelled"))
        holds(company)


def test_each_report_is_settled_once(fresh_company: Callable[..., Company]) -> None:
    """Twelve reports of one worker, eight people settle the month at the same moment: one slip with all of it. While
    they do, work goes on being reported: what comes later is on no slip, or on one."""
    company = fresh_company("Settled once")
    actor = owner_of(company)
    with serving(company):
        outside = Outside(actor)
        part = outside.world.product(source="buy")
        made = outside.made_of(part, 1)
        with acting(actor):
            bench = WorkCentre(code="BENCH", name="Bench")
            bench.save()
            Operation(product=made, position=10, name="Fit", work_centre=bench).save()
            worker = Member(person_id=1_900_001, name="Fitter", email="fitter@acme.example", roles=["shop_floor"])
            worker.save()
        outside.buy(part, 100, 5)
        order = production_order_release(
            actor=actor, order=production_order_create(actor=actor, product=made, quantity=D(40))
        )
        operation = order.operations.get()
        today = order.created_at.astimezone().date()
        pay_rate_create(actor=actor, rate=D("1.50"), work_centre=bench, valid_from=today.replace(day=1))

    def report() -> ProductionReport:
        return production_order_report(
            actor=actor, order=order, operation=operation, good=D(2), minutes=D(10), worker=worker
        )

    with serving(company):
        for _ in range(12):
            report()
        day = ProductionReport.objects.order_by("pk")[0].reported_on

    def settle() -> WageSlip:
        return wage_slip_create(actor=actor, worker=worker, since=day, until=day)

    answers = at_once(company, [*[settle] * 8, *[report] * 4])
    assert not [a for a in answers if isinstance(a, Exception) and not isinstance(a, StateRefused)]
    with serving(company):
        live = WageSlipLine.objects.filter(live=True)
        assert live.count() == live.values("report").distinct().count()
        slips = list(WageSlip.objects.all())
        assert sum(s.total for s in slips) == live.count() * 3
        assert 12 <= live.count() <= 16
        holds(company)

    # Somebody's connection is torn down in the middle of settling: nothing of it is there, and it can be done again.
    with serving(company):
        for slip in slips:
            wage_slip_delete(actor=actor, slip=slip)

    def die() -> Exception | None:
        try:
            with acting(actor):
                wage_slip_create(actor=actor, worker=worker, since=day, until=day)
                with connection.cursor() as cursor:
                    cursor.execute("select pg_terminate_backend(pg_backend_pid())")
        except DatabaseError as error:
            return error
        return None

    [died] = at_once(company, [die])
    assert isinstance(died, DatabaseError)
    with serving(company):
        assert not WageSlip.objects.exists()
        slip = settle()
        assert slip.total == ProductionReport.objects.count() * 3
        holds(company)
