"""Replenishment from demand and receipts to the order: policies, alerts, acting; forecasts written once; slow stock."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from decimal import Decimal as D

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.models import (
    Forecast,
    PastDemand,
    ReplenishmentAlert,
    ReplenishmentPolicy,
    Requisition,
)
from modules.inventory.rules.reorder import reorder_point
from modules.inventory.selectors.demand import first_of, histories
from modules.inventory.selectors.forecasts import expected, forecasts
from modules.inventory.selectors.replenishment import board
from modules.inventory.selectors.slow_stock import slow_stock
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.inventory.services.forecasts import (
    forecast_override_create,
    forecasts_run,
    past_demand_create,
    past_demand_update,
)
from modules.inventory.services.place import warehouse_create
from modules.inventory.services.replenishment import (
    policies_compute,
    policies_propose,
    policy_create,
    policy_update,
    replenishment_check,
)
from modules.inventory.services.replenishment_acting import (
    replenishment_order,
    replenishment_request,
    replenishment_transfer,
)
from modules.shared.contracts.forecast import DemandForecast
from modules.shared.data.models import SupplierPrice
from tenon.notifications.models import Notification
from tenon.ports import find
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current


def past(world, product, *quantities):
    """Of the months before this one, the oldest first."""
    start = first_of(current().today()) - relativedelta(months=len(quantities))
    for n, quantity in enumerate(quantities):
        past_demand_create(
            actor=world.actor, product=product, month=start + relativedelta(months=n, days=9), quantity=D(quantity)
        )


def policy(world, product, warehouse=None, **values):
    return policy_create(
        actor=world.actor, product=product, warehouse=warehouse or world.place().warehouse, **values
    )  # fmt: skip


def row_of(product, warehouse=None):
    return next(
        row for row in board()
        if row.policy.product_id == product.pk and (warehouse is None or row.policy.warehouse_id == warehouse.pk)
    )  # fmt: skip


def test_computed_beside_entered_and_the_entered_one_wins(world):
    product = world.product(lead_time_days=10, reorder_point=D(7))
    past(world, product, 300, 330, 270)
    assert policies_propose(actor=world.actor) == 1
    assert policies_propose(actor=world.actor) == 0
    assert row_of(product).point_from == "product"
    assert policies_compute(actor=world.actor) == 1
    assert policies_compute(actor=world.actor) == 0  # nothing has changed
    made = ReplenishmentPolicy.objects.get(product=product)
    # 300 a month ± 30: 9.856 a day ± 5.438; ten working days are 14.
    assert made.daily_demand is not None
    assert made.daily_deviation is not None
    assert round(made.daily_demand, 3) == D("9.856")
    assert round(made.daily_deviation, 3) == D("5.438")
    assert (made.lead_days, made.lead_deviation, made.lead_receipts) == (D(14), D(0), 0)
    expected_point = reorder_point(300 / 30.4375, 30 / 30.4375**0.5, 14, 0, D(95))
    assert (made.computed_point, made.computed_safety) == (expected_point.point, expected_point.safety)
    row = row_of(product)
    assert (row.point, row.point_from, row.is_short) == (made.computed_point, "computed", True)
    policy_update(actor=world.actor, record=made, minimum=D(50), maximum=D(0))
    row = row_of(product)
    assert (row.point, row.point_from, row.need) == (D(50), "manual", D(50))  # 0: exactly what is missing
    assert row.policy.computed_point == made.computed_point
    policy_update(actor=world.actor, record=row.policy, maximum=D(120), order_multiple=D(50))
    assert row_of(product).sizes == (D(150),)
    with pytest.raises(Invalid):
        policy_update(actor=world.actor, record=row.policy, maximum=D(10))
    with pytest.raises(Invalid):
        policy(world, product)


def test_lead_times_come_from_receipts(world):
    product = world.product(lead_time_days=99)
    past(world, product, 30, 30, 30)
    today = current().today()
    for days in (8, 10, 12):
        order = world.purchase((product, 5, 4), ordered_on=today - timedelta(days=days))
        world.receive(order)
    policies_propose(actor=world.actor)
    policies_compute(actor=world.actor)
    made = ReplenishmentPolicy.objects.get(product=product)
    assert (made.lead_days, made.lead_deviation, made.lead_receipts) == (D(10), D(2), 3)


def test_projected_stock_counts_what_comes_in_time_and_one_alert_stays_until_it_is_fine(world):
    product = world.product(lead_time_days=5)
    world.opening((product, 10, 4))
    policy(world, product, minimum=D(8), maximum=D(20))
    assert replenishment_check(actor=world.actor) == 0
    world.sale((product, 4), requested_on=current().today())
    row = row_of(product)
    assert (row.on_hand, row.outgoing, row.projected, row.is_short, row.need) == (D(10), D(4), D(6), True, D(14))
    assert replenishment_check(actor=world.actor) == 1
    assert replenishment_check(actor=world.actor) == 0  # one until it is resolved
    assert ReplenishmentAlert.objects.filter(resolved_at=None).count() == 1
    told = Notification.objects.filter(kind="alert", entity="inventory.replenishment_policy")
    assert [t.record_id for t in told.filter(member_id=world.actor.member_id)] == [row.policy.pk]
    # What comes after the lead time helps nobody now.
    world.purchase((product, 14, 4), due_on=current().today() + timedelta(days=60))
    assert row_of(product).projected == D(6)
    order = world.purchase((product, 14, 4), due_on=current().today() + timedelta(days=2))
    assert row_of(product).projected == D(20)
    assert replenishment_check(actor=world.actor) == 0
    assert ReplenishmentAlert.objects.get().resolved_at is not None
    world.receive(order)
    world.sale((product, 18), requested_on=current().today())
    assert replenishment_check(actor=world.actor) == 1  # a new one
    assert ReplenishmentAlert.objects.count() == 2


def test_asking_purchasing_takes_the_need_off_the_board(world):
    product = world.product()
    made = policy(world, product, minimum=D(10), maximum=D(25))
    (requisition,) = replenishment_request(actor=world.actor, rows=[{"policy": made.pk}])
    assert isinstance(requisition, Requisition)
    assert [(x.product_id, x.quantity) for x in requisition.lines.all()] == [(product.pk, D(25))]
    row = row_of(product)
    assert (row.is_short, row.asked, row.need) == (True, D(25), D(0))  # short still, nothing more to do
    assert [d.label for d in row.documents] == [requisition.number]
    with pytest.raises(Invalid):
        replenishment_request(actor=world.actor, rows=[{"policy": made.pk}])


def test_orders_go_to_whom_the_workbench_would_choose(world):
    product, home_made = world.product(), world.product(source="make")
    with acting(world.actor):
        SupplierPrice(
            supplier=world.party("supplier"), product=product, price=D(3), currency=current().currency,
            unit=product.unit, min_quantity=D(40), lead_time_days=4,
        ).save()  # fmt: skip
    made = policy(world, product, minimum=D(10), maximum=D(25))
    (order,) = replenishment_order(actor=world.actor, rows=[{"policy": made.pk, "quantity": D(45)}])
    line = order.lines.get()
    assert (order.status, order.supplier, line.base_quantity) == ("draft", world.party("supplier"), D(45))
    assert (order.deliver_to or {})["id"] == made.warehouse_id
    assert row_of(product).need == 0
    own = policy(world, home_made, minimum=D(1))
    with pytest.raises(Invalid):
        replenishment_order(actor=world.actor, rows=[{"policy": own.pk}])


def test_another_warehouse_gives_what_it_can_spare(world):
    product = world.product()
    home = world.place().warehouse
    other = warehouse_create(actor=world.actor, code="W2", name="Second")
    world.opening((product, 30, 4), place=other.stock_place)
    made = policy(world, product, home, minimum=D(10), maximum=D(40))
    policy(world, product, other, minimum=D(12))
    row = row_of(product, home)
    assert [(t.warehouse_id, t.quantity) for t in row.transfers] == [(other.pk, D(18))]
    with pytest.raises(Invalid):
        replenishment_transfer(actor=world.actor, policy=made.pk, from_warehouse=other.pk, quantity=D(19))
    assert replenishment_transfer(actor=world.actor, policy=made.pk, from_warehouse=other.pk) == D(18)
    assert (row_of(product, home).on_hand, row_of(product, other).on_hand) == (D(18), D(12))
    with pytest.raises(Invalid):  # nothing is missing any more
        replenishment_transfer(actor=world.actor, policy=made.pk, from_warehouse=other.pk)
    policy_update(actor=world.actor, record=made, minimum=D(30))
    with pytest.raises(StateRefused):  # something is, and the other has none to spare
        replenishment_transfer(actor=world.actor, policy=made.pk, from_warehouse=other.pk)
    world.prove()


def test_forecasts_are_written_once(world):
    steady, short = world.products(2)
    past(world, steady, *[100] * 12)
    past(world, short, 30, 60)
    run = forecasts_run(actor=world.actor)
    assert (run.products, run.written) == (2, 2)
    kept = Forecast.objects.get(product=steady)
    assert (kept.method, kept.months, kept.mase, kept.next_quantity) == ("average", 12, D(0), D(100))
    assert Forecast.objects.get(product=short).next_quantity == D(45)
    with CaptureQueriesContext(connection) as seen:
        assert forecasts_run(actor=world.actor).written == 0
    assert not [q for q in seen if "insert" in q["sql"].lower() or "update inventory" in q["sql"].lower()]
    assert Forecast.objects.get(product=steady).computed_at == kept.computed_at
    past_demand_update(
        actor=world.actor, record=PastDemand.objects.filter(product=short).latest("month"), quantity=D(90)
    )
    assert forecasts_run(actor=world.actor).written == 1
    assert Forecast.objects.get(product=short).next_quantity == D(60)


def test_a_month_said_by_hand_counts_everywhere(world):
    product = world.product()
    past(world, product, *[100] * 8)
    forecasts_run(actor=world.actor)
    this = first_of(current().today())
    forecast_override_create(
        actor=world.actor, product=product, month=this + relativedelta(months=1), quantity=D(400), reason="Fair"
    )
    months = forecasts([product.pk])[product.pk]
    assert [(m.quantity, m.computed) for m in months[:3]] == [(D(100), D(100)), (D(400), D(100)), (D(100), D(100))]
    assert expected(months, this, this + relativedelta(months=3)) == D(600)
    assert expected(months, this + relativedelta(months=24), this + relativedelta(months=25)) == D(100)
    provider = find(DemandForecast)
    assert provider is not None
    assert [m.quantity for m in provider.forecast([product.pk])][:2] == [D(100), D(400)]
    for month, problem in ((this - relativedelta(months=1), "past"), (this + relativedelta(months=1), "unique")):
        with pytest.raises(Invalid) as refused:
            forecast_override_create(actor=world.actor, product=product, month=month, quantity=D(1), reason="x")
        assert refused.value.errors[0].code == problem


def test_months_without_stock_are_no_lack_of_demand(world):
    """All went on the tenth of last month: the rest of it says nothing of what was wanted."""
    product = world.product()
    past(world, product, 90, 90, 30)
    last = first_of(current().today()) - relativedelta(months=1)
    for kind, on in (("opening", last - timedelta(days=1)), ("scrap", last + timedelta(days=9))):
        line = {"product": product, "quantity": D(5), "unit_cost": D(1)}
        made = adjustment_create(actor=world.actor, kind=kind, adjusted_on=on, lines=[line])
        adjustment_post(actor=world.actor, adjustment=made)
    days = monthrange(last.year, last.month)[1]
    history = histories([product.pk])[product.pk]
    assert history.days_out == (0, 0, days - 9)
    assert round(history.demand[2], 6) == round(30 * days / 9, 6)


def test_slow_stock_names_what_is_too_much(world):
    used, idle = world.products(2)
    past(world, used, *[30] * 8)
    forecasts_run(actor=world.actor)
    world.opening((used, 1000, 2), (idle, 5, 10))
    rows = {row.product.pk: row for row in slow_stock(horizon=60)}
    assert rows[idle.pk].kind == "excess"  # it came today
    assert (rows[idle.pk].excess, rows[idle.pk].excess_value) == (D(5), D(50))
    assert 50 < rows[used.pk].demand < 70
    assert rows[used.pk].excess == 1000 - rows[used.pk].demand
    assert rows[used.pk].ages[0] == D(2000)


def test_the_board_takes_the_same_queries_however_long(world):
    def queries(count):
        for product in world.products(count):
            policy(world, product, minimum=D(1))
        with CaptureQueriesContext(connection) as seen:
            board()
            slow_stock()
        return len(seen)

    assert queries(2) == queries(6)
