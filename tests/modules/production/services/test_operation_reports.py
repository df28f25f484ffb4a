"""Reports by operation: pieces, material, labour and machine time in one transaction, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from modules.production.checks import check
from modules.production.errors import QuantityExceeded
from modules.production.models import LossReason, Operation, ProductionOrder, WorkSession
from modules.production.selectors.shortages import clear_to_build
from modules.production.services import (
    downtime_end,
    downtime_start,
    operation_pause,
    operation_report,
    operation_start,
    production_order_issue,
    production_order_merge,
    production_order_release,
    production_order_report,
    production_order_split,
)
from tenon.problems import Invalid, Problem, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of
from tests.modules.production.factory import Factory, make_factory
from tests.modules.production.services.test_orders import stocked, worth

D = Decimal


def routed(factory: Factory, *names: str) -> None:
    """Operations of a wheel, six minutes a piece each."""
    with acting(factory.actor):
        for index, name in enumerate(names):
            Operation(
                product=factory.wheel, position=10 * (index + 1), name=name, work_centre=factory.centre,
                run_minutes=D(6),
            ).save()  # fmt: skip


def wheels(factory: Factory, quantity: int, *names: str, spokes: int = 320) -> ProductionOrder:
    stocked(factory, (factory.spoke, spokes, "0.50"))
    routed(factory, *names)
    return factory.order(quantity, product=factory.wheel)


def reason(kind: str = "scrap") -> LossReason:
    return LossReason.objects.filter(kind=kind).order_by("code")[0]


def test_ten_wheels_through_two_operations(factory: Factory) -> None:
    """Ten begin: 320 spokes, 160.00. Lacing: 8 good, 1 scrap, 1 rework in an hour: 60 labour, 30 overhead. The rework
    takes 6 minutes: 6 and 3. Truing sees 8, then 9, and takes half an hour: 30 and 15. 304.00 in nine wheels."""
    order = wheels(factory, 10, "Lace", "True")
    lace, true = order.operations.all()
    actor, centre = factory.actor, factory.centre

    def report(operation, **values) -> None:  # type: ignore[no-untyped-def]
        production_order_report(actor=actor, order=order, operation=operation, work_centre=centre, **values)

    with pytest.raises(QuantityExceeded):
        report(true, good=D(1))
    report(lace, good=D(8), scrap=D(1), rework=D(1), reason=reason(), minutes=D(60))
    order.refresh_from_db()
    assert (order.material_cost, order.labour_cost, order.overhead_cost) == (160, 60, 30)
    assert (order.completed, order.scrapped, order.status) == (0, 1, "in_progress")
    with pytest.raises(QuantityExceeded) as caught:
        report(true, good=D(9))
    assert D(caught.value.extra["left"]) == 8
    again = order.operations.get(rework_of=lace)
    assert (again.name, again.quantity, again.position) == ("Rework: Lace", 1, 10)
    with pytest.raises(Invalid):
        report(again, rework=D(1))
    report(again, good=D(1), minutes=D(6))
    report(true, good=D(9), minutes=D(30))
    order.refresh_from_db()
    assert (order.status, order.completed, order.scrapped, order.work_in_process) == ("done", 9, 1, 0)
    assert worth(factory.wheel) == (9, D(304))
    assert set(order.operations.values_list("status", flat=True)) == {"done"}
    assert list(order.operations.values_list("good", "scrap", "rework", "minutes")) == [
        (8, 1, 1, 60), (1, 0, 0, 6), (9, 0, 0, 30),
    ]  # fmt: skip
    assert check(current()) == []


def test_an_order_with_operations_is_reported_by_operation(factory: Factory) -> None:
    order = wheels(factory, 2, "Lace")
    with pytest.raises(Invalid):
        production_order_report(actor=factory.actor, order=order, good=D(1))
    plain = factory.order(1, product=factory.bike)
    with pytest.raises(Invalid):
        production_order_report(actor=factory.actor, order=plain, good=D(1), operation=order.operations.get())


def test_time_comes_from_the_clock_and_machines_that_stand_are_not_paid_as_running(factory: Factory) -> None:
    """An hour ago somebody started; half an hour later four were good: 30 minutes of work (30.00), of which the machine
    stood ten: 20 machine minutes (10.00). A quarter of an hour later they pause: 15 more of each."""
    order = wheels(factory, 10, "Lace")
    lace = order.operations.get()
    now = timezone.now()
    ago = lambda minutes: now - timedelta(minutes=minutes)  # noqa: E731
    session = operation_start(actor=factory.actor, operation=lace, at=ago(60))
    assert operation_start(actor=factory.actor, operation=lace, at=ago(59)).pk == session.pk
    down = downtime_start(actor=factory.actor, work_centre=factory.centre, reason=reason("downtime"), at=ago(50))
    with pytest.raises(StateRefused):
        downtime_start(actor=factory.actor, work_centre=factory.centre, reason=reason("downtime"))
    downtime_end(actor=factory.actor, downtime=down, at=ago(40))
    report = operation_report(actor=factory.actor, operation=lace, good=D(4), at=ago(30))
    assert (report.minutes, report.machine_minutes) == (30, 20)
    assert (report.labour_cost, report.overhead_cost) == (30, 10)
    assert report.worker_id == factory.actor.member_id
    paused = operation_pause(actor=factory.actor, operation=lace, at=ago(15))
    assert (paused.status, paused.minutes) == ("paused", 45)
    with pytest.raises(StateRefused):
        operation_pause(actor=factory.actor, operation=lace)
    operation_start(actor=factory.actor, operation=lace)
    operation_report(actor=factory.actor, operation=lace, good=D(6))
    assert not WorkSession.objects.filter(ended_at__isnull=True).exists()
    assert check(current()) == []


def test_scrap_says_why_and_time_lies_in_the_last_day(factory: Factory) -> None:
    lace = wheels(factory, 2, "Lace").operations.get()
    with pytest.raises(Invalid):
        operation_report(actor=factory.actor, operation=lace, scrap=D(1))
    with pytest.raises(Invalid):
        operation_report(actor=factory.actor, operation=lace, scrap=D(1), reason=reason("call"))
    for off in (timedelta(hours=-25), timedelta(minutes=5)):
        with pytest.raises(Invalid):
            operation_start(actor=factory.actor, operation=lace, at=timezone.now() + off)


def test_missing_material_stops_the_first_operation_and_changes_nothing(factory: Factory) -> None:
    order = wheels(factory, 10, "Lace", "True", spokes=32)
    lace = order.operations.all()[0]
    with pytest.raises(Problem) as caught:
        operation_report(actor=factory.actor, operation=lace, good=D(2))
    assert caught.value.type == "insufficient-stock"
    lace.refresh_from_db()
    assert (lace.good, lace.status, order.reports.count()) == (0, "waiting", 0)


def test_issued_by_hand_no_more_is_made_than_was_issued(factory: Factory) -> None:
    """Spokes for five wheels are issued: the sixth is refused; with 20 % tolerated it passes, the seventh
    not."""
    order = wheels(factory, 10, "Lace")
    with acting(factory.actor):
        order.backflush = False
        order.save()
    production_order_issue(actor=factory.actor, order=order, items={factory.spoke.pk: D(160)})
    lace = order.operations.get()
    production_order_report(actor=factory.actor, order=order, operation=lace, good=D(5))
    with pytest.raises(QuantityExceeded, match="5 pieces"):
        production_order_report(actor=factory.actor, order=order, operation=lace, good=D(1))
    order.refresh_from_db()
    with acting(factory.actor):
        order.tolerance = D(20)
        order.save()
    production_order_report(actor=factory.actor, order=order, operation=lace, good=D(1))
    with pytest.raises(QuantityExceeded):
        production_order_report(actor=factory.actor, order=order, operation=lace, good=D(1))
    order.refresh_from_db()
    assert order.material_cost == 80


def test_clear_to_build_gives_what_is_there_to_who_starts_first(factory: Factory) -> None:
    """400 spokes: the first order takes 320, the second lacks 240 of its 320, the wheels of the bicycle lack too, but
    come from the first order."""
    stocked(factory, (factory.spoke, 400, "0.50"), (factory.frame, 5, "300"))
    first, second = (factory.order(10, product=factory.wheel) for _ in range(2))
    bike = factory.order(4)
    found = clear_to_build()
    assert found[first.pk].missing == []
    assert [(m.label, m.quantity, m.arrives_on) for m in found[second.pk].missing] == [("Spoke", D(240), None)]
    assert [(m.quantity, m.arrives_on) for m in found[bike.pk].missing] == [(D(8), first.due_on)]


def test_split_and_merged_orders_keep_their_quantities(factory: Factory) -> None:
    """Ten of 96 % begin with 11 (10.42); split into 4 (5) and 6 (7); merged they are one of ten again."""
    routed(factory, "Lace")
    with acting(factory.actor):
        operation = Operation.objects.get(product=factory.wheel)
        operation.yield_percent = D(96)
        operation.save()
    order = factory.order(10, product=factory.wheel)
    part = production_order_split(actor=factory.actor, order=order, quantity=D(4))
    order.refresh_from_db()
    assert [(o.quantity, o.started, o.status, o.operations.get().quantity) for o in (order, part)] == [
        (6, 7, "released", 7), (4, 5, "released", 5),
    ]  # fmt: skip
    assert sum(c.required for o in (order, part) for c in o.components.all()) == 32 * 12
    with pytest.raises(Invalid):
        production_order_split(actor=factory.actor, order=order, quantity=D(6))
    draft = factory.order(1, product=factory.wheel, release=False)
    with pytest.raises(Invalid):
        production_order_merge(actor=factory.actor, order=order, other=draft)
    whole = production_order_merge(actor=factory.actor, order=order, other=part)
    part.refresh_from_db()
    assert (whole.quantity, whole.started, part.status) == (10, 11, "cancelled")
    stocked(factory, (factory.spoke, 352, "0.50"))
    production_order_report(actor=factory.actor, order=whole, operation=whole.operations.get(), good=D(1))
    with pytest.raises(StateRefused):
        production_order_split(actor=factory.actor, order=whole, quantity=D(2))
    production_order_release(actor=factory.actor, order=draft)


def test_two_report_the_last_piece_at_once(fresh_company: Callable[..., Company]) -> None:
    """Six pieces, eight pairs of hands with a connection each, all at once: six are reported, two are told that none is
    left. Stock, work in process and the reports agree."""
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        factory = make_factory(actor)
        order = wheels(factory, 6, "Lace")
        lace = order.operations.get()
    barrier = Barrier(8)

    def hand(index: int) -> str:
        try:
            with serving(company):
                barrier.wait(timeout=30)
                operation_report(actor=replace(actor, request_id=f"r{index}"), operation=lace, good=D(1))
                return "ok"
        except (QuantityExceeded, StateRefused):
            return "none left"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        said = sorted(pool.map(hand, range(8)))
    assert said == ["none left"] * 2 + ["ok"] * 6
    with serving(company):
        order.refresh_from_db()
        assert (order.status, order.completed, order.work_in_process) == ("done", 6, 0)
        assert worth(factory.wheel) == (6, D(96))
        assert check(current()) == []
