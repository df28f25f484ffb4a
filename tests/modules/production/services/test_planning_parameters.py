"""Forecasts, fences, lots and pegs as people set them, down to the proposals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.inventory.models import Forecast
from modules.production.models import PlannedOrder, PlanningMessage, PlanningRule, PlanningRun, ProductionOrder
from modules.production.selectors.planning_input import planning_input
from modules.production.selectors.workbench import workbench
from modules.production.services import (
    planned_orders_firm,
    planning_run,
    production_order_free,
    production_order_release,
)
from modules.production.services.planning_parameters import (
    forecast_create,
    forecast_update,
    planning_rule_create,
    planning_rule_update,
)
from modules.shared.data.models import Calendar, CalendarDay, Product
from tenon.problems import Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.modules.production.services.test_planning import next_friday, sold

D = Decimal


def rule(factory: Factory, product: Product | None, **values: Any) -> PlanningRule:
    return planning_rule_create(actor=factory.actor, product=product, **values)


def next_monday(weeks: int) -> date:
    return next_friday(weeks) - timedelta(days=4)


def proposals(product: Product) -> list[tuple[Decimal, date]]:
    return list(PlannedOrder.objects.filter(product=product).order_by("index").values_list("quantity", "due_on"))


def test_a_forecast_is_planned_less_what_is_ordered(factory: Factory) -> None:
    """20 bicycles a week for two weeks, 12 ordered in the first of them: 8 and 20 are wanted besides, 40 in all. With
    eight more ordered nothing more is made; frames and wheels follow."""
    start = next_monday(6)
    forecast_create(
        actor=factory.actor, product=factory.bike, starts_on=start, ends_on=start + timedelta(days=13), quantity=D(40)
    )
    sold(factory, 12, next_friday(6))
    planning_run(actor=factory.actor)
    assert sorted(q for q, _due in proposals(factory.bike)) == [8, 12, 20]
    assert sum(q for q, _due in proposals(factory.frame)) == 40
    needs = [need for row in workbench()["proposals"] for need in row["needs"] if need["forecast"]]
    assert sorted(need["quantity"] for need in needs) == [8, 20]


def test_computed_forecasts_count_where_the_rule_says_so(factory: Factory) -> None:
    """Inventory foretells 310 for the month after next; planning counts on it once the rule says so, and what somebody
    has entered for that month wins over it."""
    first = (current().today().replace(day=1) + timedelta(days=63)).replace(day=1)
    with acting(factory.actor):
        Forecast(
            product=factory.frame, method="ses", months=24, first_month=first, quantities=["310"], lows=["0"],
            highs=["400"], next_quantity=D(310), fingerprint="x", computed_at="2026-01-01T00:00:00Z",
        ).save()  # fmt: skip
    planning_run(actor=factory.actor)
    assert proposals(factory.frame) == []
    made = rule(factory, factory.frame, forecast="computed")
    planning_run(actor=factory.actor)
    assert sum(q for q, _due in proposals(factory.frame)) == 310
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    forecast_create(actor=factory.actor, product=factory.frame, starts_on=first, ends_on=last, quantity=D(50))
    planning_run(actor=factory.actor)
    assert sum(q for q, _due in proposals(factory.frame)) == 50
    planning_rule_update(actor=factory.actor, record=made, forecast="none")
    planning_run(actor=factory.actor)
    assert proposals(factory.frame) == []


def test_two_forecasts_never_stand_for_one_day(factory: Factory) -> None:
    day = next_monday(3)
    values: dict[str, Any] = {"product": factory.bike, "quantity": D(5)}
    made = forecast_create(actor=factory.actor, starts_on=day, ends_on=day + timedelta(days=6), **values)
    with pytest.raises(Invalid):
        forecast_create(
            actor=factory.actor, starts_on=day + timedelta(days=6), ends_on=day + timedelta(days=9), **values
        )
    with pytest.raises(Invalid):
        forecast_update(actor=factory.actor, record=made, ends_on=day - timedelta(days=1))
    made.refresh_from_db()
    assert forecast_update(actor=factory.actor, record=made, quantity=D(6)).quantity == 6


def test_the_frozen_fence_of_a_product_and_of_the_company(factory: Factory) -> None:
    """Nothing new within 40 working days; the bicycle's own rule says 0, so only its parts wait for the fence."""
    rule(factory, None, frozen_days=40)
    rule(factory, factory.bike)
    sold(factory, 2, next_friday(6))
    planning_run(actor=factory.actor)
    fence = planning_input(current().today()).calendar.forward(current().today(), 40)
    assert [due for _q, due in proposals(factory.bike)] == [next_friday(6)]
    assert [due for _q, due in proposals(factory.frame)] == [fence]
    assert PlannedOrder.objects.get(product=factory.frame).late


def test_lots_and_calendar_of_the_rule_reach_the_proposal(factory: Factory) -> None:
    """Frames in lots of 25; the supplier is closed for the two weeks before: the order leaves before that."""
    with acting(factory.actor):
        closed = Calendar(name="Frame maker", weekdays=[1, 2, 3, 4, 5])
        closed.save()
        need = next_friday(10)
        for n in range(1, 15):
            CalendarDay(calendar=closed, day=need - timedelta(days=4 + n), working=False).save()
    rule(factory, factory.frame, lot_rule="fixed", lot_size=D(25), calendar=closed)
    sold(factory, 30, need)
    planning_run(actor=factory.actor)
    assert [q for q, _due in proposals(factory.frame)] == [25, 25]
    release = set(PlannedOrder.objects.filter(product=factory.frame).values_list("release_on", flat=True))
    assert release
    assert all(on <= need - timedelta(days=18) for on in release)


def test_what_was_firmed_stays_and_asks_to_be_released(factory: Factory) -> None:
    """Firmed in bulk the orders stay through runs as they are, also when the rule would make other lots now. Of those
    that should begin by today planning says: release."""
    sold(factory, 3, current().today() + timedelta(days=1))
    planning_run(actor=factory.actor)
    assert set(PlanningMessage.objects.values_list("kind", flat=True)) == {"release"}
    shown = workbench()["messages"]
    assert {m["source"]["entity"] for m in shown} == {"production.planned_order"}
    planned_orders_firm(actor=factory.actor, ids=list(PlannedOrder.objects.values_list("id", flat=True)))
    rule(factory, None, lot_rule="fixed", lot_size=D(100))
    planning_run(actor=factory.actor)
    assert not PlannedOrder.objects.exists()
    told = set(PlanningMessage.objects.filter(source_entity="production.order").values_list("kind", flat=True))
    bikes = ProductionOrder.objects.get(product=factory.bike)
    assert bikes.quantity == 3
    assert told <= {"release", "expedite"}
    assert PlanningMessage.objects.filter(source_entity="production.order", source_id=bikes.pk).exists()
    production_order_release(actor=factory.actor, order=bikes)
    planning_run(actor=factory.actor)
    kinds = PlanningMessage.objects.filter(source_entity="production.order", source_id=bikes.pk)
    assert "release" not in kinds.values_list("kind", flat=True)


def test_made_to_order_down_the_chain_until_it_is_set_free(factory: Factory) -> None:
    """Bicycles and wheels are made to order. Firmed together the wheels belong to the bicycles' order, not to the other
    one's that is due before; set free they go to whoever needs them first."""
    for product in (factory.bike, factory.wheel):
        rule(factory, product, lot_rule="to_order")
    sold(factory, 5, next_friday(8))
    planning_run(actor=factory.actor)
    ids = list(PlannedOrder.objects.filter(product__in=[factory.bike, factory.wheel]).values_list("id", flat=True))
    planned_orders_firm(actor=factory.actor, ids=ids)
    bikes, wheels = (ProductionOrder.objects.get(product=p) for p in (factory.bike, factory.wheel))
    assert (wheels.demand_entity, wheels.demand_id, wheels.demand_label) == (
        "production.order", bikes.pk, bikes.number,
    )  # fmt: skip
    production_order_release(actor=factory.actor, order=bikes)  # its material is written anew: the peg holds
    early = factory.order(1, release=False)
    planning_run(actor=factory.actor)
    assert early.components.get(product=factory.wheel).required == 2
    assert [q for q, _due in proposals(factory.wheel)] == [2]
    production_order_free(actor=factory.actor, order=wheels)
    planning_run(actor=factory.actor)
    assert [q for q, _due in proposals(factory.wheel)] == [2]
    assert PlannedOrder.objects.get(product=factory.wheel).due_on > early.due_on, "the early one has taken the wheels"
    with pytest.raises(StateRefused):
        production_order_free(actor=factory.actor, order=ProductionOrder.objects.get(pk=wheels.pk))


def test_rules_cost_no_query_each(factory: Factory, django_assert_max_num_queries: Callable) -> None:
    for product in (factory.bike, factory.wheel, factory.frame, factory.spoke):
        rule(factory, product, lot_rule="economic", order_cost=D(10), holding_percent=D(20))
        forecast_create(
            actor=factory.actor, product=product, starts_on=next_monday(4), ends_on=next_monday(5), quantity=D(9)
        )
    stocked(factory, (factory.frame, 1, "300"))
    with django_assert_max_num_queries(37):
        run = planning_run(actor=factory.actor)
    assert run.proposals > 4
    assert PlanningRun.objects.count() == 1
