"""The reservation board and the availability curve over HTTP: what they show, what they do, to whom, in how many
queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal as D
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.inventory.models import Reservation
from tenon.tenancy.context import current
from tests.platform.api.client import Api

BOARD = "/api/v1/inventory/reservation-board/"


@pytest.fixture
def api(world):
    return Api(world.actor)


def shown(api, **query):
    answer = api.get(f"{BOARD}?{urlencode(query)}")
    assert answer.status == 200, answer.json
    return answer.json["results"]


def test_who_holds_what_and_every_action(world, api):
    product, today = world.product(), current().today()
    world.opening((product, 10, 1))
    purchase = world.purchase((product, 20, 1), due_on=today + timedelta(days=4))
    first = world.sale((product, 8), requested_on=today + timedelta(days=9))
    second = world.sale((product, 6), requested_on=today + timedelta(days=2))
    (row,) = shown(api, product=product.pk)
    assert (D(row["on_hand"]), D(row["reserved"]), D(row["available"])) == (D(10), D(10), D(0))
    assert [line["document"]["id"] for line in row["lines"]] == [second.pk, first.pk]  # the more urgent first
    urgent, calm = row["lines"]
    assert (D(urgent["short"]), D(calm["short"])) == (D(4), D(0))
    (supply,) = row["supplies"]
    assert supply["document"]["label"].startswith(purchase.number)

    def do(verb, **body):
        answer = api.post(f"{BOARD}{verb}/", body)
        assert answer.status == 200, answer.json
        return answer.json["results"][0]

    row = do("take-over", reservation=calm["locked"][0]["id"], to=urgent["line"], quantity="3", reason="fair")
    assert [D(line["short"]) for line in row["lines"]] == [D(1), D(3)]
    row = do("claim", line=urgent["line"], supply=supply["supply"])
    assert D(row["supplies"][0]["claimed"]) == D(1)
    claim = row["lines"][0]["claimed"][0]["id"]
    row = do("release", claim=claim, reason="not any more")
    assert row["lines"][0]["claimed"] == []
    mine = row["lines"][0]["locked"][0]["id"]
    row = do("reassign", reservation=mine, to=calm["line"], quantity="2", reason="asked for by the customer")
    assert [D(line["short"]) for line in row["lines"]] == [D(3), D(1)]
    row = do("release", reservation=row["lines"][1]["locked"][0]["id"], quantity="1")
    assert D(row["available"]) == D(1)
    row = do("lock", line=urgent["line"], product=product.pk)
    assert D(row["available"]) == D(0)
    world.prove()


def test_filters_and_refusals(world, api):
    product, other = world.products(2)
    world.opening((product, 10, 1))
    world.sale((product, 4))
    world.sale((other, 4))
    assert shown(api, product=other.pk, show="locked") == []
    assert len(shown(api, search=product.code, show="locked")) == 1
    assert shown(api, search=product.code, show="short") == []
    assert api.get(f"{BOARD}?show=everything").status in (400, 422)
    row = Reservation.objects.get(product=product)
    line = {"entity": "shared.sales_order_line", "id": row.demand_id}
    assert api.post(f"{BOARD}release/", {"quantity": "1"}).status in (400, 422)
    assert api.post(f"{BOARD}lock/", {"line": line, "product": product.pk}).status == 409
    assert api.post(f"{BOARD}reassign/", {"reservation": 987654, "to": line, "reason": "x"}).status == 404
    weak = Api(replace(world.actor, permissions=frozenset()))
    assert weak.get(BOARD).status == 403
    for verb, body in (
        ("lock", {"line": line, "product": product.pk}),
        ("claim", {"line": line, "supply": line}),
        ("release", {"reservation": row.pk}),
        ("reassign", {"reservation": row.pk, "to": line, "reason": "x"}),
        ("take-over", {"reservation": row.pk, "to": line, "reason": "x"}),
    ):
        assert weak.post(f"{BOARD}{verb}/", body).status == 403, verb


def test_documents_out_of_sight_have_no_name(world):
    product = world.product()
    world.opening((product, 10, 1))
    order = world.sale((product, 4))
    blind = Api(replace(world.actor, permissions=frozenset({"inventory.reservation.view", "inventory.stock.view"})))
    (row,) = shown(blind, product=product.pk)
    assert order.number not in str(row)
    assert row["lines"][0]["document"] is None
    world.sale((product, 40))
    answer = blind.get(f"/api/v1/inventory/availability/{product.pk}/")
    assert answer.status == 200
    assert "SO" not in str([flow["document"] for day in answer.json["by_date"] for flow in day["flows"]])


def test_a_number_of_queries_that_does_not_grow(world, api):
    def queries(count):
        products = world.products(count)
        world.opening(*((p, 10, 1) for p in products))
        world.purchase(*((p, 5, 1) for p in products))
        world.sale(*((p, 12) for p in products))
        with CaptureQueriesContext(connection) as made:
            shown(api, search="P-")
        return len(made)

    assert queries(12) <= queries(2) + 1
