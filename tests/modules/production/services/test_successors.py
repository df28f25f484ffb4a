"""Components that run out, and what follows them, through the services people use."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from modules.production.errors import BomCycle
from modules.production.models import BillOfMaterials, PlannedOrder
from modules.production.selectors.structure import bom_tree
from modules.production.services import bom_create, bom_update, planning_run
from modules.shared.data.models import Product
from tenon.problems import Invalid
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory
from tests.modules.production.services.test_orders import stocked
from tests.modules.production.services.test_phantoms import material, promised
from tests.modules.production.services.test_planning import next_friday, sold


@pytest.fixture
def new_spoke(factory: Factory) -> Product:
    """Spokes are used up; then one stronger spoke does the work of two."""
    with acting(factory.actor):
        made = Product(code="STRONG", name="Strong spoke", unit=factory.spoke.unit, lead_time_days=3)
        made.save()
    bom = BillOfMaterials.objects.get(product=factory.wheel)
    row = {"id": bom.lines.get().pk, "successor": made, "successor_ratio": D("0.5")}
    bom_update(actor=factory.actor, bom=bom, lines=[row])
    return made


def test_an_order_uses_up_what_runs_out(factory: Factory, new_spoke: Product) -> None:
    """Two wheels take 64 spokes: 50 are there, 14 are replaced by 7."""
    stocked(factory, (factory.spoke, 50, "0.50"))
    assert material(factory.order(2, product=factory.wheel)) == {"SPOKE": D(50), "STRONG": D(7)}
    [line] = bom_tree(factory.wheel.pk, current().today())
    assert (line.code, line.followed_by) == ("SPOKE", "STRONG")


def test_two_orders_do_not_count_on_the_same_stock(factory: Factory, new_spoke: Product) -> None:
    """40 old spokes: the first wheel takes 32, the second the last eight, and 24 are replaced by 12. What planning
    knows then wants no old spoke bought."""
    stocked(factory, (factory.spoke, 40, "0.50"))
    first, second = (factory.order(1, release=False, product=factory.wheel) for _ in range(2))
    assert (material(first), material(second)) == ({"SPOKE": D(32)}, {"SPOKE": D(8), "STRONG": D(12)})
    planning_run(actor=factory.actor)
    assert not PlannedOrder.objects.filter(product=factory.spoke).exists()


def test_planning_buys_the_successor_only(factory: Factory, new_spoke: Product) -> None:
    """Ten bicycles, 20 wheels, 640 spokes: 40 in stock, 600 replaced by 300."""
    stocked(factory, (factory.spoke, 40, "0.50"))
    sold(factory, 10, next_friday(6))
    planning_run(actor=factory.actor)
    planned = {p.product.code: p.quantity for p in PlannedOrder.objects.select_related("product")}
    assert planned == {"BIKE": D(10), "FRAME": D(10), "WHEEL": D(20), "STRONG": D(300)}


def test_a_promise_waits_for_the_successor(factory: Factory, new_spoke: Product) -> None:
    stocked(factory, (factory.frame, 10, "300"), (factory.spoke, 50, "0.50"))
    _on, through = promised(factory)
    assert new_spoke.pk in through


def test_circles_through_successors_are_refused(factory: Factory, new_spoke: Product) -> None:
    """The follower is made of the wheel itself; or the old one follows the new one elsewhere."""
    with acting(factory.actor):
        new_spoke.source = "make"
        new_spoke.save()
    with pytest.raises(BomCycle):
        bom_create(actor=factory.actor, product=new_spoke, lines=[{"component": factory.wheel, "quantity": D(1)}])
    back = {"component": new_spoke, "quantity": D(1), "successor": factory.spoke}
    bike = BillOfMaterials.objects.get(product=factory.bike)
    with pytest.raises(BomCycle) as caught:
        bom_update(actor=factory.actor, bom=bike, lines=[back])
    assert set(caught.value.extra["path"]) == {"STRONG", "SPOKE"}


@pytest.mark.parametrize(("wrong", "field"), [({"successor_ratio": D(-1)}, "successor_ratio"), ({}, "successor")])
def test_a_successor_is_another_product(factory: Factory, wrong: dict[str, D], field: str) -> None:
    bom = BillOfMaterials.objects.get(product=factory.wheel)
    row = {"component": factory.spoke, "quantity": D(1), "successor": factory.spoke, **wrong}
    with pytest.raises(Invalid) as caught:
        bom_update(actor=factory.actor, bom=bom, lines=[row])
    assert [e.field for e in caught.value.errors] == [f"lines.0.{field}"]
