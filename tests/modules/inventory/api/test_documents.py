"""Inventory over HTTP: what a warehouse does in a browser, and what it is refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest

from tenon.api.metadata import entity_meta
from tenon.registry.registry import registry
from tenon.tenancy.context import current
from tests.platform.api.client import Api

BASE = "/api/v1/inventory"


@pytest.fixture
def api(world):
    return Api(world.actor)


def test_receipt_from_an_order_in_two_calls(api, world):
    product = world.product()
    order = world.purchase((product, 10, 4))
    made = api.post(f"{BASE}/receipts/", {"order": order.pk})
    assert made.status == 201, made.json
    assert made.json["supplier"]["label"] == "The supplier"
    assert [(x["product"]["id"], D(x["quantity"])) for x in made.json["lines"]] == [(product.pk, D(10))]
    line = made.json["lines"][0]
    changed = api.patch(
        f"{BASE}/receipts/{made.json['id']}/",
        {"lines": [{"id": line["id"], "quantity": "6", "rejected": "1"}], "note": "one bent"},
        made.json["version"],
    )
    assert changed.status == 200, changed.json
    posted = api.post(f"{BASE}/receipts/{made.json['id']}/actions/post/")
    assert posted.status == 200, posted.json
    assert posted.json["record"]["status"] == "posted"
    assert D(posted.json["record"]["lines"][0]["value"]) == 20
    again = api.post(f"{BASE}/receipts/{made.json['id']}/actions/post/")
    assert (again.status, again.type) == (409, "state")
    returned = api.post(
        f"{BASE}/receipts/{made.json['id']}/actions/return/", {"lines": {changed.json["lines"][0]["id"]: "2"}}
    )
    assert returned.status == 200, returned.json
    assert returned.json["result"]["entity"] == "inventory.receipt"
    world.prove()


def test_delivery_from_an_order_and_back(api, world):
    product = world.product()
    world.opening((product, 5, 4))
    order = world.sale((product, 8))
    made = api.post(f"{BASE}/deliveries/", {"order": {"number": order.number}, "lines": []})
    assert made.status == 201, made.json
    assert D(made.json["lines"][0]["quantity"]) == 5
    shipped = api.post(f"{BASE}/deliveries/{made.json['id']}/actions/post/")
    assert shipped.status == 200, shipped.json
    assert shipped.json["record"]["status"] == "posted"
    back = api.post(f"{BASE}/deliveries/{made.json['id']}/actions/return/", {})
    assert back.status == 200, back.json
    rows = api.get(f"{BASE}/deliveries/?order.number={order.number}&order=number").json["results"]
    assert [row["kind"] for row in rows] == ["delivery", "return"]
    world.prove()


def test_short_stock_is_a_problem_document_that_names_the_product(api, world):
    product = world.product()
    world.opening((product, 1, 4))
    order = world.sale((product, 3))
    line = order.lines.get().pk
    made = api.post(f"{BASE}/deliveries/", {"order": order.pk, "lines": [{"order_line": line, "quantity": "3"}]})
    assert made.status == 201, made.json
    refused = api.post(f"{BASE}/deliveries/{made.json['id']}/actions/post/")
    assert (refused.status, refused.type) == (409, "insufficient-stock")
    assert refused.json["lines"][0]["product"]["label"].endswith(product.code)
    too_much = api.post(f"{BASE}/deliveries/", {"order": order.pk, "lines": [{"order_line": line, "quantity": "0.5"}]})
    assert (too_much.status, too_much.fields()) == (400, {"lines.0.quantity"})


def test_stock_page_moves_counts_and_scraps(api, world):
    product = world.product()
    world.opening((product, 9, 2))
    place = api.post(f"{BASE}/locations/", {"name": "Shelf 7", "parent": world.place().pk})
    assert place.status == 201, place.json
    row = api.get(f"{BASE}/stock/?product={product.pk}").json["results"][0]
    assert (D(row["on_hand"]), D(row["available"]), row["warehouse"]["id"]) == (9, 9, world.place().warehouse_id)
    url = f"{BASE}/stock/{row['id']}/actions"
    moved = api.post(f"{url}/transfer/", {"to_location": place.json["id"], "quantity": "9"})
    assert moved.status == 200, moved.json
    assert D(moved.json["record"]["on_hand"]) == 0  # an emptied balance can still be answered
    there = api.get(f"{BASE}/stock/?product={product.pk}&on_hand__gt=0").json["results"]
    assert [r["location"]["id"] for r in there] == [place.json["id"]]
    counted = api.post(f"{BASE}/stock/{there[0]['id']}/actions/count/", {"quantity": "8", "reason": "yearly count"})
    assert counted.status == 200, counted.json
    scrapped = api.post(f"{BASE}/stock/{there[0]['id']}/actions/scrap/", {"quantity": "3"})
    assert D(scrapped.json["record"]["on_hand"]) == 5
    value = api.get(f"{BASE}/stock-values/?product={product.pk}&totals=1").json
    assert (D(value["results"][0]["value"]), D(value["results"][0]["unit_cost"])) == (10, 2)
    kinds = [r["kind"] for r in api.get(f"{BASE}/stock-moves/?product={product.pk}&order=sequence").json["results"]]
    assert kinds == ["opening", "transfer", "count", "scrap"]
    assert api.patch(f"{BASE}/stock/{row['id']}/", {"on_hand": "1"}).status in (405, 403)
    world.prove()


def test_opening_rows_and_an_adjustment(api, world):
    product = world.product()
    row = {
        "product": {"code": product.code},
        "place": "MAIN",
        "shelf": "A",
        "bin": "1",
        "quantity": "12",
        "unit_cost": "1.5",
    }
    made = api.post(f"{BASE}/opening-stock/", row)
    assert made.status == 201, made.json
    assert (made.json["location"]["label"], D(made.json["value"])) == ("MAIN/A/1", 18)
    wrong = api.post(f"{BASE}/opening-stock/", {**row, "place": "Nowhere"})
    assert (wrong.status, wrong.fields()) == (400, {"place"})
    lines = [{"product": product.pk, "location": made.json["location"]["id"], "quantity": "10"}]
    count = api.post(f"{BASE}/adjustments/", {"kind": "count", "reason": "recount", "lines": lines})
    assert count.status == 201, count.json
    posted = api.post(f"{BASE}/adjustments/{count.json['id']}/actions/post/")
    assert posted.status == 200, posted.json
    assert D(posted.json["record"]["lines"][0]["difference"]) == -2
    world.prove()


def test_a_reservation_is_released_from_its_list(api, world):
    product = world.product()
    world.opening((product, 9, 2))
    world.sale((product, 4))
    (row,) = api.get(f"{BASE}/reservations/?product={product.pk}&state=active").json["results"]
    released = api.post(f"{BASE}/reservations/bulk/", {"action": "release", "ids": [row["id"]]})
    assert [r["status"] for r in released.json["results"]] == [200], released.json
    world.prove()


def test_a_viewer_sees_and_cannot_post(world, stranger):
    from dataclasses import replace

    product = world.product()
    world.opening((product, 9, 2))
    order = world.sale((product, 4))
    viewer = Api(replace(stranger, permissions=frozenset({"inventory.delivery.view", "inventory.stock.view"})))
    assert viewer.get(f"{BASE}/stock/").status == 200
    assert viewer.post(f"{BASE}/deliveries/", {"order": order.pk}).status == 403
    assert viewer.get(f"{BASE}/receipts/").status == 403


def test_what_an_order_form_asks(api, world, stranger):
    product, other = world.products(2)
    world.opening((product, 9, 2))
    world.sale((product, 4), (other, 1))
    world.purchase((product, 6, 2), due_on=current().today() + timedelta(days=5))  # without: today, on a working day
    rows = api.get(f"{BASE}/availability/?products={product.pk},{other.pk}").json["results"]
    assert [(D(r["on_hand"]), D(r["available"]), D(r["incoming"]), D(r["outgoing"])) for r in rows] == [
        (9, 5, 6, 0), (0, 0, 0, 1),
    ]  # fmt: skip
    one = api.get(f"{BASE}/availability/{product.pk}/").json
    assert (one["unit"], D(one["available"]), D(one["by_date"][0]["available"])) == ("EA", 5, 5)
    assert [(p["place"]["label"], D(p["on_hand"])) for p in one["places"]] == [(world.place().name, 9)]
    top = api.get(f"{BASE}/stock-by-place/?product={product.pk}").json["results"]
    assert {p["place"]["id"]: D(p["reserved"]) for p in top}[world.place().pk] == 4
    for path in ("availability/", "availability/?products=x", "stock-by-place/?place=x"):
        assert (api.get(f"{BASE}/{path}").status, api.get(f"{BASE}/{path}").type) == (400, "invalid")
    assert api.get(f"{BASE}/availability/999999999/").status == 404
    assert Api(stranger).get(f"{BASE}/availability/?products=1").status == 403


def test_what_is_no_list_of_lines_is_refused(api, world):
    product = world.product()
    receipt = world.buy((product, 10, 4))
    address = f"{BASE}/receipts/{receipt.pk}/actions/return/"
    line = receipt.lines.get().pk
    for lines in ("all", 5, ["all"], [1], {"x": 1}, {line: "many"}, {line: "0.5"}, [{"line": line}]):
        answer = api.post(address, {"lines": lines})
        assert (answer.status, answer.type) == (400, "invalid"), (lines, answer.json)
    assert api.post(address, {"lines": {line: 1}, "on": "2020-01-01"}).status == 400  # before it came
    world.prove()


def test_only_what_came_goes_back_and_only_what_went_comes_back(api, world):
    """The verbs are offered for receipts and deliveries, not for their returns."""
    product = world.product()
    receipt = world.buy((product, 10, 4))
    back = api.post(f"{BASE}/receipts/{receipt.pk}/actions/return/", {"lines": {receipt.lines.get().pk: 1}})
    assert back.status == 200, back.json
    again = api.post(f"{BASE}/receipts/{back.json['result']['id']}/actions/return/", {})
    assert (again.status, again.type) == (409, "state")
    entity = entity_meta(world.actor, registry().entities["inventory.receipt"])
    (action,) = [a for a in entity["actions"] if a["key"] == "return"]
    assert (action["states"], action["when"]) == (["posted"], {"kind": ["receipt"]})


def test_an_order_line_stands_on_a_receipt_once(api, world):
    order = world.purchase((world.product(), 10, 4))
    line = {"order_line": order.lines.get().pk, "quantity": "1"}
    answer = api.post(f"{BASE}/receipts/", {"order": order.pk, "lines": [line, line]})
    assert (answer.status, [e["field"] for e in answer.json["errors"]]) == (400, ["lines"])


def test_services_have_no_stock_and_are_never_missing(api, world):
    goods, service = world.product(), world.product(kind="service")
    found = api.get(f"{BASE}/availability/?products={goods.pk},{service.pk}").json["results"]
    assert [row["product_id"] for row in found] == [goods.pk]
    order = world.sale((goods, 1), (service, 1))
    lines = api.get(f"/api/v1/shared/sales-orders/{order.pk}/").json["lines"]
    assert [x["product_kind"] for x in lines] == ["goods", "service"]
