"""Engineering over HTTP, and what is not shown to whom."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from modules.production.services import cost_roll_up_create
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.records.service import acting
from tests.modules.production.factory import Factory, make_factory
from tests.platform.api.client import Api

D = Decimal
BASE = "/api/v1/production"


@pytest.fixture
def factory(serving_acme: object, actor: Actor) -> Factory:
    return make_factory(actor)


@pytest.fixture
def alloy(factory: Factory) -> Product:
    with acting(factory.actor):
        product = Product(code="ALLOY", name="Alloy spoke", unit=factory.bike.unit, standard_cost=D("0.80"))
        product.save()
    return product


def test_a_component_is_looked_at_replaced_and_the_change_shows_what_it_does(
    actor: Actor, factory: Factory, alloy: Product
) -> None:
    api = Api(actor)
    body = {"component": factory.spoke.pk, "replacement": alloy.pk, "ratio": "0.875", "effective_on": "2099-01-04"}
    seen = api.post(f"{BASE}/component-replacement/", body).json
    assert [(r["product"]["label"], D(r["before"]), D(r["after"]), r["made"]) for r in seen["results"]] == [
        ("WHEEL", 32, 28, None)
    ]
    done = api.post(f"{BASE}/component-replacement/", {**body, "preview": False}).json
    old, new = seen["results"][0]["bom"]["id"], done["results"][0]["made"]["id"]
    compared = api.get(f"{BASE}/bom-comparison/?left={old}&right={new}").json
    assert [(r["kind"], r["change"]) for r in compared["results"]] == [
        ("head", "same"), ("component", "removed"), ("component", "added"),
    ]  # fmt: skip
    path = f"{BASE}/changes/{done['change']['id']}/effect/"
    [row] = api.get(path).json["results"]
    assert (D(row["material_before"]), D(row["material_after"]), row["customers"]) == (16, D("22.4"), [])
    hidden = {**actor.hidden, "shared.product": frozenset({"standard_cost"})}
    [row] = Api(replace(actor, hidden=hidden, scopes={"": "own"})).get(path).json["results"]
    assert (row["material_after"], row["removed"][0]["value"], row["customers"]) == (None, None, None)


def test_where_a_product_goes_over_http(actor: Actor, factory: Factory) -> None:
    rows = Api(actor).get(f"{BASE}/where-used/{factory.spoke.pk}/").json["results"]
    assert [(r["product"]["label"], r["level"], D(r["quantity"])) for r in rows] == [("WHEEL", 1, 32), ("BIKE", 2, 64)]
    nobody = replace(actor, permissions=frozenset())
    assert Api(nobody).get(f"{BASE}/where-used/{factory.spoke.pk}/").status == 403


def test_two_roll_ups_beside_each_other(actor: Actor, factory: Factory) -> None:
    first = cost_roll_up_create(actor=actor, title="First")
    with acting(actor):
        factory.spoke.standard_cost = D("0.75")
        factory.spoke.save()
    second = cost_roll_up_create(actor=actor, title="Second")
    path = f"{BASE}/cost-comparison/?left={first.pk}&right={second.pk}"
    rows = Api(actor).get(path).json["results"]
    assert [(r["product"]["label"], D(r["left"]), D(r["right"])) for r in rows] == [
        ("BIKE", 332, 348), ("WHEEL", 16, 24),
    ]  # fmt: skip
    blind = replace(actor, hidden={"production.rolled_up_cost": frozenset({"total"})})
    assert Api(blind).get(path).status == 403
