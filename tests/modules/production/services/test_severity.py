"""The severity of sampling follows the lots of a supplier; limits of a control chart stay as they were fixed. Lots of a
hundred at AQL 1.0 (letter F): normal looks at 13 (row E), tightened at 20, reduced at 5; no bad piece is allowed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.production.models import Characteristic, Inspection, InspectionPlan
from modules.production.selectors.quality_charts import control_chart
from modules.production.services.control_limits import control_limits_fix, control_limits_free
from modules.production.services.inspection_plans import inspection_plan_create
from modules.production.services.inspections import (
    inspection_create,
    inspection_judge,
    inspection_record,
    inspection_repeat,
    inspection_resume,
)
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.tenancy.context import Company, current
from tests.modules.inventory.stock_world import World

D = Decimal


@pytest.fixture
def world(serving_acme: Company, actor: Actor) -> World:
    return World(actor)


def plan_of(world: World, product: Product, **values: bool) -> InspectionPlan:
    return inspection_plan_create(
        actor=world.actor, name=f"AQL {product.code}", stage="incoming", product=product, sampling="aql", aql="1.0",
        characteristics=[{"name": "Straight", "kind": "attribute"}], **values,
    )  # fmt: skip


def came(world: World, product: Product) -> Inspection:
    before = set(Inspection.objects.values_list("pk", flat=True))
    world.receive(world.purchase((product, 100, 1)))
    return Inspection.objects.exclude(pk__in=before).get()


def judged(world: World, inspection: Inspection, *, good: bool) -> Inspection:
    found = {str(inspection.checks.get().pk): {"bad_pieces": [] if good else [1]}}
    inspection_record(actor=world.actor, inspection=inspection, readings=found)
    return inspection_judge(actor=world.actor, inspection=inspection)


def test_from_normal_to_tightened_to_stop_and_back(world: World) -> None:
    bolt = world.product()
    plan_of(world, bolt)
    first = came(world, bolt)
    assert (first.severity, first.sample_size) == ("normal", 13)
    refused = judged(world, first, good=False)
    again = inspection_repeat(actor=world.actor, inspection=refused)
    judged(world, again, good=False)  # not original inspection: it does not count
    assert came(world, bolt).severity == "normal"
    judged(world, Inspection.objects.get(status="open"), good=False)
    waits = came(world, bolt)
    assert (waits.severity, waits.sample_size) == ("tightened", 20)
    with pytest.raises(StateRefused):
        inspection_resume(actor=world.actor, inspection=waits, reason="New tool")
    judged(world, waits, good=False)
    for _ in range(4):
        judged(world, came(world, bolt), good=False)
    stopped, also = came(world, bolt), came(world, bolt)
    assert {stopped.severity, also.severity} == {"stopped"}
    with pytest.raises(StateRefused):
        judged(world, stopped, good=True)
    with pytest.raises(Invalid):
        inspection_resume(actor=world.actor, inspection=also, reason=" ")
    inspection_resume(actor=world.actor, inspection=also, reason="The supplier has a new tool")
    stopped.refresh_from_db()
    assert (stopped.severity, stopped.resumed_on, stopped.note) == (
        "tightened", current().today(), "The supplier has a new tool"
    )  # fmt: skip
    judged(world, stopped, good=True)
    judged(world, Inspection.objects.get(pk=also.pk), good=True)
    for _ in range(3):
        judged(world, came(world, bolt), good=True)
    assert came(world, bolt).severity == "normal"


def test_reduced_where_it_is_allowed_and_only_for_this_product(world: World) -> None:
    bolt, nut = world.products(2)
    plan_of(world, bolt, reduced_allowed=True)
    plan_of(world, nut)
    for _ in range(15):  # two points each: 30
        judged(world, came(world, bolt), good=True)
        judged(world, came(world, nut), good=True)
    less = came(world, bolt)
    assert (less.severity, less.sample_size, came(world, nut).severity) == ("reduced", 5, "normal")
    judged(world, less, good=False)
    assert came(world, bolt).severity == "normal"


def test_without_switching_nothing_changes(world: World) -> None:
    bolt = world.product()
    plan_of(world, bolt, switching=False)
    for _ in range(3):
        judged(world, came(world, bolt), good=False)
    assert came(world, bolt).severity == "normal"


def test_limits_stay_as_they_were_fixed(world: World) -> None:
    """Ten samples of two: 10 and 12, mean 11, range 2: 11 ± 1.880 × 2 = 7.24 to 14.76. Then the process runs at 20 and
    21: with its own limits only what came before looks strange, with the fixed ones all that comes now does."""
    bolt = world.product()
    inspection_plan_create(
        actor=world.actor, name="Width", stage="in_process", product=bolt, sampling="fixed", sample_size=2,
        characteristics=[{"name": "Width", "kind": "measured", "lower": D(5), "upper": D(25)}],
    )  # fmt: skip
    width, today = Characteristic.objects.get(name="Width"), current().today()

    def measured(values: list[str], times: int) -> None:
        for _ in range(times):
            one = inspection_create(actor=world.actor, product=bolt, stage="in_process", quantity=D(10))
            readings = {str(one.checks.get().pk): {"values": values}}
            inspection_record(actor=world.actor, inspection=one, readings=readings)

    measured(["10", "12"], 9)
    with pytest.raises(Invalid):
        control_limits_fix(actor=world.actor, characteristic=width, since=today, until=today)
    measured(["10", "12"], 1)
    width = control_limits_fix(actor=world.actor, characteristic=width, since=today, until=today)
    measured(["20", "21"], 10)
    told = control_chart(width, today - timedelta(days=1), today)
    main, spread = told["charts"]
    assert told["base"]["samples"] == 10
    assert {(p["lower"], p["centre"], p["upper"]) for p in main["points"]} == {(D("7.24"), D(11), D("14.76"))}
    assert {(p["centre"], p["upper"]) for p in spread["points"]} == {(D(2), D("6.534"))}
    assert [1 in p["tests"] for p in main["points"]] == [False] * 10 + [True] * 10
    width = control_limits_free(actor=world.actor, characteristic=width)
    told = control_chart(width, today - timedelta(days=1), today)
    assert (told["base"], told["charts"][0]["points"][0]["centre"]) == (None, D("15.75"))
