"""The schedule of a factory: placed, dragged, rushed, kept from changing underfoot, and audited."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from modules.production.errors import ScheduleChanged
from modules.production.models import Operation, ProductionOrder, ProductionOrderOperation, WorkCentre
from modules.production.models import Resource as Tool
from modules.production.rules.scheduling.terms import Schedule
from modules.production.selectors.late_orders import late_orders
from modules.production.selectors.scheduling import floor
from modules.production.selectors.scheduling_board import schedule_board
from modules.production.services.scheduling import (
    Proposal,
    operation_move,
    operation_move_preview,
    operation_unfix,
    rush_accept,
    rush_preview,
    schedule_in_steps,
)
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tests.modules.production.factory import Factory
from tests.modules.production.rules.scheduling.checker import contradictions

D = Decimal


@pytest.fixture
def routed(factory: Factory) -> Factory:
    """A bicycle is welded (two hours) on one machine, with a jig of which there is one, and assembled (an hour)."""
    with acting(factory.actor):
        weld = WorkCentre(code="WELD", name="Welding", hours_per_week=D(40))
        weld.save()
        jig = Tool(code="JIG", name="Jig")
        jig.save()
        Operation(product=factory.bike, position=10, name="Weld", work_centre=weld, run_minutes=D(120), tool=jig).save()
        Operation(
            product=factory.bike, position=20, name="Assemble", work_centre=factory.centre, run_minutes=D(60),
            setup_minutes=D(30),
        ).save()  # fmt: skip
    return factory


def silent(share: float, words: str) -> None:
    assert 0 <= share <= 1
    assert words


def run(factory: Factory, direction: str = "forward", seconds: int = 0) -> Proposal:
    return schedule_in_steps(
        actor=factory.actor, direction=direction, seconds=seconds, frozen_hours=0, tell=silent
    )  # fmt: skip


def planned(order: ProductionOrder) -> list[ProductionOrderOperation]:
    return list(order.operations.order_by("position"))


def feasible() -> None:
    there = floor()
    assert contradictions(there.shop, Schedule(there.bars, frozenset(set(there.shop.tasks) - set(there.bars)))) == []


def test_everything_is_placed_one_after_the_other_on_one_machine(routed: Factory) -> None:
    first, second = routed.order(2), routed.order(3)
    found = run(routed)
    assert not found.schedule.unplaced
    feasible()
    welds = [planned(first)[0], planned(second)[0]]
    assert {o.machine for o in welds} == {1}
    (one, other) = sorted(welds, key=lambda o: o.planned_start or timezone.now())
    assert one.planned_end <= other.planned_start  # type: ignore[operator]
    assembled = planned(first)[1]
    assert assembled.planned_start >= planned(first)[0].planned_end  # type: ignore[operator]
    # The same again writes nothing: versions stay.
    versions = list(ProductionOrderOperation.objects.order_by("pk").values_list("version", flat=True))
    with acting(routed.actor):
        assert run(routed).slips == []
    assert list(ProductionOrderOperation.objects.order_by("pk").values_list("version", flat=True)) == versions


def test_backwards_ends_when_it_is_due_and_the_solver_changes_nothing_that_is_good(routed: Factory) -> None:
    order = routed.order(1)
    with acting(routed.actor):
        order.due_on += timedelta(days=14)
        order.save()
    run(routed, "backward", seconds=1)
    feasible()
    last = planned(order)[-1]
    assert last.planned_end is not None
    assert order.due_on - timedelta(days=4) <= last.planned_end.date() <= order.due_on + timedelta(days=1)


def test_a_dragged_operation_is_shown_first_then_fixed_and_the_others_give_way(routed: Factory) -> None:
    first, second = routed.order(2), routed.order(3)
    run(routed)
    one, other = sorted((planned(first)[0], planned(second)[0]), key=lambda o: o.planned_start or timezone.now())
    assert one.planned_start is not None
    where: dict[str, Any] = {"start": one.planned_start, "work_centre": one.work_centre_id, "machine": 1}
    shown = operation_move_preview(actor=routed.actor, operation=other, **where)
    other.refresh_from_db()
    assert other.version == 1 + (other.planned_start is not None), "a preview writes nothing"
    assert one.order_id in {s.job for s in shown.slips if s.minutes > 0}
    operation_move(actor=routed.actor, operation=other, **where, revision=shown.floor.revision)
    other.refresh_from_db()
    one.refresh_from_db()
    assert other.is_fixed
    assert other.planned_end <= one.planned_start  # type: ignore[operator]
    feasible()
    with pytest.raises(ScheduleChanged):
        operation_move(actor=routed.actor, operation=other, **where, revision=shown.floor.revision)
    # It stays there when everything is scheduled anew, until it is let go.
    start = other.planned_start
    run(routed)
    other.refresh_from_db()
    assert other.planned_start == start
    assert not operation_unfix(actor=routed.actor, operation=other).is_fixed


def test_what_cannot_be_moved_there_is_refused(routed: Factory) -> None:
    order = routed.order(1)
    run(routed)
    weld = planned(order)[0]
    start = timezone.now()
    with pytest.raises(Invalid):
        operation_move_preview(
            actor=routed.actor, operation=weld, start=start, work_centre=routed.centre.pk, machine=1
        )  # fmt: skip
    with pytest.raises(Invalid):
        operation_move_preview(
            actor=routed.actor, operation=weld, start=start, work_centre=weld.work_centre_id or 0, machine=2
        )
    with acting(routed.actor):
        weld.status = "running"
        weld.save()
    with pytest.raises(StateRefused):
        operation_move_preview(
            actor=routed.actor, operation=weld, start=start, work_centre=weld.work_centre_id or 0, machine=1
        )


def test_a_rush_order_shows_who_slips_and_by_how_much(routed: Factory) -> None:
    calm = [routed.order(4), routed.order(4)]
    run(routed)
    hurry = routed.order(1)
    with acting(routed.actor):
        hurry.due_on = hurry.start_on
        hurry.save()
    shown = rush_preview(actor=routed.actor, orders=[hurry.pk])
    assert planned(hurry)[0].planned_start is None
    late = {s.job: s.minutes for s in shown.slips if s.minutes}
    assert set(late) <= {o.pk for o in calm}
    assert late
    assert all(minutes > 0 for minutes in late.values())
    rush_accept(actor=routed.actor, orders=[hurry.pk], revision=shown.floor.revision)
    feasible()
    assert planned(hurry)[0].planned_start <= min(planned(o)[0].planned_start for o in calm)  # type: ignore[type-var, operator]
    draft = routed.order(1, release=False)
    with pytest.raises(Invalid):
        rush_preview(actor=routed.actor, orders=[draft.pk])


def test_changes_are_audited_and_who_may_not_is_refused(routed: Factory) -> None:
    order = routed.order(1)
    run(routed)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from records_audit where table_name = %s and row_id = %s and actor = %s",
            ["production_productionorderoperation", planned(order)[0].pk, routed.actor.ref],
        )
        assert cursor.fetchone()[0] >= 2
    stranger = replace(routed.actor, permissions=frozenset(), roles=())
    with pytest.raises(Forbidden):
        rush_preview(actor=stranger, orders=[order.pk])
    with pytest.raises(Forbidden):
        operation_unfix(actor=stranger, operation=planned(order)[0])


def test_the_board_says_what_stands_where_and_how_much_is_free(routed: Factory) -> None:
    order = routed.order(2)
    run(routed)
    waiting = routed.order(1)
    today = timezone.localdate()
    shown = schedule_board(today, today + timedelta(days=7))
    mine = [bar for bar in shown["bars"] if bar["order"]["id"] == order.pk]
    assert [bar["name"] for bar in mine] == ["Weld", "Assemble"]
    assert [row["order"]["id"] for row in shown["waiting"]] == [waiting.pk]
    weld = next(c for c in shown["centres"] if c["label"] == "Welding")
    assert sum(day["planned"] for day in weld["days"]) == 240
    assert max(day["capacity"] for day in weld["days"]) == 480
    for _ in range(5):
        routed.order(1)
    run(routed)
    with CaptureQueriesContext(connection) as few:
        schedule_board(today, today + timedelta(days=7))
    assert len(few) <= 14


def test_why_orders_are_late_is_told_from_what_they_wait_for(routed: Factory) -> None:
    first, second = routed.order(2), routed.order(3)
    run(routed)
    before = planned(first)[0]
    assert before.planned_end is not None
    # Both due yesterday: the first is welded first, the second waits for the machine until then.
    ProductionOrder.objects.filter(pk__in=[first.pk, second.pk]).update(
        due_on=timezone.localdate() - timedelta(days=1), start_on=timezone.localdate() - timedelta(days=3)
    )
    found = {row["order"]["id"]: row for row in late_orders()}
    assert set(found) == {first.pk, second.pk}
    behind = [r for r in found[second.pk]["reasons"] if r["resource"] == "Welding"]
    assert [(r["why"], r["orders"]) for r in behind] == [("queue", [{"id": first.pk, "label": first.number}])]
    assert {r["why"] for r in found[first.pk]["reasons"]} == {"started"}  # three days before it began
    assert all(row["minutes"] > 0 and row["reasons"] for row in found.values())
    with CaptureQueriesContext(connection) as two:
        late_orders()
    third = routed.order(2)
    run(routed)
    ProductionOrder.objects.filter(pk=third.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    with CaptureQueriesContext(connection) as three:
        assert len(late_orders()) == 3
    assert len(three) == len(two)
