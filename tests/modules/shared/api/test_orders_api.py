"""Orders, parties and their problems over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from modules.shared.data.models import Party, Product, Tax
from modules.shared.data.services import party_create, party_update
from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.platform.api.client import Api

ORDERS = "/api/v1/shared/sales-orders/"


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def test_an_order_from_draft_to_cancelled(
    api: Api, customer: Party, make_product: Callable[..., Product], vat13: Tax
) -> None:
    product = make_product(tax=vat13)
    lines = [{"product": {"code": product.code}, "quantity": "3", "discount": "10"}]
    made = api.post(ORDERS, {"customer": customer.pk, "freight": "12", "lines": lines})
    assert made.status == 201, made.content
    row = made.json
    assert (row["total"], row["tax_amount"], row["status"]) == ("317.10", "35.10", "draft")
    (line,) = row["lines"]
    assert (line["unit_price"], line["unit"]["label"], line["subtotal"]) == ("100.00", "EA", "270.00")
    # Sent back whole, with one quantity changed.
    changed = api.patch(f"{ORDERS}{row['id']}/", {"lines": [{**line, "quantity": "4"}]}, version=row["version"])
    assert changed.status == 200, changed.content
    assert changed.json["subtotal"] == "360.00"
    stale = api.patch(f"{ORDERS}{row['id']}/", {"note": "x"}, version=row["version"])
    assert (stale.status, stale.json["type"]) == (412, "/problems/stale-version")
    confirmed = api.post(f"{ORDERS}{row['id']}/actions/confirm/", {})
    assert confirmed.json["record"]["status"] == "confirmed", confirmed.content
    again = api.post(f"{ORDERS}{row['id']}/actions/confirm/", {})
    assert (again.status, again.json["type"]) == (409, "/problems/state")
    cancelled = api.post(f"{ORDERS}{row['id']}/actions/cancel/", {"reason": "Ordered twice"})
    assert cancelled.json["record"]["status"] == "cancelled"


def test_bad_lines_are_named_by_field(api: Api, customer: Party, make_product: Callable[..., Product]) -> None:
    lines = [{"product": make_product().pk, "quantity": "1"}, {"product": make_product().pk, "quantity": "-1"}]
    answer = api.post(ORDERS, {"customer": customer.pk, "lines": lines})
    assert answer.status == 400
    assert [e["field"] for e in answer.json["errors"]] == ["lines.1.quantity"]


def test_credit_refuses_with_its_figures(
    api: Api, actor: Actor, customer: Party, make_product: Callable[..., Product]
) -> None:
    """Limit 150, one order of 100 open: the second is refused and stays a draft."""
    party_update(actor=actor, party=customer, credit_limit=Decimal(150))
    product = make_product()
    ids = [
        api.post(ORDERS, {"customer": customer.pk, "lines": [{"product": product.pk, "quantity": "1"}]}).json["id"]
        for _ in range(2)
    ]
    assert api.post(f"{ORDERS}{ids[0]}/actions/confirm/", {}).status == 200
    refused = api.post(f"{ORDERS}{ids[1]}/actions/confirm/", {})
    body = refused.json
    assert (refused.status, body["type"]) == (409, "/problems/credit-exceeded")
    assert (Decimal(body["limit"]), Decimal(body["exposure"]), Decimal(body["additional"])) == (150, 100, 100)
    assert api.get(f"{ORDERS}{ids[1]}/").json["status"] == "draft"


def test_list_filters_totals_and_views(
    api: Api, customer: Party, make_product: Callable[..., Product], acme: Company
) -> None:
    product = make_product()
    for quantity in ("1", "2"):
        line = {"product": product.pk, "quantity": quantity}
        api.post(ORDERS, {"customer": customer.pk, "lines": [line], "requested_on": str(acme.today() + timedelta(5))})
    page = api.get(f"{ORDERS}?status__in=draft,confirmed&owner=me&totals=1&count=1").json
    assert (page["count"], page["totals"]["total"]) == (2, "300.00")
    assert api.get(f"{ORDERS}?status__in=confirmed&promised_on__lt=today&count=1").json["count"] == 0


def test_duplicates_while_typing(api: Api, actor: Actor, customer: Party) -> None:
    found = api.get("/api/v1/shared/parties/duplicates/?name=a%20bike%20store%20inc.").json["results"]
    assert [(hit["id"], hit["reason"]) for hit in found] == [(customer.pk, "name")]
    party_create(actor=actor, name="A BIKE STORE", is_customer=True)
    groups = api.get("/api/v1/shared/parties/duplicate-groups/?role=customer").json
    assert (groups["count"], len(groups["results"][0]["parties"])) == (1, 2)


def test_the_same_tax_number_is_a_duplicate(api: Api) -> None:
    parties = "/api/v1/shared/parties/"
    assert api.post(parties, {"name": "A", "tax_id": "91310000MA1FL0XX0X"}).status == 201
    refused = api.post(parties, {"name": "B", "tax_id": "91310000ma1fl0xx0x"})
    assert (refused.status, refused.json["type"]) == (409, "/problems/duplicate")
    assert [e["field"] for e in refused.json["errors"]] == ["tax_id"]
