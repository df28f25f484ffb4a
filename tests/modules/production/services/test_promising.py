"""Promises through finite capacity in a real company: what is promised is what planning and scheduling then find."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from modules.production.models import Operation, PlannedOrder, ProductionOrder, WorkCentre, WorkTimeChange
from modules.production.models import Resource as Tool
from modules.production.selectors.promise_rush import rushed
from modules.production.selectors.promises import promised, promises
from modules.production.selectors.scheduling import floor
from modules.production.services import (
    planned_orders_firm,
    planning_run,
    production_order_release,
)
from modules.production.services.scheduling import schedule_in_steps
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, Promise
from modules.shared.data.models import Party, Product, PurchaseOrder, SalesOrder
from modules.shared.data.selectors.promise_words import reasons, steps_out
from modules.shared.data.services import purchase_order_confirm, sales_order_confirm, sales_order_create
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.platform.api.client import Api

D = Decimal


def make_routed(factory: Factory) -> Factory:
    """A wheel is spoked (half an hour) on one bench; a bicycle is welded (two hours) with the only jig, and assembled
    (an hour) on one machine; both take a week by planning's reckoning."""
    with acting(factory.actor):
        weld = WorkCentre(code="WELD", name="Welding", hours_per_week=D(40))
        weld.save()
        jig = Tool(code="JIG", name="Jig")
        jig.save()
        for product, position, name, centre, minutes, tool in (
            (factory.wheel, 10, "Spoke", factory.centre, 30, None),
            (factory.bike, 10, "Weld", weld, 120, jig),
            (factory.bike, 20, "Assemble", factory.centre, 60, None),
        ):
            Operation(
                product=product, position=position, name=name, work_centre=centre, run_minutes=D(minutes), tool=tool,
                setup_minutes=D(15),
            ).save()  # fmt: skip
        Product.objects.filter(pk__in=[factory.bike.pk, factory.wheel.pk]).update(lead_time_days=7)
        Party(code="C-1", name="A Bike Store", is_customer=True).save()
    return factory


@pytest.fixture
def routed(factory: Factory, monkeypatch: pytest.MonkeyPatch) -> Factory:
    """On a Monday before work. On a Tuesday at noon the same orders wait longer for the assembly than for the weld."""
    now = current().now()
    monday = (now - timedelta(days=now.weekday())).replace(hour=6, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(Company, "now", lambda _company: monday)
    monkeypatch.setattr(timezone, "now", lambda: monday)
    return make_routed(factory)


def ask(product: Product, quantity: int) -> Promise:
    [answer] = promises([Demand(RecordRef("crm.quote_line", -1), product.pk, D(quantity))])
    return answer


def sell(factory: Factory, product: Product, quantity: int) -> SalesOrder:
    order = sales_order_create(
        actor=factory.actor, customer=Party.objects.get(code="C-1"),
        lines=[{"product": product, "quantity": D(quantity), "unit_price": D(2000)}],
    )  # fmt: skip
    return sales_order_confirm(actor=factory.actor, order=order)


def schedule(factory: Factory) -> None:
    schedule_in_steps(
        actor=factory.actor, direction="forward", seconds=0, frozen_hours=0, tell=lambda _share, _words: None
    )  # fmt: skip


def make_all(factory: Factory) -> None:
    """Everything that is proposed is ordered and released, and everything is scheduled anew. Nobody locks material by
    hand: releasing does."""
    planning_run(actor=factory.actor)
    wanted = PlannedOrder.objects.filter(state="proposed").values_list("pk", flat=True)
    planned_orders_firm(actor=factory.actor, ids=list(wanted))
    for bought in PurchaseOrder.objects.filter(status="draft").order_by("pk"):
        purchase_order_confirm(actor=factory.actor, order=bought)
    for order in ProductionOrder.objects.filter(status="draft").order_by("pk"):
        production_order_release(actor=factory.actor, order=order)
    schedule(factory)


def finished(sale: SalesOrder) -> date:
    """The day on which what is made for it is done."""
    line = sale.lines.get()
    orders = ProductionOrder.objects.filter(demand_entity="shared.sales_order_line", demand_id=line.pk)
    there = floor()
    zoned = [
        there.moment(bar.end - 1).astimezone(current().now().tzinfo).date()
        for order in orders
        for operation in order.operations.all()
        for bar in [there.bars[operation.pk]]
    ]
    return max(zoned, default=current().today())


@pytest.mark.parametrize(("seed", "hour"), [(0, 6), (1, 10), (2, 22)])
def test_a_promise_is_what_planning_and_scheduling_then_find(
    routed: Factory, seed: int, hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders one after the other, each promised, confirmed, planned, firmed, released, and all scheduled anew: before,
    in and after working hours. No time passes meanwhile; what is not begun would begin that much later."""
    moment = current().now().replace(hour=hour, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(Company, "now", lambda _company: moment)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    chance = random.Random(seed)
    stocked(routed, (routed.bike, 2, "900"), (routed.wheel, 6, "50"), (routed.frame, 20, "300"))
    sales: list[SalesOrder] = []
    for n in range(5):
        product, most = (routed.bike, 6) if n % 2 == 0 else (routed.wheel, 20)
        quantity = chance.randint(most // 2, most)
        asked = ask(product, quantity)
        sale = sell(routed, product, quantity)
        assert sale.promised_on == asked.on is not None
        make_all(routed)
        sales.append(sale)
        for one in sales:
            assert finished(one) == SalesOrder.objects.get(pk=one.pk).promised_on, (n, one.number)
    assert ProductionOrder.objects.count() >= 4


def test_a_taken_machine_is_a_reason(routed: Factory) -> None:
    """Frames and wheels are there. Ten bicycles are on the welding machine for twenty hours: three more wait for it."""
    stocked(routed, (routed.frame, 40, "300"), (routed.wheel, 80, "50"))
    before = ask(routed.bike, 3)
    sell(routed, routed.bike, 10)
    make_all(routed)
    after = ask(routed.bike, 3)
    assert before.on is not None
    assert after.on is not None
    assert after.on > before.on
    step = next(s for s in after.steps if s.kind == "capacity")
    assert (step.note, step.decides) == ("Welding", True)
    with acting(routed.actor), translation.override("zh-hans"):
        said = reasons(routed.actor, {1: (routed.bike.pk, steps_out(after.steps))})[1]
    assert any("Welding" in words and "占用" in words for words in said), said


def test_what_is_released_and_not_scheduled_takes_its_time(routed: Factory) -> None:
    """The same ten bicycles, released and left on the desk: three more are promised for the day on which scheduling
    would find them done, and asking again after it was scheduled says the same."""
    stocked(routed, (routed.frame, 40, "300"), (routed.wheel, 80, "50"))
    before = ask(routed.bike, 3)
    sell(routed, routed.bike, 10)
    planning_run(actor=routed.actor)
    wanted = PlannedOrder.objects.filter(state="proposed").values_list("pk", flat=True)
    planned_orders_firm(actor=routed.actor, ids=list(wanted))
    for order in ProductionOrder.objects.filter(status="draft").order_by("pk"):
        production_order_release(actor=routed.actor, order=order)
    waiting = ask(routed.bike, 3)
    schedule(routed)
    scheduled = ask(routed.bike, 3)
    assert before.on is not None
    assert waiting.on is not None
    assert before.on < waiting.on
    assert waiting.on == scheduled.on
    assert any((s.kind, s.note) == ("capacity", "Welding") for s in waiting.steps)


def test_what_was_planned_and_taken_back_is_not_remembered(routed: Factory) -> None:
    """A promise asked inside work that is then undone leaves the operation the version it had: the next promise reads
    what stands there, not what stood there under the same version."""
    stocked(routed, (routed.frame, 40, "300"), (routed.wheel, 80, "50"))
    sell(routed, routed.bike, 10)
    make_all(routed)
    first = ask(routed.bike, 3)
    bars = ProductionOrder.objects.get().operations
    versions = list(bars.order_by("pk").values_list("version", flat=True))

    def put_off(days: int) -> None:
        by = timedelta(days=days)
        bars.update(planned_start=F("planned_start") + by, planned_end=F("planned_end") + by, version=F("version") + 1)

    with transaction.atomic():
        put_off(28)
        free = ask(routed.bike, 3)
        transaction.set_rollback(True)
    assert list(bars.order_by("pk").values_list("version", flat=True)) == versions
    put_off(0)
    assert free.on is not None
    assert first.on is not None
    assert free.on < first.on
    assert ask(routed.bike, 3).on == first.on


def test_as_a_rush_it_is_sooner_and_who_slips_is_told(routed: Factory) -> None:
    """Ten bicycles are promised and stand on the welding machine from Monday to Wednesday. Three more before them are
    done sooner, and the ten later by the six hours and a set-up of their welding."""
    stocked(routed, (routed.frame, 40, "300"), (routed.wheel, 80, "50"))
    sell(routed, routed.bike, 10)
    make_all(routed)
    [found], world = promised([Demand(RecordRef("crm.quote_line", -1), routed.bike.pk, D(3))])
    quick = rushed(found, world)
    assert quick is not None
    assert found.on is not None
    assert quick.on < found.on
    [slip] = quick.slips
    assert slip.job == ProductionOrder.objects.get().pk
    assert slip.minutes > 0
    before = [(o.planned_start, o.planned_end) for o in ProductionOrder.objects.get().operations.all()]

    body = {"product": routed.bike.pk, "quantity": "3", "rush": True}
    with CaptureQueriesContext(connection) as queries:
        shown = Api(routed.actor).post("/api/v1/production/promise/", body)
    assert shown.status == 200, shown.content
    assert shown.json["on"] == found.on.isoformat()
    top = shown.json["reasons"][0]
    assert (top["depth"], top["kind"], top["product"]["label"], top["decides"]) == (0, "production", "BIKE", True)
    assert top["wait"]["place"] == "Welding"
    assert {(r["product"]["label"], r["kind"]) for r in shown.json["reasons"][1:]} == {
        ("FRAME", "stock"), ("WHEEL", "stock"),
    }  # fmt: skip
    assert shown.json["rush"]["on"] == quick.on.isoformat()
    [told] = shown.json["rush"]["slips"]
    assert told["minutes"] == slip.minutes
    assert before == [(o.planned_start, o.planned_end) for o in ProductionOrder.objects.get().operations.all()]
    assert len(queries) < 90


def test_only_who_may_sees_what_a_promise_stands_on(routed: Factory) -> None:
    body = {"product": routed.bike.pk, "quantity": "3"}
    nobody = replace(routed.actor, permissions=frozenset())
    assert Api(nobody).post("/api/v1/production/promise/", body).status == 403
    with serving(replace(current(), features=current().features - {"production.promise"})):
        assert Api(routed.actor).post("/api/v1/production/promise/", body).status == 403
    assert Api(routed.actor).post("/api/v1/production/promise/", {**body, "quantity": "0"}).status == 400


def test_without_the_function_lead_times_count(routed: Factory) -> None:
    stocked(routed, (routed.frame, 40, "300"), (routed.wheel, 80, "50"))
    finite = ask(routed.bike, 1)
    with serving(replace(current(), features=current().features - {"production.promise"})):
        by_lead_time = ask(routed.bike, 1)
    assert finite.on is not None
    assert by_lead_time.on is not None
    assert by_lead_time.on > finite.on, "a week, for three hours of work"


def test_a_purchase_that_comes_late_moves_the_schedule(routed: Factory) -> None:
    """An order does not begin before its frames are there, whatever day it was planned for."""
    stocked(routed, (routed.wheel, 80, "50"))
    sale = sell(routed, routed.bike, 2)
    make_all(routed)
    order = ProductionOrder.objects.get(product=routed.bike)
    frames = PurchaseOrder.objects.get(lines__product=routed.frame).lines.get()
    weld = order.operations.get(position=10)
    assert weld.planned_start is not None
    assert sale.promised_on is not None
    with acting(routed.actor):
        frames.confirmed_on = sale.promised_on + timedelta(days=20)
        frames.save()
    schedule(routed)
    weld.refresh_from_db()
    assert weld.planned_start.date() >= frames.confirmed_on


def test_an_order_waits_for_the_order_that_makes_its_parts(routed: Factory) -> None:
    """Spokes and frames are there, wheels are made by another order: welding begins when they are done."""
    stocked(routed, (routed.frame, 40, "300"), (routed.spoke, 2000, "0.5"))
    wheels, bikes = routed.order(20, product=routed.wheel), routed.order(4)
    schedule(routed)
    done = wheels.operations.get().planned_end
    welded = bikes.operations.get(position=10)
    assert done is not None
    assert welded.planned_start is not None
    assert welded.planned_start >= done


def test_reading_for_a_promise_does_not_grow_with_the_orders(routed: Factory) -> None:
    stocked(routed, (routed.frame, 40, "300"), (routed.wheel, 80, "50"))
    routed.order(1)
    schedule(routed)
    ask(routed.bike, 3)
    with CaptureQueriesContext(connection) as few:
        ask(routed.bike, 3)
    for _ in range(4):
        routed.order(2)
    schedule(routed)
    with CaptureQueriesContext(connection) as first:
        ask(routed.bike, 3)
    with CaptureQueriesContext(connection) as many:
        ask(routed.bike, 3)
    assert len(many) == len(few)
    assert len(first) <= len(few) + 2  # what is planned is read anew, and its digest asked again


def test_what_is_known_of_working_time_is_asked_anew_when_it_changes(routed: Factory) -> None:
    """Welding stops for the next week: the promise, which had the hours in mind, moves past it."""
    stocked(routed, (routed.frame, 40, "300"), (routed.wheel, 80, "50"))
    before = ask(routed.bike, 1)
    assert ask(routed.bike, 1) == before
    now = timezone.now()
    with acting(routed.actor):
        weld = WorkCentre.objects.get(code="WELD")
        stop = WorkTimeChange(work_centre=weld, kind="stop", starts_at=now, ends_at=now + timedelta(days=9))
        stop.save()
    assert before.on is not None
    during = ask(routed.bike, 1)
    assert during.on is not None
    assert during.on >= now.date() + timedelta(days=8) > before.on
    with acting(routed.actor):
        stop.delete()
    assert ask(routed.bike, 1) == before
