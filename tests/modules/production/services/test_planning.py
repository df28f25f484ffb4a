"""From a confirmed order to firmed production and purchase orders, with numbers and dates worked out by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from modules.production.errors import PlanningRuns
from modules.production.models import Operation, PlannedOrder, PlanningMessage, PlanningRun, ProductionOrder
from modules.production.selectors.estimates import unit_costs
from modules.production.selectors.promises import promises
from modules.production.selectors.workbench import pegging_tree, workbench
from modules.production.services import (
    planned_orders_firm,
    planning_run,
    production_order_delete,
    production_order_release,
)
from modules.production.services.planning_job import KIND
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import (
    Currency,
    ExchangeRate,
    Party,
    Product,
    PurchaseOrder,
    SalesOrder,
    SupplierPrice,
    Unit,
)
from modules.shared.data.services import sales_order_cancel, sales_order_confirm, sales_order_create
from modules.shared.data.services.sales_change_preview import sales_cancel_preview
from tenon.access.actor import system
from tenon.jobs.models import Job
from tenon.jobs.services import job_get, run
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of
from tests.modules.production.factory import Factory, make_factory
from tests.modules.production.services.test_orders import stocked
from tests.platform.api.client import Api

D = Decimal


def next_friday(weeks: int) -> date:
    today = current().today()
    return today + timedelta(days=(4 - today.weekday()) % 7 + 7 * weeks)


def sold(factory: Factory, quantity: int, on: date) -> SalesOrder:
    with acting(factory.actor):
        customer = Party(code="C-1", name="A Bike Store", is_customer=True)
        customer.save()
    order = sales_order_create(
        actor=factory.actor,
        customer=customer,
        requested_on=on,
        lines=[{"product": factory.bike, "quantity": D(quantity), "unit_price": D(2000)}],
    )
    return sales_order_confirm(actor=factory.actor, order=order)


@pytest.fixture
def planned(factory: Factory) -> SalesOrder:
    stocked(factory, (factory.bike, 4, "900"), (factory.wheel, 5, "16"))
    order = sold(factory, 10, next_friday(6))
    planning_run(actor=factory.actor)
    return order


def test_four_are_locked_and_six_are_planned_down_to_the_spokes(factory: Factory, planned: SalesOrder) -> None:
    line = planned.lines.get()
    assert line.reserved == 4
    proposals = {p.product.code: (p.kind, p.quantity) for p in PlannedOrder.objects.select_related("product")}
    # 6 bicycles: 6 frames; 12 wheels of which 5 are there: 7 made of 224 spokes.
    assert proposals == {"BIKE": ("make", 6), "FRAME": ("buy", 6), "WHEEL": ("make", 7), "SPOKE": ("buy", 224)}
    due = {p.product.code: p.due_on for p in PlannedOrder.objects.select_related("product")}
    release = {p.product.code: p.release_on for p in PlannedOrder.objects.select_related("product")}
    assert due["FRAME"] == due["WHEEL"] == release["BIKE"]
    assert due["SPOKE"] == release["WHEEL"]
    assert PlannedOrder.objects.get(product=factory.frame).supplier == factory.supplier


def test_an_unchanged_run_writes_nothing(factory: Factory, planned: SalesOrder) -> None:
    first = PlanningRun.objects.get()
    ids = set(PlannedOrder.objects.values_list("id", flat=True))
    assert planning_run(actor=factory.actor).pk == first.pk
    assert set(PlannedOrder.objects.values_list("id", flat=True)) == ids


def test_firmed_proposals_are_not_proposed_again(factory: Factory, planned: SalesOrder) -> None:
    ids = list(PlannedOrder.objects.values_list("id", flat=True))
    made = planned_orders_firm(actor=factory.actor, ids=ids)
    assert sorted(ref.entity for ref in made) == ["production.order", "production.order", "shared.purchase_order"]
    order = ProductionOrder.objects.get(product=factory.bike)
    assert (order.quantity, order.demand_id, order.sales_order_id) == (6, planned.lines.get().pk, planned.pk)
    purchase = PurchaseOrder.objects.get()
    assert {x.product.code: (x.quantity, x.unit_price) for x in purchase.lines.all()} == {
        "FRAME": (6, 300), "SPOKE": (224, D("0.5")),
    }  # fmt: skip
    planning_run(actor=factory.actor)
    assert PlannedOrder.objects.count() == 0
    assert PlanningMessage.objects.count() == 0
    with pytest.raises(StateRefused):
        planned_orders_firm(actor=factory.actor, ids=ids)


def test_released_work_of_a_cancelled_order_stays_and_is_told_of(factory: Factory, planned: SalesOrder) -> None:
    """The customer cancels after the six bicycles were released and their parts ordered: nothing of that changes by
    itself, before or after planning runs; the run says that six bicycles are not needed."""
    planned_orders_firm(actor=factory.actor, ids=list(PlannedOrder.objects.values_list("id", flat=True)))
    bikes = ProductionOrder.objects.get(product=factory.bike)
    production_order_release(actor=factory.actor, order=bikes)

    def begun() -> list[tuple[object, ...]]:
        made = ProductionOrder.objects.order_by("pk").values_list("product__code", "status", "quantity", "due_on")
        bought = PurchaseOrder.objects.order_by("pk").values_list("lines__product__code", "lines__quantity")
        return [*made, *bought]

    before = begun()
    effects = sales_cancel_preview(actor=factory.actor, order=planned)
    assert [(x.supply.id, x.quantity) for line in effects.lines for x in line.surplus] == [(bikes.pk, 6)]
    sales_order_cancel(actor=factory.actor, order=planned)
    planning_run(actor=factory.actor)
    assert begun() == before
    assert ("BIKE", "released", 6) in [row[:3] for row in before]
    told = PlanningMessage.objects.values_list("kind", "product__code", "quantity", "source_id")
    assert list(told) == [("cancel", "BIKE", 6, bikes.pk)]


def test_the_chain_can_be_followed_down(factory: Factory, planned: SalesOrder) -> None:
    run = PlanningRun.objects.get()
    (bike,) = pegging_tree(run, "shared.sales_order_line", planned.lines.get().pk)
    assert (bike["product"]["label"], bike["quantity"], bike["cover"]) == ("BIKE", 6, "planned")
    assert {(c["product"]["label"], c["cover"], c["quantity"]) for c in bike["children"]} == {
        ("FRAME", "planned", 6), ("WHEEL", "stock", 5), ("WHEEL", "planned", 7),
    }  # fmt: skip
    wheel = next(c for c in bike["children"] if (c["product"]["label"], c["cover"]) == ("WHEEL", "planned"))
    assert [(c["product"]["label"], c["quantity"]) for c in wheel["children"]] == [("SPOKE", 224)]
    shown = workbench()
    assert shown["counts"] == {"make": 2, "buy": 2, "late": 0}


def test_promise_through_the_bill_of_materials(factory: Factory) -> None:
    """Four are there. For the others frames come in 10 calendar days, spokes in 5, a wheel takes a working day, a
    bicycle two. The frames decide: ordered on the next working day, ten days on, and two working days more."""
    stocked(factory, (factory.bike, 4, "900"))
    today = current().today()
    start = today
    for wait in (0, 10):
        start += timedelta(days=wait)
        while start.isoweekday() > 5:
            start += timedelta(days=1)
    ready = start
    for _ in range(2):
        ready += timedelta(days=1)
        while ready.isoweekday() > 5:
            ready += timedelta(days=1)
    line = RecordRef("shared.sales_order_line", 1, "SO 1")
    (four,) = promises([Demand(line, factory.bike.pk, D(4))])
    assert four.on == today
    (ten,) = promises([Demand(line, factory.bike.pk, D(10))])
    steps = [(s.kind, s.product_id, s.quantity) for s in ten.steps]
    assert steps[0] == ("stock", factory.bike.pk, 4)
    assert ("purchase", factory.frame.pk, 6) in steps
    assert ten.on is not None
    if not _holidays_between(today, ready):
        assert ten.on == ready


def _holidays_between(start: date, end: date) -> bool:
    from modules.shared.data.models import CalendarDay

    return CalendarDay.objects.filter(day__range=(start, end)).exists()


def test_planning_reads_in_a_constant_number_of_queries(
    factory: Factory, planned: SalesOrder, django_assert_max_num_queries: Callable
) -> None:
    # The master plan, work outside, claims, held promises and deliveries of blankets are one each.
    with django_assert_max_num_queries(30):
        planning_run(actor=factory.actor)


def test_one_run_at_a_time(fresh_company: Callable[[], Company]) -> None:
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        make_factory(actor)
        other = connection.copy(alias="default")
        try:
            with other.cursor() as cursor:
                cursor.execute("select pg_advisory_lock(hashtext(%s))", [f"tenon.planning.{company.schema}"])
            with pytest.raises(PlanningRuns):
                planning_run(actor=actor)
        finally:
            with other.cursor() as cursor:  # closing gives the session, with its locks, to whoever comes next
                cursor.execute("select pg_advisory_unlock_all()")
            other.close()


def test_a_date_of_another_century_stops_nobody(factory: Factory) -> None:
    order = sold(factory, 1, date(2099, 3, 27))
    run = planning_run(actor=factory.actor)
    assert (run.state, PlannedOrder.objects.get(product=factory.bike).due_on) == ("done", date(2099, 3, 27))
    assert order.lines.get().promised_on is not None


def test_what_was_firmed_and_dropped_is_proposed_again(factory: Factory, planned: SalesOrder) -> None:
    """The draft made from a proposal is deleted: the need stands there as before, and so must a proposal."""
    bike = PlannedOrder.objects.get(product=factory.bike)
    planned_orders_firm(actor=factory.actor, ids=[bike.pk])
    production_order_delete(actor=factory.actor, order=ProductionOrder.objects.get(product=factory.bike))
    planning_run(actor=factory.actor)
    again = PlannedOrder.objects.get(product=factory.bike)
    assert (again.state, again.quantity) == ("proposed", 6)


def test_a_planner_firms_what_is_bought_too(factory: Factory, planned: SalesOrder) -> None:
    """The shipped role may firm, and is no buyer."""
    held = {p.code for p in registry().permissions.values() if "planner" in p.roles}
    planner = replace(factory.actor, roles=("planner",), permissions=frozenset(held))
    assert not planner.can("shared.purchase_order.create")
    made = planned_orders_firm(actor=planner, ids=list(PlannedOrder.objects.values_list("id", flat=True)))
    assert "shared.purchase_order" in {ref.entity for ref in made}


def test_only_suppliers_in_use_are_proposed(factory: Factory) -> None:
    """The preferred one has been given up: the next is asked, cheapest in the company's currency and per piece."""
    with acting(factory.actor):
        Party.objects.filter(pk=factory.supplier.pk).update(is_active=False)
        dear, cheap = (Party(code=f"S-{n}", name=f"Supplier {n}", is_supplier=True) for n in (2, 3))
        dear.save()
        cheap.save()
        usd = Currency.objects.get(code="USD")
        ExchangeRate(currency=usd, day=date(2020, 1, 1), rate=D(7)).save()
        ea, dozen = Unit.objects.get(code="EA"), Unit.objects.get(code="DZ")
        # 50 USD are 350 CNY; 3,600 CNY a dozen are 300 a piece.
        SupplierPrice(supplier=dear, product=factory.frame, unit=ea, price=D(50), currency="USD").save()
        SupplierPrice(supplier=cheap, product=factory.frame, unit=dozen, price=D(3600), currency="CNY").save()
    sold(factory, 1, next_friday(6))
    planning_run(actor=factory.actor)
    assert PlannedOrder.objects.get(product=factory.frame).supplier == cheap
    assert unit_costs([factory.bike.pk])[factory.bike.pk]["material"] == 300


def test_planning_as_a_job(factory: Factory, serving_acme: Company) -> None:
    """Started over HTTP, worked off by a worker, followed by its progress; asked twice it is one."""
    sold(factory, 10, next_friday(6))
    api = Api(factory.actor)
    started = api.post("/api/v1/production/planning/")
    assert (started.status, started.json["state"]) == (202, "queued")
    assert api.post("/api/v1/production/planning/").json["id"] == started.json["id"]
    job = Job.objects.get(pk=started.json["id"])
    job.actor = system("planning").ref
    job.save()
    run(job)
    answer = job_get(actor=factory.actor, job_id=job.pk)
    assert answer.result is not None
    assert (answer.state, answer.progress, answer.result["proposals"]) == ("done", 1.0, 4)
    assert api.get("/api/v1/production/planning/").json["counts"]["make"] == 2
    without = replace(factory.actor, permissions=frozenset({"production.planning.view"}))
    assert Api(without).post("/api/v1/production/planning/").status == 403


def test_a_stopped_run_leaves_everything_as_it_was(factory: Factory, planned: SalesOrder) -> None:
    before = set(PlannedOrder.objects.values_list("id", flat=True))
    sold_again = sales_order_create(
        actor=factory.actor, customer=planned.customer, requested_on=next_friday(6),
        lines=[{"product": factory.bike, "quantity": D(3), "unit_price": D(2000)}],
    )  # fmt: skip
    sales_order_confirm(actor=factory.actor, order=sold_again)
    job = Job(kind=KIND, title="Planning", actor=system("planning").ref, state=Job.State.RUNNING)
    job.cancel_requested = True
    job.save()
    run(job)
    assert Job.objects.get(pk=job.pk).state == "cancelled"
    assert set(PlannedOrder.objects.values_list("id", flat=True)) == before
    planning_run(actor=factory.actor)  # the lock is free again
    assert set(PlannedOrder.objects.values_list("id", flat=True)) != before


def test_firming_waits_for_a_run_under_way(fresh_company: Callable[[], Company]) -> None:
    """A run that has read the demand would else propose again what becomes an order beside it."""
    company = fresh_company()
    actor = owner_of(company)
    with serving(company):
        factory = make_factory(actor)
        sold(factory, 1, next_friday(6))
        planning_run(actor=actor)
        ids = list(PlannedOrder.objects.values_list("id", flat=True))
    firmed: list[int] = []

    def firm() -> None:
        with serving(company):
            firmed.extend(ref.id for ref in planned_orders_firm(actor=actor, ids=ids))
        connection.close()

    holder = connection.copy(alias="default")
    thread = threading.Thread(target=firm)
    try:
        with holder.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtext(%s))", [f"tenon.planning.{company.schema}"])
        thread.start()
        thread.join(0.7)
        waited = not firmed
    finally:
        with holder.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock_all()")
        holder.close()
    thread.join()
    assert (waited, len(firmed)) == (True, 3)


def test_a_lead_time_shorter_than_the_routing_is_told(factory: Factory) -> None:
    """Ten bicycles of two hours each, and half an hour to set up: 20.5 hours at 8 a day are three working days, by a
    lead time of two. One bicycle fits."""
    with acting(factory.actor):
        factory.centre.hours_per_week = D(40)
        factory.centre.save()
        Operation(
            product=factory.bike, position=10, name="Assemble", work_centre=factory.centre, run_minutes=D(120),
            setup_minutes=D(30),
        ).save()  # fmt: skip
    sold(factory, 10, next_friday(6))
    planning_run(actor=factory.actor)
    said = {row["product"]["label"]: row["routing_days"] for row in workbench()["proposals"]}
    assert said["BIKE"] == 3
    assert said["FRAME"] is None
    with acting(factory.actor):
        Product.objects.filter(pk=factory.bike.pk).update(lead_time_days=3)
    assert {row["routing_days"] for row in workbench()["proposals"]} == {None}
