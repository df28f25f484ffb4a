"""Inspections: made when goods come, holding their lots until the verdict."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.models import Lot, Receipt, StockBalance
from modules.inventory.services.delivery import delivery_create, delivery_post
from modules.inventory.services.lot_quality import lot_hold, lot_release
from modules.inventory.services.receipt_return import receipt_return
from modules.inventory.services.transfer import stock_scrap, stock_transfer
from modules.production.models import Characteristic, Inspection, InspectionPlan
from modules.production.services.inspection_plans import (
    characteristic_create,
    inspection_plan_create,
    inspection_plan_update,
)
from modules.production.services.inspections import (
    inspection_concede,
    inspection_create,
    inspection_judge,
    inspection_record,
    inspection_repeat,
)
from modules.production.services.shop_floor import production_order_report
from modules.shared.data.models import Product, ProductCategory
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.problems import Conflict, Forbidden, Invalid, StateRefused
from tenon.records.service import acting
from tenon.tenancy.context import Company, serving
from tests.modules.inventory.stock_world import World
from tests.modules.production.factory import Factory
from tests.platform.api.client import Api

D = Decimal
WIDTH = {"name": "Width", "kind": "measured", "unit": "mm", "lower": D("9.95"), "upper": D("10.05")}
SCRATCHES = {"name": "No scratches", "kind": "attribute"}


@pytest.fixture
def world(serving_acme: Company, actor: Actor) -> World:
    return World(actor)


@pytest.fixture
def second(actor: Actor) -> Actor:
    """Another planner."""
    with acting(actor):
        member = Member.objects.create(person_id=4_712, name="Second", email="second@acme.example")
    return replace(actor, member_id=member.pk, label="Second")


def plan_of(world: World, product: Product, stage: str = "incoming", **values: Any) -> InspectionPlan:
    values.setdefault("sampling", "fixed")
    if values["sampling"] == "fixed":
        values.setdefault("sample_size", 3)
    return inspection_plan_create(
        actor=world.actor, name=f"{stage} {product.code}", stage=stage, product=product,
        characteristics=[WIDTH, SCRATCHES], **values,
    )  # fmt: skip


def bought(world: World, product: Product, lots: str, quantity: int) -> Inspection:
    order = world.purchase((product, quantity, 10))
    world.receive(order, [{"order_line": order.lines.get().pk, "quantity": quantity, "lots": lots}])
    return Inspection.objects.get(product=product, lot=lots)


def found(world: World, inspection: Inspection, values: list[str], bad: list[int]) -> Inspection:
    width, scratches = inspection.checks.order_by("position")
    return inspection_record(
        actor=world.actor, inspection=inspection,
        readings={str(width.pk): {"values": values}, str(scratches.pk): {"bad_pieces": bad}},
    )  # fmt: skip


def quality(product: Product, number: str) -> tuple[str, str]:
    return Lot.objects.values_list("quality", "quality_reason").get(product=product, number=number)


def test_goods_that_came_are_held_and_not_locked_until_they_are_accepted(world: World) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    sale = world.sale((steel, 4))
    inspection = bought(world, steel, "L-1", 10)
    assert (inspection.stage, inspection.quantity, inspection.sample_size, inspection.accept) == ("incoming", 10, 3, 0)
    assert inspection.source_label.startswith("GR-")
    assert quality(steel, "L-1") == ("held", inspection.number)
    assert world.balance(steel) == (D(10), D(0))
    with pytest.raises(StateRefused):
        lot_release(actor=world.actor, lot=Lot.objects.get(product=steel, number="L-1"))
    found(world, inspection, ["9.95", "10", "10.05"], [])
    judged = inspection_judge(actor=world.actor, inspection=inspection)
    assert (judged.status, judged.bad, judged.judged_by_id) == ("accepted", 0, world.actor.member_id)
    assert quality(steel, "L-1") == ("released", "")
    delivery = delivery_create(actor=world.actor, order=sale)
    assert delivery_post(actor=world.actor, delivery=delivery).status == "posted"
    world.prove()


def test_what_is_refused_is_taken_by_a_second_person_only(world: World, second: Actor) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    inspection = bought(world, steel, "L-1", 10)
    found(world, inspection, ["9.90", "10", "10.20"], [3])
    judged = inspection_judge(actor=world.actor, inspection=inspection)
    assert (judged.status, judged.bad) == ("rejected", 2)
    assert quality(steel, "L-1") == ("rejected", inspection.number)
    with pytest.raises(Forbidden):
        inspection_concede(actor=world.actor, inspection=inspection, deviation="Will be machined anyway")
    with pytest.raises(Invalid):
        inspection_concede(actor=second, inspection=inspection, deviation=" ")
    taken = inspection_concede(actor=second, inspection=inspection, deviation="Will be machined anyway")
    assert (taken.status, taken.conceded_by_id) == ("conceded", second.member_id)
    assert quality(steel, "L-1") == ("released", "")


def test_sorted_goods_are_inspected_again_and_the_new_verdict_counts(world: World, second: Actor) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    inspection = bought(world, steel, "L-1", 10)
    found(world, inspection, ["1"], [])
    inspection_judge(actor=world.actor, inspection=inspection)  # one bad of none allowed: the rest is not looked at
    again = inspection_repeat(actor=world.actor, inspection=inspection, quantity=D(2))
    assert (again.repeat_of_id, again.sample_size, quality(steel, "L-1")) == (
        inspection.pk, 2, ("held", again.number),
    )  # fmt: skip
    with pytest.raises(StateRefused):
        inspection_repeat(actor=world.actor, inspection=inspection)
    with pytest.raises(StateRefused):
        inspection_concede(actor=second, inspection=inspection, deviation="Too late")
    found(world, again, ["10", "10"], [])
    inspection_judge(actor=world.actor, inspection=again)
    assert quality(steel, "L-1") == ("released", "")


def test_two_inspections_of_a_lot_both_decide(world: World) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    first = bought(world, steel, "L-1", 10)
    found(world, first, ["10", "10", "10"], [])
    other = inspection_create(actor=world.actor, product=steel, stage="incoming", quantity=D(5), lot="L-1")
    inspection_judge(actor=world.actor, inspection=first)
    assert quality(steel, "L-1") == ("held", other.number)
    found(world, other, ["10", "10", "10"], [])
    inspection_judge(actor=world.actor, inspection=other)
    assert quality(steel, "L-1") == ("released", "")


def test_what_is_recalled_stays_held_whatever_the_inspection_says(world: World) -> None:
    steel = world.product(tracking="lot")
    first = world.purchase((steel, 10, 10))
    world.receive(first, [{"order_line": first.lines.get().pk, "quantity": 10, "lots": "L-1"}])
    lot_hold(actor=world.actor, lot=Lot.objects.get(product=steel), reason="Recall")
    plan_of(world, steel)
    inspection = inspection_create(actor=world.actor, product=steel, stage="incoming", quantity=D(5), lot="L-1")
    found(world, inspection, ["10", "10", "10"], [])
    inspection_judge(actor=world.actor, inspection=inspection)
    assert quality(steel, "L-1") == ("held", "Recall")


def test_serial_numbers_are_one_inspection_by_aql_and_lots_one_each(world: World) -> None:
    """16 to 25 pieces: letter C, which accepts 0 of 5 at AQL 2.5."""
    pump, resin = world.product(tracking="serial"), world.product(tracking="lot")
    for product in (pump, resin):
        plan_of(world, product, sampling="aql", aql="2.5")
    order = world.purchase((pump, 20, 10), (resin, 9, 10))
    lines = {line.product_id: line.pk for line in order.lines.all()}
    world.receive(
        order,
        [
            {"order_line": lines[pump.pk], "quantity": 20, "lots": "SN001..SN020"},
            {"order_line": lines[resin.pk], "quantity": 9, "lots": "R1=4, R2=5"},
        ],
    )
    one = Inspection.objects.get(product=pump)
    assert (one.lot, one.quantity, one.letter, one.sample_size, one.accept) == ("SN001 … SN020", 20, "C", 5, 0)
    assert Lot.objects.filter(product=pump, quality="held", quality_reason=one.number).count() == 20
    each = Inspection.objects.filter(product=resin).order_by("lot").values_list("lot", "quantity", "sample_size")
    assert list(each) == [("R1", 4, 4), ("R2", 5, 5)]


def test_what_is_made_waits_for_its_final_inspection(factory: Factory, world: World) -> None:
    """The lot of an order has its number; its goods are not locked for anybody meanwhile."""
    with acting(world.actor):
        Product.objects.filter(pk=factory.bike.pk).update(tracking="lot")
    plan_of(world, factory.bike, "final", sampling="whole")
    world.opening((factory.frame, 5, 300), (factory.wheel, 10, 20))
    order = factory.order(2)
    production_order_report(actor=world.actor, order=order, good=D(2))
    inspection = Inspection.objects.get(order=order)
    assert (inspection.lot, inspection.sample_size, inspection.source_label) == (order.number, 2, order.number)
    assert quality(factory.bike, order.number) == ("held", inspection.number)
    assert StockBalance.objects.get(product=factory.bike, on_hand__gt=0).on_hand == 2


def places(product: Product) -> dict[str, Decimal]:
    rows = StockBalance.objects.filter(product=product).exclude(on_hand=0)
    return dict(rows.values_list("location__kind", "on_hand"))


def test_goods_without_numbers_wait_in_quarantine_and_nobody_reserves_them(world: World) -> None:
    bolt = world.product()
    plan_of(world, bolt)
    sale = world.sale((bolt, 4))
    inspection = bought(world, bolt, "", 10)
    assert (places(bolt), inspection.kept) == ({"quarantine": D(10)}, D(10))
    assert world.balance(bolt) == (D(10), D(0))
    assert world.sale((bolt, 2)).lines.get().reserved == 0
    lying = StockBalance.objects.get(product=bolt, location__kind="quarantine")
    with pytest.raises(StateRefused, match=inspection.number):
        stock_transfer(actor=world.actor, stock=lying, to_location=world.place(), quantity=D(1))
    with pytest.raises(StateRefused, match=inspection.number):
        stock_scrap(actor=world.actor, stock=lying, quantity=D(1), reason="fell down")
    found(world, inspection, ["10", "10", "10"], [])
    inspection_judge(actor=world.actor, inspection=inspection)
    inspection.refresh_from_db()
    assert (places(bolt), inspection.kept) == ({"stock": D(10)}, D(0))
    assert delivery_post(actor=world.actor, delivery=delivery_create(actor=world.actor, order=sale)).status == "posted"
    world.prove()


def test_refused_goods_without_numbers_stay_in_quarantine_until_sorted_or_returned(world: World) -> None:
    """10 come, refused; 6 of them are sorted out and good, 4 go back to the supplier from quarantine."""
    bolt = world.product()
    plan_of(world, bolt)
    inspection = bought(world, bolt, "", 10)
    found(world, inspection, ["1"], [])
    inspection_judge(actor=world.actor, inspection=inspection)
    assert places(bolt) == {"quarantine": D(10)}
    again = inspection_repeat(actor=world.actor, inspection=inspection, quantity=D(6))
    inspection.refresh_from_db()
    assert (again.kept, inspection.kept) == (D(6), D(4))
    found(world, again, ["10", "10", "10"], [])
    inspection_judge(actor=world.actor, inspection=again)
    assert places(bolt) == {"quarantine": D(4), "stock": D(6)}
    receipt = Receipt.objects.get(lines__product=bolt)
    receipt_return(actor=world.actor, receipt=receipt, lines={receipt.lines.get().pk: D(4)})
    inspection.refresh_from_db()
    assert (places(bolt), inspection.kept) == ({"stock": D(6)}, D(0))
    world.prove()


def test_made_goods_without_numbers_wait_in_quarantine(factory: Factory, world: World) -> None:
    plan_of(world, factory.bike, "final", sampling="whole")
    world.opening((factory.frame, 5, 300), (factory.wheel, 10, 20))
    order = factory.order(2)
    production_order_report(actor=world.actor, order=order, good=D(2))
    inspection = Inspection.objects.get(order=order)
    assert (places(factory.bike), inspection.kept) == ({"quarantine": D(2)}, D(2))
    found(world, inspection, ["10", "10"], [])
    inspection_judge(actor=world.actor, inspection=inspection)
    assert places(factory.bike) == {"stock": D(2)}
    world.prove()


def test_readings_go_out_without_zeros_that_say_nothing(world: World) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    inspection = found(world, bought(world, steel, "L-1", 10), ["9.98", "10.2"], [3])
    row = Api(world.actor).get(f"/api/v1/production/inspection-checks/?inspection={inspection.pk}").json["results"]
    assert [(r["values"], r["bad_pieces"]) for r in row] == [(["9.98", "10.2"], None), (None, [3])]


def test_a_plan_of_a_category_holds_below_it_and_a_products_own_comes_first(world: World) -> None:
    with acting(world.actor):
        metal = ProductCategory(name="Metal")
        metal.save()
        steel = ProductCategory(name="Steel", parent=metal)
        steel.save()
    bar, tube = world.product(tracking="lot", category=steel), world.product(tracking="lot", category=steel)
    inspection_plan_create(
        actor=world.actor, name="Metal", stage="incoming", category=metal, characteristics=[SCRATCHES]
    )  # fmt: skip
    plan_of(world, tube)
    assert bought(world, bar, "B-1", 3).plan.name == "Metal"
    assert bought(world, tube, "T-1", 3).plan.product_id == tube.pk


def test_limits_of_an_inspection_stay_when_the_plan_changes(world: World) -> None:
    steel = world.product(tracking="lot")
    plan = plan_of(world, steel)
    inspection = bought(world, steel, "L-1", 10)
    inspection_plan_update(actor=world.actor, plan=plan, characteristics=[{**WIDTH, "lower": D(1), "upper": D(2)}])
    found(world, inspection, ["10", "10", "10"], [])
    assert inspection_judge(actor=world.actor, inspection=inspection).status == "accepted"


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        ({}, "required"),
        ({"0": {"values": ["1"]}}, "unknown"),
        ({"width": {"values": ["ten"]}}, "decimal"),
        ({"width": {"values": ["NaN"]}}, "decimal"),
        ({"width": {"values": ["1", "1", "1", "1"]}}, "max"),
        ({"width": {"bad_pieces": []}}, "required"),
        ({"scratches": {"bad_pieces": [4]}}, "range"),
        ({"scratches": {"bad_pieces": [True]}}, "range"),
        ({"scratches": {}}, "required"),
    ],
)
def test_wrong_readings_are_named(world: World, readings: dict[str, Any], code: str) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    inspection = bought(world, steel, "L-1", 10)
    width, scratches = inspection.checks.order_by("position")
    keys = {"width": str(width.pk), "scratches": str(scratches.pk)}
    with pytest.raises(Invalid) as refused:
        inspection_record(
            actor=world.actor, inspection=inspection, readings={keys.get(k, k): v for k, v in readings.items()}
        )
    assert [error.code for error in refused.value.errors] == [code]
    with pytest.raises(StateRefused):
        inspection_judge(actor=world.actor, inspection=inspection)


def test_wrong_plans_are_refused(world: World) -> None:
    steel, other = world.products(2)

    def refused(**values: Any) -> list[str]:
        given = {"name": "P", "stage": "incoming", "product": steel, "characteristics": [SCRATCHES], **values}
        with pytest.raises(Invalid) as problem:
            inspection_plan_create(actor=world.actor, **given)
        return [error.field for error in problem.value.errors]

    assert refused(product=None) == ["product"]
    assert refused(sampling="fixed") == ["sample_size"]
    assert refused(sampling="aql") == ["aql"]
    assert refused(characteristics=[{"name": "Width", "kind": "measured"}]) == ["characteristics.0.upper"]
    assert refused(characteristics=[{**WIDTH, "lower": D(11)}]) == ["characteristics.0.upper"]
    assert refused(characteristics=[SCRATCHES, SCRATCHES]) == ["characteristics.1.name"]
    plan = plan_of(world, steel)
    with pytest.raises(Conflict):
        inspection_plan_create(actor=world.actor, name="Q", stage="incoming", product=steel)
    with pytest.raises(Invalid):
        characteristic_create(actor=world.actor, plan=plan, name="Depth", kind=Characteristic.Kind.MEASURED)
    empty = inspection_plan_create(actor=world.actor, name="Empty", stage="final", product=steel)
    for values in ({"stage": "incoming", "lot": "none such"}, {"stage": "final", "plan": empty}):
        with pytest.raises(Invalid):
            inspection_create(actor=world.actor, product=steel, quantity=D(5), **values)
    with pytest.raises(Invalid):
        inspection_create(actor=world.actor, product=other, stage="incoming", quantity=D(5))


def test_without_the_feature_nothing_waits(world: World, acme: Company) -> None:
    steel = world.product(tracking="lot")
    plan_of(world, steel)
    with serving(replace(acme, features=acme.features - {"production.quality"})):
        order = world.purchase((steel, 3, 10))
        world.receive(order, [{"order_line": order.lines.get().pk, "quantity": 3, "lots": "L-1"}])
    assert quality(steel, "L-1") == ("released", "")
    assert not Inspection.objects.exists()


def test_receiving_more_lots_asks_no_more_about_plans(world: World) -> None:
    from modules.production.selectors.inspection_plans import plans_for

    products = world.products(20, tracking="lot")
    plan_of(world, products[0])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        plans_for([p.pk for p in products], "incoming")
    assert len(asked) <= 4
