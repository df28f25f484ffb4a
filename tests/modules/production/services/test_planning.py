"""From a confirmed order to firmed production and purchase orders, with numbers and dates worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from modules.production.errors import PlanningRuns
from modules.production.models import PlannedOrder, PlanningMessage, PlanningRun, ProductionOrder
from modules.production.selectors.promises import promises
from modules.production.selectors.workbench import pegging_tree, workbench
from modules.production.services import planned_orders_firm, planning_run
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import Party, PurchaseOrder, SalesOrder
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.problems import StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, current, serving
from tests.companies import owner_of
from tests.modules.production.factory import Factory, make_factory
from tests.modules.production.services.test_orders import stocked

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


def test_the_chain_can_be_followed_down(factory: Factory, planned: SalesOrder) -> None:
    run = PlanningRun.objects.get()
    (bike,) = pegging_tree(run, "shared.sales_order_line", planned.lines.get().pk)
    assert (bike["product"]["label"], bike["quantity"], bike["cover"]) == ("BIKE", 6, "planned")
    assert {c["product"]["label"]: c["cover"] for c in bike["children"]} == {"FRAME": "planned", "WHEEL": "planned"}
    wheel = next(c for c in bike["children"] if c["product"]["label"] == "WHEEL")
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
    with django_assert_max_num_queries(25):
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
            other.close()
