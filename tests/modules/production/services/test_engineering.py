"""Engineering: where things go, versions beside each other, replacing in many bills, changes that take effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.production.errors import BomCycle
from modules.production.models import BillOfMaterials, EngineeringChange, PlannedOrder
from modules.production.selectors.bom_comparison import bom_comparison
from modules.production.selectors.change_effect import change_effect
from modules.production.selectors.where_used import uses_of
from modules.production.services import (
    bom_component_replace,
    bom_create,
    bom_output_create,
    bom_update,
    bom_version_create,
    cost_roll_up_apply,
    cost_roll_up_create,
    engineering_change_approve,
    engineering_change_cancel,
    engineering_change_create,
    engineering_change_submit,
    planning_run,
    production_order_create,
    production_order_release,
)
from modules.production.services.bom_versions import replacements
from modules.production.services.changes import engineering_changes_take_effect
from modules.shared.data.models import Product
from tenon.access.actor import Actor, system
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory

D = Decimal


@pytest.fixture
def alloy(factory: Factory) -> Product:
    """A spoke that is lighter, at 0.80."""
    with acting(factory.actor):
        product = Product(code="ALLOY", name="Alloy spoke", unit=factory.bike.unit, standard_cost=D("0.80"))
        product.save()
    return product


def lighter(factory: Factory, alloy: Product, per: int = 28) -> BillOfMaterials:
    """Version 2 of the wheel, not active: 28 alloy spokes for 32 of steel."""
    version = bom_version_create(actor=factory.actor, bom=factory.wheel.boms.get(is_active=True))
    return bom_update(actor=factory.actor, bom=version, lines=[{"component": alloy, "quantity": D(per)}])


def change_of(factory: Factory, bom: BillOfMaterials, on: date) -> EngineeringChange:
    made = engineering_change_create(actor=factory.actor, title="Lighter", effective_on=on, lines=[{"bom": bom}])
    return engineering_change_submit(actor=factory.actor, change=made)


def another() -> Actor:
    return system("second pair of eyes")


def in_days(days: int) -> date:
    return current().today() + timedelta(days=days)


def test_a_spoke_goes_into_wheels_and_bicycles(factory: Factory) -> None:
    uses = [(u.code, u.level, u.quantity) for u in uses_of([factory.spoke.pk], current().today())]
    assert uses == [("WHEEL", 1, 32), ("BIKE", 2, 64)]


def test_two_versions_beside_each_other(factory: Factory, alloy: Product) -> None:
    old = factory.bike.boms.get()
    new = bom_version_create(actor=factory.actor, bom=old)
    assert (new.revision, new.is_active) == ("2", False)
    assert {r.change for r in bom_comparison(old, new)} == {"same"}
    lines = [{"component": factory.wheel, "quantity": D(3)}, {"component": alloy, "quantity": D(1)}]
    new = bom_update(actor=factory.actor, bom=new, lines=lines, output_quantity=D(2))
    bom_output_create(actor=factory.actor, bom=new, product=factory.spoke, quantity=D(1))
    rows = [(r.kind, r.change, r.code, r.left, r.right, r.fields) for r in bom_comparison(old, new)]
    assert rows == [
        ("head", "changed", "", None, None, {"output_quantity": ("1", "2")}),
        ("component", "removed", "FRAME", 1, None, {}),
        ("component", "changed", "WHEEL", 2, 3, {"quantity": ("2", "3")}),
        ("component", "added", "ALLOY", None, 1, {}),
        ("by_product", "added", "SPOKE", None, 1, {}),
    ]


def test_a_component_is_replaced_in_all_bills_as_new_versions(factory: Factory, alloy: Product) -> None:
    with acting(factory.actor):
        trike = Product(code="TRIKE", name="Trike", unit=factory.bike.unit, source="make")
        trike.save()
    bom_create(
        actor=factory.actor, product=trike,
        lines=[{"component": factory.spoke, "quantity": D(8)}, {"component": factory.frame, "quantity": D(1)}],
    )  # fmt: skip
    seen = [(r.bom.product.code, r.before, r.after) for r in replacements(factory.spoke, alloy, D("0.5"))]
    assert seen == [("TRIKE", 8, 4), ("WHEEL", 32, 16)]
    assert BillOfMaterials.objects.filter(revision="2").count() == 0  # looking changes nothing
    rows, change = bom_component_replace(
        actor=factory.actor, component=factory.spoke, replacement=alloy, ratio=D("0.5")
    )
    assert change is None
    assert [(r.made.product.code, r.made.revision, r.made.is_active) for r in rows if r.made] == [
        ("TRIKE", "2", True), ("WHEEL", "2", True),
    ]  # fmt: skip
    active = BillOfMaterials.objects.get(product=trike, is_active=True)
    assert [(x.component.code, x.quantity) for x in active.lines.all()] == [("ALLOY", 4), ("FRAME", 1)]
    assert BillOfMaterials.objects.get(product=trike, revision="1").is_active is False
    with pytest.raises(StateRefused):
        bom_component_replace(actor=factory.actor, component=factory.spoke, replacement=alloy)
    with pytest.raises(Invalid):
        bom_component_replace(actor=factory.actor, component=alloy, replacement=alloy)
    with pytest.raises(BomCycle):
        bom_component_replace(actor=factory.actor, component=alloy, replacement=factory.bike)


def test_replacing_on_a_day_is_the_draft_of_a_change(factory: Factory, alloy: Product) -> None:
    _rows, change = bom_component_replace(
        actor=factory.actor, component=factory.spoke, replacement=alloy, effective_on=in_days(30)
    )
    assert change is not None
    assert (change.status, change.title) == ("draft", "ALLOY for SPOKE")
    assert [line.bom.product.code for line in change.lines.all()] == ["WHEEL"]
    assert factory.wheel.boms.get(is_active=True).revision == "1"


def test_needs_before_the_day_take_the_old_version_and_later_ones_the_new(factory: Factory, alloy: Product) -> None:
    """Two orders of ten wheels, one to begin before the change and one after: 320 spokes and 280 of alloy."""
    change = change_of(factory, lighter(factory, alloy), in_days(30))
    early = production_order_create(
        actor=factory.actor, product=factory.wheel, quantity=D(10), start_on=in_days(10), due_on=in_days(12)
    )
    late = production_order_create(
        actor=factory.actor, product=factory.wheel, quantity=D(10), start_on=in_days(40), due_on=in_days(42)
    )
    with pytest.raises(Forbidden):  # who owns the company may be alone in it
        engineering_change_approve(actor=replace(factory.actor, roles=("planner",)), change=change)
    assert [c.product.code for c in late.components.all()] == ["SPOKE"]
    change = engineering_change_approve(actor=another(), change=change)
    assert change.status == "approved"
    late.refresh_from_db()
    assert [(c.product.code, c.required) for c in early.components.all()] == [("SPOKE", 320)]
    assert [(c.product.code, c.required) for c in late.components.all()] == [("ALLOY", 280)]
    made = production_order_create(
        actor=factory.actor, product=factory.wheel, quantity=D(1), start_on=in_days(30), due_on=in_days(31)
    )
    assert made.bom is not None
    assert made.bom.revision == "2"
    run = planning_run(actor=factory.actor)
    rows = PlannedOrder.objects.filter(run=run, product__in=(factory.spoke, alloy)).order_by("due_on")
    assert [(p.product.code, p.quantity) for p in rows] == [("SPOKE", 320), ("ALLOY", 28), ("ALLOY", 280)]


def test_bicycles_that_nobody_has_planned_yet_take_what_holds_on_their_day(factory: Factory, alloy: Product) -> None:
    """Wheels of proposals, too: one bicycle before the day and one after it."""
    engineering_change_approve(actor=another(), change=change_of(factory, lighter(factory, alloy), in_days(60)))
    for start in (30, 90):
        production_order_create(
            actor=factory.actor, product=factory.bike, quantity=D(1), start_on=in_days(start), due_on=in_days(start + 3)
        )
    run = planning_run(actor=factory.actor)
    rows = PlannedOrder.objects.filter(run=run, product__in=(factory.spoke, alloy)).order_by("due_on")
    assert [(p.product.code, p.quantity) for p in rows] == [("SPOKE", 64), ("ALLOY", 56)]


def test_it_takes_effect_on_its_day_and_released_orders_keep_theirs(factory: Factory, alloy: Product) -> None:
    change = change_of(factory, lighter(factory, alloy), in_days(1))
    change = engineering_change_approve(actor=another(), change=change)
    released = factory.order(1, product=factory.wheel)
    assert engineering_changes_take_effect() == 0
    with acting(factory.actor):
        change.effective_on = current().today()
        change.save()
    assert engineering_changes_take_effect() == 1
    change.refresh_from_db()
    [line] = change.lines.all()
    assert change.status == "effective"
    assert line.replaced is not None
    assert (line.replaced.revision, line.bom.is_active) == ("1", True)
    assert [c.product.code for c in released.components.all()] == ["SPOKE"]
    assert [c.product.code for c in factory.order(1, product=factory.wheel).components.all()] == ["ALLOY"]
    assert engineering_changes_take_effect() == 0


def test_a_change_that_would_close_a_circle_is_refused(factory: Factory) -> None:
    version = bom_version_create(actor=factory.actor, bom=factory.wheel.boms.get())
    with pytest.raises(BomCycle):
        bom_update(actor=factory.actor, bom=version, lines=[{"component": factory.bike, "quantity": D(1)}])
    with acting(factory.actor):
        hub = Product(code="HUB", name="Hub", unit=factory.bike.unit, source="make")
        hub.save()
    bom_update(actor=factory.actor, bom=version, lines=[{"component": hub, "quantity": D(1)}])
    change = change_of(factory, version, in_days(9))
    bom_create(actor=factory.actor, product=hub, lines=[{"component": factory.bike, "quantity": D(1)}])
    with pytest.raises(BomCycle):
        engineering_change_approve(actor=another(), change=change)


def test_once_approved_a_circle_with_it_is_refused_too(factory: Factory) -> None:
    with acting(factory.actor):
        hub = Product(code="HUB", name="Hub", unit=factory.bike.unit, source="make")
        hub.save()
    version = bom_version_create(actor=factory.actor, bom=factory.wheel.boms.get())
    bom_update(actor=factory.actor, bom=version, lines=[{"component": hub, "quantity": D(1)}])
    engineering_change_approve(actor=another(), change=change_of(factory, version, in_days(9)))
    with pytest.raises(BomCycle):
        bom_create(actor=factory.actor, product=hub, lines=[{"component": factory.bike, "quantity": D(1)}])


def test_dropping_an_approved_change_brings_drafts_back(factory: Factory, alloy: Product) -> None:
    change = change_of(factory, lighter(factory, alloy), in_days(3))
    change = engineering_change_approve(actor=another(), change=change)
    draft = production_order_create(
        actor=factory.actor, product=factory.wheel, quantity=D(1), start_on=in_days(5), due_on=in_days(6)
    )
    released = production_order_create(
        actor=factory.actor, product=factory.wheel, quantity=D(1), start_on=in_days(5), due_on=in_days(6)
    )
    production_order_release(actor=factory.actor, order=released)
    engineering_change_cancel(actor=factory.actor, change=change)
    assert [c.product.code for c in draft.components.all()] == ["SPOKE"]
    assert [c.product.code for c in released.components.all()] == ["ALLOY"]


def test_the_effect_on_stock_orders_and_cost(factory: Factory, alloy: Product) -> None:
    """40 spokes at 0.50 lie there, two wheels are to begin after the change. Material of a wheel: 32 × 0.50 = 16.00
    before, 28 × 0.80 = 22.40 after."""
    lines = [{"product": factory.spoke, "quantity": D(40), "unit_cost": D("0.50")}]
    adjustment_post(actor=factory.actor, adjustment=adjustment_create(actor=factory.actor, kind="opening", lines=lines))
    order = production_order_create(
        actor=factory.actor, product=factory.wheel, quantity=D(2), start_on=in_days(40), due_on=in_days(42)
    )
    change = change_of(factory, lighter(factory, alloy), in_days(30))
    [row] = change_effect(change)
    assert (row["material_before"], row["material_after"]) == (16, D("22.4"))
    assert [(r["product"]["label"], r["on_hand"], r["value"]) for r in row["removed"]] == [("SPOKE", 40, 20)]
    assert [(r["product"]["label"], r["on_hand"]) for r in row["added"]] == [("ALLOY", 0)]
    assert [(o["label"], o["follows"]) for o in row["orders"]] == [(order.number, True)]
    assert row["customers"] == []


def test_standard_costs_are_rolled_up_kept_and_applied(factory: Factory) -> None:
    """A wheel is 32 × 0.50 = 16.00, a bicycle 300 + 2 × 16 = 332.00; spokes at 0.75 make it 24.00 and 348.00."""
    first = cost_roll_up_create(actor=factory.actor, title="First")
    assert {x.product.code: x.total for x in first.costs.all()} == {"WHEEL": 16, "BIKE": 332}
    cost_roll_up_apply(actor=factory.actor, roll_up=first)
    factory.wheel.refresh_from_db()
    assert factory.wheel.standard_cost == 16
    with pytest.raises(StateRefused):
        cost_roll_up_apply(actor=factory.actor, roll_up=first)
    with acting(factory.actor):
        factory.spoke.standard_cost = D("0.75")
        factory.spoke.save()
    second = cost_roll_up_create(actor=factory.actor)
    assert {x.product.code: (x.total, x.standard_before) for x in second.costs.all()} == {
        "WHEEL": (24, 16), "BIKE": (348, 332),
    }  # fmt: skip
    assert {x.product.code: x.total for x in first.costs.all()} == {"WHEEL": 16, "BIKE": 332}
