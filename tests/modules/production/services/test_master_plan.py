"""The master plan as people enter it, down to orders; its grid worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.production.models import MasterPlanEntry, PlannedOrder, PlanningChange, ProductionOrder
from modules.production.rules.buckets import buckets
from modules.production.selectors.master_plan import master_plan
from modules.production.selectors.workbench import last_run, pegging_tree
from modules.production.services import planned_orders_firm, planning_run
from modules.production.services.master_plan import FROZEN, master_plan_create, master_plan_set
from modules.production.services.planning_parameters import forecast_create, planning_rule_create
from modules.production.services.planning_update import planning_update
from modules.shared.data.models import Party
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.problems import Forbidden, Invalid
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.modules.production.services.test_planning import sold
from tests.platform.api.client import Api

D = Decimal
PATH = "/api/v1/production/master-plan/"


def week(n: int) -> date:
    return buckets(current().today(), "week", n + 1)[n].since


def mastered(factory: Factory, **values: Any) -> None:
    planning_rule_create(actor=factory.actor, product=factory.bike, master=True, **values)


def entered(factory: Factory, n: int, quantity: int | None, **values: Any) -> MasterPlanEntry | None:
    return master_plan_set(
        actor=factory.actor, product=factory.bike, size="week", since=week(n),
        quantity=None if quantity is None else D(quantity), **values,
    )  # fmt: skip


def row(name: str, count: int = 8) -> list[int | None]:
    [product] = master_plan("week", count)["products"]
    return [None if q is None else int(q) for q in product["rows"][name]]


def ordered(factory: Factory, *wanted: tuple[int, date]) -> None:
    """An order for each, of one customer."""
    with acting(factory.actor):
        customer = Party(code="C-1", name="Customer", is_customer=True)
        customer.save()
    for quantity, on in wanted:
        order = sales_order_create(
            actor=factory.actor, customer=customer, requested_on=on,
            lines=[{"product": factory.bike, "quantity": D(quantity), "unit_price": D(2000)}],
        )  # fmt: skip
        sales_order_confirm(actor=factory.actor, order=order)


def test_the_grid_from_forecast_to_promise(factory: Factory) -> None:
    """15 on hand. 10 a week are expected in weeks 5 and 6; 4 are ordered for week 5 and 12 for week 6, which consume 4
    and 10 of it, and 2 of week 5: 4 are left there. 20 are entered for week 5.

    Gross: week 5: 4 + 4 = 8, week 6: 12. Projected: 15, … 15 + 20 − 8 = 27, 27 − 12 = 15. Promised: week 5: 20 − 4 − 12
    = 4, the stock 15: 19 in all."""
    mastered(factory, forward_days=0)
    stocked(factory, (factory.bike, 15, "900"))
    forecast_create(
        actor=factory.actor, product=factory.bike, starts_on=week(5), ends_on=week(7) - timedelta(days=1),
        quantity=D(20),
    )  # fmt: skip
    ordered(factory, (4, week(5) + timedelta(days=4)), (12, week(6) + timedelta(days=4)))
    entered(factory, 5, 20)
    planning_run(actor=factory.actor)
    assert row("forecast") == [0, 0, 0, 0, 0, 10, 10, 0]
    orders = row("orders")
    assert sum(q or 0 for q in orders) + int(15 - master_plan("week", 8)["products"][0]["free"]) == 16
    assert row("counted") == [0, 0, 0, 0, 0, 4, 0, 0]
    assert row("entered") == [0, 0, 0, 0, 0, 20, 0, 0]
    assert row("planned") == [0] * 8
    assert row("projected")[-1] == 15
    assert row("cumulative")[-1] == 19


def test_planning_takes_it_and_an_order_is_made_of_it(factory: Factory) -> None:
    """30 entered, 12 ordered: the 30 are proposed as they are, frames and wheels for 30; firmed, the entry is gone and
    the grid shows an open order in its place."""
    mastered(factory)
    order = sold(factory, 12, week(7) + timedelta(days=4))
    entry = entered(factory, 6, 30)
    assert entry is not None
    planning_run(actor=factory.actor)
    [bike] = PlannedOrder.objects.filter(product=factory.bike)
    assert (bike.quantity, bike.due_on, bike.entry) == (30, entry.due_on, entry)
    assert sum(p.quantity for p in PlannedOrder.objects.filter(product=factory.frame)) == 30
    run = last_run()
    assert run is not None
    [peg] = pegging_tree(run, "shared.sales_order_line", order.lines.get().pk)
    assert (peg["cover"], peg["quantity"], len(peg["children"])) == ("planned", 12, 2)
    assert row("entered")[6] == 30
    assert row("scheduled")[6] == 0
    planned_orders_firm(actor=factory.actor, ids=[bike.pk])
    assert not MasterPlanEntry.objects.exists()
    assert ProductionOrder.objects.get().quantity == 30
    assert row("entered")[6] == 0
    assert row("scheduled")[6] == 30


def test_entering_a_cell_asks_for_planning_of_what_it_reaches(factory: Factory) -> None:
    """Brought up to date without a full run, and the same as one says."""
    mastered(factory)
    sold(factory, 12, week(7) + timedelta(days=4))
    planning_run(actor=factory.actor)
    entered(factory, 6, 20)
    assert list(PlanningChange.objects.values_list("product", flat=True)) == [factory.bike.pk]
    planning_update(actor=factory.actor)
    mine = sorted(PlannedOrder.objects.values_list("product_id", "quantity", "due_on", "entry_id"))
    planning_run(actor=factory.actor)
    assert sorted(PlannedOrder.objects.values_list("product_id", "quantity", "due_on", "entry_id")) == mine
    assert {q for p, q, _d, _e in mine if p == factory.frame.pk} == {20}


def test_a_cell_has_one_quantity_on_its_first_working_day(factory: Factory) -> None:
    mastered(factory)
    entry = entered(factory, 6, 30)
    assert entry is not None
    assert entry.due_on == work_calendar().on_or_after(week(6))
    assert entered(factory, 6, 25) == entry
    month = buckets(week(6), "month", 1)[0].since
    if month > current().today():
        master_plan_set(actor=factory.actor, product=factory.bike, size="month", since=month, quantity=D(80))
        assert sum(e.quantity for e in MasterPlanEntry.objects.all()) == 80
    for left in MasterPlanEntry.objects.all():
        master_plan_set(
            actor=factory.actor, product=factory.bike, size="month", since=left.due_on.replace(day=1), quantity=None
        )
    assert not MasterPlanEntry.objects.exists()


def test_what_may_not_be_entered(factory: Factory) -> None:
    with pytest.raises(Invalid, match="not in the master plan"):
        entered(factory, 6, 30)
    mastered(factory)
    with pytest.raises(Invalid, match="Finer"):
        master_plan_set(actor=factory.actor, product=factory.bike, size="week", since=week(6), quantity=D("1.5"))
    with pytest.raises(Invalid, match="Monday"):
        master_plan_set(
            actor=factory.actor, product=factory.bike, size="week", since=week(6) + timedelta(days=1), quantity=D(1)
        )


def test_the_frozen_fence_asks_for_a_right_and_a_reason(factory: Factory) -> None:
    """20 working days are frozen: week 2 lies inside, week 8 does not."""
    mastered(factory, frozen_days=20)
    with pytest.raises(Invalid, match="needs a reason"):
        entered(factory, 2, 5)
    made = entered(factory, 2, 5, reason="Trade fair")
    assert made is not None
    assert made.reason == "Trade fair"
    entered(factory, 8, 5)
    planner = replace(factory.actor, permissions=factory.actor.permissions - {FROZEN})
    with pytest.raises(Forbidden, match="frozen fence"):
        master_plan_create(
            actor=planner, product=factory.bike, due_on=week(2) + timedelta(days=1), quantity=D(3), reason="Wish"
        )
    with pytest.raises(Invalid, match="needs a reason"):
        entered(factory, 2, None)
    entered(factory, 2, None, reason="Fair called off")
    assert MasterPlanEntry.objects.count() == 1


def test_over_http(factory: Factory, django_assert_max_num_queries: Callable) -> None:
    api = Api(factory.actor)
    mastered(factory)
    ordered(factory, *((2, week(6 + n)) for n in range(3)))
    asked = {"product": factory.bike.pk, "size": "week", "since": week(6).isoformat(), "quantity": "12"}
    done = api.post(PATH, asked)
    assert done.status == 200, done.json
    assert done.json["products"][0]["rows"]["entered"][6] == "12.000000"
    planning_run(actor=factory.actor)
    with django_assert_max_num_queries(40):
        shown = api.get(f"{PATH}?size=month&count=3")
    assert (shown.status, len(shown.json["buckets"])) == (200, 3)
    assert api.post(PATH, {**asked, "quantity": "-1"}).status == 400
    assert api.get(f"{PATH}?size=year").status == 400
