"""The tree of a bill over HTTP: in the order of its bills, with what each component adds to the cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.production.models import BillOfMaterials, Operation
from modules.production.services import bom_create, bom_update
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.modules.production.factory import Factory, make_factory
from tests.platform.api.client import Api

D = Decimal
BASE = "/api/v1/production/bom-tree"


@pytest.fixture
def factory(serving_acme: object, actor: Actor) -> Factory:
    return make_factory(actor)


@pytest.fixture
def wasteful(factory: Factory) -> Factory:
    """Two wheels at a time take 64 spokes, a fifth of which is lost, and four more per order; every second wheel is
    spoilt at lacing, which takes 6 minutes of a centre at 60 an hour, 30 besides."""
    bom = BillOfMaterials.objects.get(product=factory.wheel)
    line = {"id": bom.lines.get().pk, "quantity": D(64), "scrap": D(20), "fixed_quantity": D(4)}
    line["valid_until"] = current().today() + timedelta(days=9)
    bom_update(actor=factory.actor, bom=bom, output_quantity=D(2), lines=[line])
    with acting(factory.actor):
        Operation(
            product=factory.wheel, work_centre=factory.centre, position=10, name="Lace", run_minutes=D(6),
            yield_percent=D(50),
        ).save()  # fmt: skip
    return factory


def test_each_component_adds_its_cost_and_all_together_are_the_cost_of_the_top(wasteful: Factory) -> None:
    """A wheel begun takes 64 / 2 / 0.8 = 40 spokes; a good one begins as two and takes 80, and of the four per order
    its half: 82 × 0.50 = 41. Lacing two takes 12 minutes at 90 an hour: 18. A bicycle: 300 + 2 × (41 + 18) = 418."""
    seen = Api(wasteful.actor).get(f"{BASE}/{wasteful.bike.pk}/").json
    rows = [
        (r["level"], r["product"]["label"], D(r["quantity"]), D(r["unit_cost"]), D(r["cost"])) for r in seen["tree"]
    ]
    assert rows == [
        (1, "FRAME", 1, 300, 300), (1, "WHEEL", 2, 59, 118), (2, "SPOKE", 80, D("0.5"), 82),
    ]  # fmt: skip
    assert (D(seen["cost"]["material"]), D(seen["cost"]["total"])) == (382, 418)
    spoke = seen["tree"][2]
    assert (spoke["unit"], D(spoke["scrap"]), D(spoke["fixed"]), spoke["valid_from"]) == ("EA", 20, 4, None)
    assert spoke["valid_until"] == str(current().today() + timedelta(days=9))


def test_a_component_that_stands_twice_keeps_what_is_below_it_twice(factory: Factory) -> None:
    """Front wheel, frame, rear wheel, in the order of the bill and not of when the products were made."""
    bom = BillOfMaterials.objects.get(product=factory.bike)
    lines = [{"component": p, "quantity": D(1)} for p in (factory.wheel, factory.frame, factory.wheel)]
    bom_update(actor=factory.actor, bom=bom, lines=lines)
    seen = Api(factory.actor).get(f"{BASE}/{factory.bike.pk}/").json
    assert [(r["level"], r["product"]["label"], D(r["cost"])) for r in seen["tree"]] == [
        (1, "WHEEL", 16), (2, "SPOKE", 16), (1, "FRAME", 300), (1, "WHEEL", 16), (2, "SPOKE", 16),
    ]  # fmt: skip


def test_who_does_not_see_costs_sees_the_tree_without(factory: Factory) -> None:
    hidden = {**factory.actor.hidden, "shared.product": frozenset({"standard_cost"})}
    seen = Api(replace(factory.actor, hidden=hidden)).get(f"{BASE}/{factory.bike.pk}/").json
    assert seen["cost"] is None
    assert [(r["product"]["label"], r["unit_cost"], r["cost"]) for r in seen["tree"]] == [
        ("FRAME", None, None), ("WHEEL", None, None), ("SPOKE", None, None),
    ]  # fmt: skip
    bare = Api(factory.actor).get(f"{BASE}/{factory.spoke.pk}/").json
    assert (bare["tree"], bare["cost"]) == ([], None)


def test_a_deep_tree_asks_no_more_than_a_flat_one(factory: Factory) -> None:
    """A bicycle, and five levels of a hundred components each on top of it."""

    def asked(product: Product) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = Api(factory.actor).get(f"{BASE}/{product.pk}/").json["tree"]
        return len(rows), len(queries)

    flat_rows, flat = asked(factory.bike)
    top = factory.bike
    with acting(factory.actor):
        parts = [Product(code=f"PART-{n:03}", name=f"Part {n}", unit=top.unit, standard_cost=D(1)) for n in range(99)]
        for part in parts:
            part.save()
        levels = [Product(code=f"LEVEL-{n}", name=f"Level {n}", unit=top.unit, source="make") for n in range(5)]
        for level in levels:
            level.save()
    for level in levels:
        lines = [{"component": part, "quantity": D(1)} for part in (top, *parts)]
        bom_create(actor=factory.actor, product=level, lines=lines)
        top = level
    assert (flat_rows, asked(top)) == (3, (503, flat))
