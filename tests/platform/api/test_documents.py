"""Documents with lines, references by natural key, actions – on sales orders, the widest entity there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps

from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.api.importing import import_rows
from tenon.records.service import acting
from tests.platform.api.record_factory import make

pytestmark = pytest.mark.skipif(not apps.is_installed("modules.shared.data"), reason="without the shared layer")
ORDERS, LINES = "/api/v1/shared/sales-orders/", "/api/v1/shared/sales-order-lines/"


@pytest.fixture
def goods(api: Any, actor: Actor) -> dict[str, Any]:
    product_model, party_model = apps.get_model("data.Product"), apps.get_model("data.Party")
    with acting(actor):
        products = [make(product_model, code=f"P-{i}", name=f"Bicycle {i}", list_price=100 + i) for i in range(3)]
        customer = make(party_model, code="C-1", name="A Bike Store", is_customer=True, currency="CNY")
        make(party_model, code="S-1", name="A Supplier", is_customer=False)
    return {"products": products, "customer": customer}


@pytest.fixture
def order(api: Any, goods: Any) -> dict[str, Any]:
    body = {
        "customer": {"code": "C-1"},
        "lines": [{"product": {"code": "P-0"}, "quantity": "2"}, {"product": goods["products"][1].pk, "quantity": 3}],
    }
    made = api.post(ORDERS, body)
    assert made.status == 201, made.content
    return dict(made.json)


def test_references_come_by_code_and_go_with_their_label(order: dict[str, Any], goods: Any) -> None:
    assert order["customer"] == {"id": goods["customer"].pk, "label": "A Bike Store"}
    assert [line["quantity"] for line in order["lines"]] == ["2", "3"]
    assert order["lines"][0]["product"]["id"] == goods["products"][0].pk
    assert isinstance(order["total"], str)


def test_faults_in_lines_name_the_line(api: Any, goods: Any) -> None:
    lines = [{"product": {"code": "P-0"}, "quantity": "2"}, {"product": {"code": "nope"}, "quantity": "many"}, {}]
    refused = api.post(ORDERS, {"customer": {"code": "C-1"}, "lines": lines})
    assert {"lines.1.product", "lines.1.quantity", "lines.2.product", "lines.2.quantity"} <= refused.fields()
    assert apps.get_model("data.SalesOrder").objects.count() == 0


def test_a_reference_must_fit_its_filter(api: Any, goods: Any) -> None:
    assert api.post(ORDERS, {"customer": {"code": "S-1"}, "lines": []}).fields() >= {"customer"}


def test_what_one_may_not_see_one_cannot_point_at(api_as: Any, actor: Actor, goods: Any) -> None:
    blind = api_as(replace(actor, permissions=actor.permissions - {"shared.party.view"}))
    refused = blind.post(ORDERS, {"customer": goods["customer"].pk, "lines": []})
    assert "customer" in refused.fields()


def test_lines_left_out_go_and_new_ones_come(api: Any, order: dict[str, Any]) -> None:
    kept = order["lines"][1]
    lines = [{"id": kept["id"], "quantity": "5"}, {"product": {"code": "P-2"}, "quantity": "1"}]
    changed = api.patch(f"{ORDERS}{order['id']}/", {"lines": lines}, order["version"])
    assert changed.status == 200, changed.content
    assert [line["quantity"] for line in changed.json["lines"]] == ["5", "1"]
    assert changed.json["lines"][0]["id"] == kept["id"]
    same = api.patch(f"{ORDERS}{order['id']}/", {"note": "x"}, changed.json["version"])
    assert len(same.json["lines"]) == 2


def test_actions_run_in_their_states_only_and_once_per_key(api: Any, order: dict[str, Any]) -> None:
    path = f"{ORDERS}{order['id']}/actions/cancel/"
    assert api.post(path, {"nonsense": 1}).fields() == {"nonsense"}
    done = api.post(path, {}, idempotency_key="cancel-1")
    assert done.status == 200, done.content
    assert done.json["record"]["status"] == "cancelled"
    assert api.post(path, {}, idempotency_key="cancel-1").json == done.json
    again = api.post(path, {})
    assert (again.status, again.type) == (409, "state")
    assert api.post(f"{ORDERS}{order['id']}/actions/nonsense/").type == "not-found"


def test_one_hop_over_a_reference_filters(api: Any, order: dict[str, Any]) -> None:
    assert len(api.get(f"{ORDERS}?customer.code=C-1").json["results"]) == 1
    assert api.get(f"{ORDERS}?customer.code=C-2").json["results"] == []
    assert api.get(f"{LINES}?product.name__contains=bicycle&count=1").json["count"] == 2
    assert api.get(f"{ORDERS}?customer.owner.name=x").fields() == {"customer.owner.name"}
    assert len(api.get(f"{ORDERS}?search=bike+{order['number']}").json["results"]) == 1


def test_a_line_is_changed_through_its_document(api: Any, order: dict[str, Any]) -> None:
    line = api.get(f"{LINES}{order['lines'][0]['id']}/").json
    changed = api.patch(f"{LINES}{line['id']}/", {"quantity": "7"}, line["version"])
    assert changed.status == 200, changed.content
    assert changed.json["quantity"] == "7"
    now = api.get(f"{ORDERS}{order['id']}/").json
    assert [row["quantity"] for row in now["lines"]] == ["7", "3"]
    assert now["total"] != order["total"]
    assert api.delete(f"{LINES}{line['id']}/", changed.json["version"]).status == 204
    assert len(api.get(f"{ORDERS}{order['id']}/").json["lines"]) == 1


def test_rows_of_a_file_become_lines_of_their_document(api: Any, actor: Actor, order: dict[str, Any]) -> None:
    rows = [
        {"order": order["number"], "product": "P-2", "quantity": "4"},
        {"order": order["number"], "product": "nope", "quantity": "4"},
        {"order": "no such order", "product": "P-2", "quantity": "4"},
    ]
    result = import_rows(actor=actor, entity_key="shared.sales_order_line", rows=rows)
    assert (result.created, result.failed) == (1, 2)
    assert {(e.row, e.field) for e in result.errors} == {(3, "product"), (4, "order")}
    lines = api.get(f"{ORDERS}{order['id']}/").json["lines"]
    assert [line["quantity"] for line in lines] == ["2", "3", "4"]


def test_a_scope_for_orders_holds_for_their_lines_and_for_what_lives_under_parties(
    api: Any, api_as: Any, actor: Actor, order: dict[str, Any], goods: Any
) -> None:
    with acting(actor):
        stranger = Member.objects.create(person_id=4712, name="Stranger", email="s2@acme.example")
        apps.get_model("data.SalesOrder").objects.filter(pk=order["id"]).update(owner=stranger)
        apps.get_model("data.Party").objects.filter(pk=goods["customer"].pk).update(owner=stranger)
        address = make(apps.get_model("data.Address"), party=goods["customer"])
    narrow = api_as(replace(actor, scopes={"": "all", "shared.sales_order": "own", "shared.party": "own"}))
    assert len(api.get(LINES).json["results"]) == 2
    assert narrow.get(LINES).json["results"] == []
    assert narrow.get(f"{LINES}{order['lines'][0]['id']}/").type == "not-found"
    addresses = f"/api/v1/shared/addresses/?id={address.pk}"
    assert len(api.get(addresses).json["results"]) == 1
    assert narrow.get(addresses).json["results"] == []


def test_a_line_keeps_what_it_points_at_and_the_custom_values_one_does_not_send(
    api: Any, order: dict[str, Any], goods: Any, actor: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    """A product that may not be chosen any more stays where it stands."""
    field = {"entity": "shared.sales_order_line", "label": "x", "type": "text"}
    with django_capture_on_commit_callbacks(execute=True):
        for key in ("colour", "size"):
            assert api.post("/api/v1/records/custom-fields/", {"key": key, **field}).status == 201
    first, second = order["lines"]
    lines = [{"id": first["id"], "custom": {"colour": "red", "size": "M"}}, {"id": second["id"]}]
    changed = api.patch(f"{ORDERS}{order['id']}/", {"lines": lines}, order["version"])
    assert changed.status == 200, changed.content
    with acting(actor):
        apps.get_model("data.Product").objects.filter(code="P-0").update(is_active=False, is_saleable=False)
    lines = [{**first, "custom": {"size": "L"}, "quantity": "3"}, second]
    changed = api.patch(f"{ORDERS}{order['id']}/", {"lines": lines}, changed.json["version"])
    assert changed.status == 200, changed.content
    assert changed.json["lines"][0]["custom"] == {"colour": "red", "size": "L"}
    assert changed.json["lines"][0]["quantity"] == "3"


def test_what_lies_behind_a_reference_stays_within_its_own_scope(
    api: Any, api_as: Any, actor: Actor, order: dict[str, Any], goods: Any
) -> None:
    """One sees the order, and what its customer is called; not the customer's other fields, by any way of asking."""
    with acting(actor):
        stranger = Member.objects.create(person_id=4713, name="Stranger", email="s3@acme.example")
        party = apps.get_model("data.Party").objects
        party.filter(pk=goods["customer"].pk).update(owner=stranger, credit_limit=500, tax_id="91310000X")
    narrow = api_as(replace(actor, scopes={"": "all", "shared.party": "own"}))
    for path in ("customer.credit_limit__gte=100", "customer.tax_id=91310000X", "customer.tax_id__isnull=false"):
        assert len(api.get(f"{ORDERS}?{path}").json["results"]) == 1, path
        assert narrow.get(f"{ORDERS}?{path}").json["results"] == [], path
    assert len(narrow.get(f"{ORDERS}?customer.name__contains=bike").json["results"]) == 1
    assert len(narrow.get(f"{ORDERS}?order=customer.name").json["results"]) == 1
    assert narrow.get(f"{ORDERS}?order=customer.credit_limit").fields() == {"order"}
    assert narrow.get(f"{ORDERS}summary/?group=customer.tax_id").fields() == {"group"}
    assert api.get(f"{ORDERS}summary/?group=customer.tax_id").json["groups"][0]["key"] == "91310000X"


def test_search_finds_nothing_by_what_a_role_hides_behind_a_reference(
    api: Any, api_as: Any, actor: Actor, order: dict[str, Any]
) -> None:
    blind = api_as(replace(actor, hidden={"shared.party": frozenset({"name"})}))
    assert len(api.get(f"{ORDERS}?search=bike").json["results"]) == 1
    assert blind.get(f"{ORDERS}?search=bike").json["results"] == []
