"""Phantoms, fixed quantities and designators through the services people use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest

from modules.production.models import BillOfMaterials, PlannedOrder, ProductionOrder
from modules.production.selectors.estimates import unit_costs
from modules.production.selectors.promises import promises
from modules.production.selectors.structure import bom_tree
from modules.production.services import bom_create, bom_update, planning_run, production_order_release
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked


@pytest.fixture
def phantom_wheels(factory: Factory) -> Factory:
    """Wheels are put together on the way into the bicycle; trueing a set of them spoils three spokes per order."""
    bom = BillOfMaterials.objects.get(product=factory.wheel)
    line = bom.lines.get()
    bom_update(
        actor=factory.actor, bom=bom, is_phantom=True,
        lines=[{"id": line.pk, "quantity": D(32), "fixed_quantity": D(3)}],
    )  # fmt: skip
    return factory


def material(order: ProductionOrder) -> dict[str, D]:
    return {c.product.code: c.required for c in order.components.select_related("product")}


def test_an_order_takes_what_phantoms_are_made_of(phantom_wheels: Factory) -> None:
    """Ten bicycles: twenty wheels are blown through, 20 × 32 + 3 spokes; with eight wheels in stock twelve are."""
    assert material(phantom_wheels.order(10)) == {"FRAME": D(10), "SPOKE": D(643)}
    stocked(phantom_wheels, (phantom_wheels.wheel, 8, "16"))
    assert material(phantom_wheels.order(10)) == {"FRAME": D(10), "WHEEL": D(8), "SPOKE": D(12 * 32 + 3)}


def test_what_is_in_stock_is_looked_at_again_at_the_release(phantom_wheels: Factory) -> None:
    order = phantom_wheels.order(1, release=False)
    stocked(phantom_wheels, (phantom_wheels.wheel, 8, "16"))
    production_order_release(actor=phantom_wheels.actor, order=order)
    assert material(order) == {"FRAME": D(1), "WHEEL": D(2)}


def test_planning_proposes_no_order_for_a_phantom(phantom_wheels: Factory) -> None:
    factory = phantom_wheels
    with acting(factory.actor):
        customer = factory.supplier
        customer.is_customer = True
        customer.save()
    row = {"product": factory.bike, "quantity": D(10), "unit_price": D(900)}
    order = sales_order_create(actor=factory.actor, customer=customer, lines=[row])
    sales_order_confirm(actor=factory.actor, order=order)
    planning_run(actor=factory.actor)
    planned = {p.product.code: p.quantity for p in PlannedOrder.objects.select_related("product")}
    assert planned == {"BIKE": D(10), "FRAME": D(10), "SPOKE": D(643)}


def promised(factory: Factory) -> tuple[date, set[int]]:
    """When two bicycles can be there, and the products that this waits for."""
    line, head = RecordRef("shared.sales_order_line", 1, "x"), RecordRef("shared.sales_order", 1, "x")
    [answer] = promises([Demand(line, factory.bike.pk, D(2), None, head)])
    assert answer.on is not None
    return answer.on, {step.product_id for step in answer.steps}


def test_a_promise_does_not_wait_for_the_making_of_a_phantom(factory: Factory) -> None:
    """Spokes take five days; wheels made in orders of their own take a working day more than on the way."""
    stocked(factory, (factory.frame, 10, "300"))
    on, through = promised(factory)
    assert through == {factory.bike.pk, factory.wheel.pk, factory.spoke.pk}
    bom_update(actor=factory.actor, bom=BillOfMaterials.objects.get(product=factory.wheel), is_phantom=True)
    sooner, through = promised(factory)
    assert sooner < on
    assert through == {factory.bike.pk, factory.spoke.pk}


def test_the_cost_of_a_batch_spreads_what_is_fixed(factory: Factory) -> None:
    """Paint for 100 pieces: 50 kg and 2 kg to fill the pipes, at 10 a kilogram: 5.20 a piece."""
    with acting(factory.actor):
        factory.spoke.standard_cost = D(10)
        factory.spoke.save()
    bom = BillOfMaterials.objects.get(product=factory.wheel)
    rows = [{"component": factory.spoke, "quantity": D(50), "fixed_quantity": D(2)}]
    bom_update(actor=factory.actor, bom=bom, output_quantity=D(100), lines=rows)
    assert unit_costs([factory.wheel.pk])[factory.wheel.pk]["material"] == D("5.20")
    [line] = bom_tree(factory.wheel.pk, current().today())
    assert (line.quantity, line.fixed, line.phantom) == (D("0.5"), D(2), False)


def test_only_a_fixed_quantity_is_fine_and_nothing_is_not(factory: Factory) -> None:
    bom = BillOfMaterials.objects.get(product=factory.wheel)
    bom_update(actor=factory.actor, bom=bom, lines=[{"component": factory.spoke, "fixed_quantity": D(2)}])
    assert material(factory.order(7, product=factory.wheel)) == {"SPOKE": D(2)}
    for wrong in ({"quantity": D(0)}, {"quantity": D(1), "fixed_quantity": D(-1)}):
        with pytest.raises(Invalid):
            bom_update(actor=factory.actor, bom=bom, lines=[{"component": factory.spoke, **wrong}])


@pytest.mark.parametrize(
    ("designators", "quantity", "code"),
    [("R1 R2，R3", 3, None), ("R1, R2", 3, "count"), ("R1, R1, R2", 3, "unique"), ("", 3, None)],
)
def test_as_many_designators_as_pieces(factory: Factory, designators: str, quantity: int, code: str | None) -> None:
    row = {"component": factory.spoke, "quantity": D(quantity), "designators": designators}
    if code is None:
        bom = bom_create(actor=factory.actor, product=factory.wheel, revision="2", lines=[row])
        assert bom.lines.get().designators == ", ".join(designators.replace("，", " ").split())
        return
    with pytest.raises(Invalid) as caught:
        bom_create(actor=factory.actor, product=factory.wheel, revision="2", lines=[row])
    assert [(e.field, e.code) for e in caught.value.errors] == [("lines.0.designators", code)]
