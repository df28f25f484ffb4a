"""What-ifs, with days and money worked out by hand; what is calculated touches nothing, what is applied is ordinary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction

from modules.production.errors import ScenarioConflict
from modules.production.models import Operation, PlannedOrder, Scenario, ScenarioLine, Shift, WorkTimeChange
from modules.production.services import planning_run
from modules.production.services.scenario_apply import scenario_apply, scenario_conflicts
from modules.production.services.scenario_branch import lay_over, snapshot
from modules.production.services.scenario_run import scenario_calculate
from modules.production.services.scenarios import scenario_change_drop, scenario_change_put, scenario_create
from modules.shared.data.models import Calendar, Party, Product, SalesOrder, SupplierPrice
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.services.sales_changes import sales_order_change
from tenon.problems import Forbidden, Invalid, NotFound
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.modules.production.services.test_planning import sold

D = Decimal
DAY = timedelta(days=1)


def working_monday() -> date:
    """A Monday three weeks from now or later whose week has no holiday, nor the Friday before it."""
    calendar, today = work_calendar(), current().today()
    monday = today + timedelta(days=21 - today.weekday())
    while not all(calendar.is_working(monday + n * DAY) for n in (-3, 0, 1, 2, 3, 4)):
        monday += timedelta(days=7)
    return monday


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day + DAY * (hour // 24), time(hour % 24), ZoneInfo(current().time_zone))


@pytest.fixture
def works(factory: Factory) -> Factory:
    """One machine from 8 to 16 on weekdays, an hour for a bicycle; frames and wheels for all of them are in stock."""
    with acting(factory.actor):
        calendar = Calendar.objects.filter(is_default=True).first() or Calendar(name="Works", is_default=True)
        calendar.save()
        for weekday in range(1, 6):
            Shift(calendar=calendar, weekday=weekday, name="Day", starts="08:00", ends="16:00").save()
        Operation(
            product=factory.bike, position=10, name="Assemble", work_centre=factory.centre, run_minutes=D(60)
        ).save()  # fmt: skip
    stocked(factory, (factory.frame, 100, "300"), (factory.wheel, 200, "16"))
    return factory


def branch(factory: Factory, *changes: tuple[str, dict[str, Any]]) -> Scenario:
    scenario = scenario_create(actor=factory.actor, name="Try it")
    for kind, values in changes:
        scenario_change_put(actor=factory.actor, scenario=scenario, kind=kind, values=values)
    return scenario


def calculated(factory: Factory, *changes: tuple[str, dict[str, Any]]) -> Scenario:
    return scenario_calculate(actor=factory.actor, scenario=branch(factory, *changes).pk)


def outcome_of(found: Scenario) -> dict[str, Any]:
    assert found.outcome is not None
    return found.outcome


def line_of(scenario: Scenario, order: SalesOrder) -> ScenarioLine:
    return scenario.lines.get(order_line=order.lines.get().pk)


def overtime(factory: Factory, monday: date) -> list[tuple[str, dict[str, Any]]]:
    """The night from Monday to Tuesday and Tuesday evening: 16 and 8 hours, at 45 each."""
    return [
        ("overtime", {"work_centre": factory.centre, "starts_at": start, "ends_at": end, "price": D(45)})
        for start, end in ((at(monday, 16), at(monday + DAY, 8)), (at(monday + DAY, 16), at(monday + DAY, 24)))
    ]


def test_overtime_on_the_bottleneck_pulls_an_order_three_days_earlier(works: Factory) -> None:
    """40 bicycles for a Wednesday: lead time 2 days, so they begin on Monday, and take 40 hours of 8 a day: Friday.
    With 24 hours more until Tuesday midnight they are done then. 24 h × 45 = 1,080; the work itself costs the same:
    40 h × (60 labour + 30 overhead) = 3,600."""
    monday = working_monday()
    order = sold(works, 40, monday + 2 * DAY)
    found = calculated(works, *overtime(works, monday))
    line = line_of(found, order)
    assert (line.base_needed, line.base_on, line.on) == (monday + 2 * DAY, monday + 4 * DAY, monday + DAY)
    assert (line.verdict, found.earlier, found.later, found.state) == ("earlier", 1, 0, "done")
    base, other = outcome_of(found)["base"], outcome_of(found)["branch"]
    assert (base["late"], other["late"]) == (1, 0)
    assert (base["making"], other["making"], other["extra"]) == ("3600.00", "3600.00", "1080.00")
    assert D(other["cost"]) - D(base["cost"]) == 1080
    [centre] = outcome_of(found)["centres"]
    week = next(n for n, w in enumerate(outcome_of(found)["weeks"]) if w["since"] == monday.isoformat())
    assert (D(centre["base_capacity"][week]), D(centre["branch_capacity"][week])) == (2400, 2400 + 24 * 60)
    assert D(centre["base"][week]) == D(centre["branch"][week]) == 2400


def test_a_stop_makes_it_later(works: Factory) -> None:
    """16 bicycles take Monday and Tuesday; with all of Monday stopped they take Tuesday and Wednesday."""
    monday = working_monday()
    order = sold(works, 16, monday + 2 * DAY)
    stop = {"work_centre": works.centre, "starts_at": at(monday, 0), "ends_at": at(monday, 24)}
    line = line_of(calculated(works, ("stop", stop)), order)
    assert (line.base_on, line.on, line.verdict) == (monday + DAY, monday + 2 * DAY, "later")


def test_another_supplier_is_quicker_and_dearer(factory: Factory) -> None:
    """Frames take 30 days at 300; another supplier brings them in 10 at 330. Five bicycles wanted too soon: they come
    two working days after their frames, which come on a working day. Spokes: 5 × 2 × 32 × 0.50 = 160."""
    SupplierPrice.objects.filter(product=factory.frame).update(lead_time_days=30)
    with acting(factory.actor):
        other = Party(code="S-2", name="Quick frames", is_supplier=True)
        other.save()
    today, calendar = current().today(), work_calendar()
    order = sold(factory, 5, today + DAY)
    found = calculated(
        factory, ("supplier", {"party": other, "product": factory.frame, "price": D(330), "lead_days": 10})
    )
    line = line_of(found, order)

    def there(lead: int) -> date:
        return calendar.forward(calendar.on_or_after(today + lead * DAY), 2)

    assert (line.base_on, line.on) == (there(30), there(10))
    base, other_ = outcome_of(found)["base"], outcome_of(found)["branch"]
    assert (base["purchase"], other_["purchase"]) == ("1660.00", "1810.00")
    # Nobody named terms: suppliers are paid as goods come.
    assert D(other_["paid"][-1]) + sum(map(D, other_["paid"][:-1])) == 1810
    assert not SupplierPrice.objects.filter(supplier=other).exists()


def test_an_extra_order_and_other_lines(works: Factory) -> None:
    """8 bicycles are wanted on Wednesday: Monday's work. 8 more for the same day, ordered later, go on Tuesday. The
    line itself with 24 instead of 8: until Wednesday; called off: not there."""
    monday = working_monday()
    order = sold(works, 8, monday + 2 * DAY)
    pk, wanted = order.lines.get().pk, monday + 2 * DAY
    extra = {"party": order.customer, "product": works.bike, "quantity": D(8), "on": wanted, "price": D(1900)}
    found = calculated(works, ("order", extra))
    assert line_of(found, order).base_on == monday
    new = found.lines.get(order_line__lt=0)
    assert (new.verdict, new.base_on, new.quantity) == ("new", None, 8)
    # One lot of 16 for both, or two: either way the last piece is there on Tuesday.
    assert new.on == monday + DAY
    base, branch = (outcome_of(found)[side]["received"] for side in ("base", "branch"))
    assert sum(D(x) for x in branch) - sum(D(x) for x in base) == 15200
    more = line_of(calculated(works, ("line", {"order_line": pk, "quantity": D(24)})), order)
    assert (more.base_on, more.on, more.quantity) == (monday, monday + 2 * DAY, 24)
    off = line_of(calculated(works, ("line", {"order_line": pk, "quantity": D(0)})), order)
    assert (off.verdict, off.on) == ("off", None)
    later = line_of(calculated(works, ("line", {"order_line": pk, "on": wanted + 7 * DAY})), order)
    assert later.needed == wanted + 7 * DAY


def test_safety_stock_and_lots_cost_what_they_bring(factory: Factory) -> None:
    """20 spokes are to lie there always, bought by the hundred: 100 × 0.50 more."""
    sold(factory, 0 + 1, current().today() + 60 * DAY)
    found = calculated(
        factory, ("planning", {"product": factory.spoke, "safety_stock": D(20), "order_multiple": D(100)})
    )
    # One bicycle: 64 spokes and a frame. With the rule: 20 now and 64 later, by the hundred: 100 at once for both.
    assert (outcome_of(found)["base"]["purchase"], outcome_of(found)["branch"]["purchase"]) == ("332.00", "350.00")
    factory.spoke.refresh_from_db()
    assert factory.spoke.safety_stock == 0


def test_calculating_changes_nothing_but_the_scenario(works: Factory) -> None:
    monday = working_monday()
    order = sold(works, 40, monday + 2 * DAY)
    planning_run(actor=works.actor)
    scenario = branch(
        works,
        *overtime(works, monday),
        ("line", {"order_line": order.lines.get().pk, "quantity": D(4)}),
        ("order", {"party": order.customer, "product": works.bike, "quantity": D(8), "on": monday}),
        ("supplier", {"party": works.supplier, "product": works.frame, "price": D(1), "lead_days": 1}),
        ("planning", {"product": works.wheel, "safety_stock": D(500)}),
    )
    before = _digests()
    scenario_calculate(actor=works.actor, scenario=scenario.pk)
    after = _digests()
    assert {name for name in before if before[name] != after[name]} <= {
        "production_scenario", "production_scenariochange", "production_scenarioline", "records_audit",
    }, "only what is the scenario's own"  # fmt: skip
    assert len(before) > 100
    assert PlannedOrder.objects.get(product=works.bike).quantity == 40


def _digests() -> dict[str, str]:
    """Table of the company → what is in it."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = %s", [current().schema])
        for (name,) in cursor.fetchall():
            cursor.execute(
                f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {current().schema}.{name} t"
            )
            found[name] = cursor.fetchall()[0][0]
    return found


def test_while_the_branch_stands_nothing_else_can_be_written(works: Factory) -> None:
    scenario = branch(works, ("planning", {"product": works.wheel, "safety_stock": D(500)}))
    with snapshot():
        lay_over(list(scenario.changes.select_related("product")))
        assert Product.objects.get(pk=works.wheel.pk).safety_stock == 500
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
            SalesOrder.objects.update(note="written")
    assert Product.objects.get(pk=works.wheel.pk).safety_stock == 0


def test_applying_is_the_ordinary_services(works: Factory) -> None:
    monday = working_monday()
    order = sold(works, 40, monday + 2 * DAY)
    line = order.lines.get()
    found = calculated(
        works,
        *overtime(works, monday),
        ("line", {"order_line": line.pk, "on": monday + 7 * DAY, "quantity": D(30)}),
        ("order", {"party": order.customer, "product": works.bike, "quantity": D(8), "on": monday, "price": D(1900)}),
        ("supplier", {"party": works.supplier, "product": works.frame, "price": D(290), "lead_days": 6}),
        ("planning", {"product": works.wheel, "safety_stock": D(50)}),
    )
    every = list(found.changes.values_list("pk", flat=True))
    assert scenario_conflicts(actor=works.actor, scenario=found, changes=every) == []
    assert SalesOrder.objects.count() == 1  # what was tried was undone
    scenario_apply(actor=works.actor, scenario=found, changes=every)
    line.refresh_from_db()
    assert (line.quantity, line.requested_on) == (30, monday + 7 * DAY)
    draft = SalesOrder.objects.exclude(pk=order.pk).get()
    assert (draft.status, draft.lines.get().quantity, draft.lines.get().unit_price) == ("draft", 8, 1900)
    offer = SupplierPrice.objects.get(product=works.frame)
    assert (offer.price, offer.lead_time_days, offer.is_preferred) == (290, 6, True)
    works.wheel.refresh_from_db()
    assert works.wheel.safety_stock == 50
    assert WorkTimeChange.objects.filter(work_centre=works.centre, kind="overtime").count() == 2
    found.refresh_from_db()
    assert found.state == "applied"
    with pytest.raises(NotFound):
        scenario_apply(actor=works.actor, scenario=found, changes=every)


def test_what_changed_meanwhile_is_a_conflict_and_nothing_is_applied(works: Factory) -> None:
    monday = working_monday()
    order = sold(works, 40, monday + 2 * DAY)
    line = order.lines.get()
    found = calculated(
        works,
        ("line", {"order_line": line.pk, "quantity": D(30)}),
        ("planning", {"product": works.wheel, "safety_stock": D(50)}),
    )
    moved, fine = found.changes.order_by("pk")
    sales_order_change(actor=works.actor, order=order, lines=[{"id": line.pk, "quantity": D(35)}])
    [conflict] = scenario_conflicts(actor=works.actor, scenario=found, changes=[moved.pk, fine.pk])
    assert (conflict.change, conflict.kind, conflict.fields) == (moved.pk, "changed", {"quantity": ("40", "35")})
    with pytest.raises(ScenarioConflict):
        scenario_apply(actor=works.actor, scenario=found, changes=[moved.pk, fine.pk])
    works.wheel.refresh_from_db()
    assert works.wheel.safety_stock == 0
    # The other one alone may go, and the first once it was calculated anew.
    scenario_apply(actor=works.actor, scenario=found, changes=[fine.pk])
    again = scenario_calculate(actor=works.actor, scenario=found.pk)
    scenario_apply(actor=works.actor, scenario=again, changes=[moved.pk])
    line.refresh_from_db()
    assert line.quantity == 30


def test_what_the_services_refuse_is_told_before(works: Factory) -> None:
    """A change that was never calculated, an offer without a price, and a line of an order that ended."""
    other = _supplier(works)
    found = calculated(
        works,
        ("supplier", {"party": other, "product": works.frame, "lead_days": 3}),
        ("planning", {"product": works.wheel, "lead_days": 4000}),
    )
    unpriced, too_long = found.changes.order_by("pk")
    told = scenario_conflicts(actor=works.actor, scenario=found, changes=[unpriced.pk, too_long.pk])
    assert {(c.change, c.kind) for c in told} == {(unpriced.pk, "refused"), (too_long.pk, "refused")}
    fresh = scenario_change_put(
        actor=works.actor, scenario=found, kind="planning", values={"product": works.wheel, "safety_stock": D(1)}
    )
    [conflict] = scenario_conflicts(actor=works.actor, scenario=found, changes=[fresh.pk])
    assert conflict.kind == "not_calculated"


def _supplier(factory: Factory) -> Party:
    with acting(factory.actor):
        other = Party(code="S-2", name="Quick frames", is_supplier=True)
        other.save()
    return other


def test_a_planner_without_sales_rights_is_told_and_refused(works: Factory) -> None:
    monday = working_monday()
    order = sold(works, 40, monday + 2 * DAY)
    found = calculated(works, ("line", {"order_line": order.lines.get().pk, "quantity": D(30)}))
    change = found.changes.get()
    rights = {"production.scenario.apply", "production.scenario.view", "shared.sales_order.view"}
    planner = replace(works.actor, permissions=frozenset(rights))
    [conflict] = scenario_conflicts(actor=planner, scenario=found, changes=[change.pk])
    assert conflict.kind == "refused"
    with pytest.raises(Forbidden):
        scenario_apply(actor=planner, scenario=found, changes=[change.pk])


def test_a_change_says_what_its_kind_needs(works: Factory) -> None:
    scenario = scenario_create(actor=works.actor, name="Try it")
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("line", {"order_line": 99_999_999, "quantity": D(1)}, "order_line"),
        ("order", {"party": works.supplier, "product": works.bike, "quantity": D(1), "on": date(2030, 1, 1)}, "party"),
        (
            "overtime",
            {"work_centre": works.centre, "starts_at": at(date(2030, 1, 2), 8), "ends_at": at(date(2030, 1, 1), 8)},
            "ends_at",
        ),
        ("supplier", {"party": works.supplier, "product": works.frame}, "price"),
        ("planning", {"product": works.frame}, "safety_stock"),
        ("planning", {"product": works.frame, "safety_stock": D(-1)}, "safety_stock"),
    ]
    for kind, values, field in wrong:
        with pytest.raises(Invalid) as refused:
            scenario_change_put(actor=works.actor, scenario=scenario, kind=kind, values=values)
        assert refused.value.errors[0].field == field
    kept = scenario_change_put(
        actor=works.actor, scenario=scenario, kind="planning",
        values={"product": works.frame, "safety_stock": D(1), "party": works.supplier},
    )  # fmt: skip
    assert kept.party is None  # what the kind does not know is left out
    scenario_change_drop(actor=works.actor, change=kept)
    assert not scenario.changes.exists()
