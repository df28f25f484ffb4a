"""What the order editor shows while one types: the sums of the order as it would be, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from modules.shared.data.models import Party, Product, SalesOrder, Tax
from tenon.access.actor import Actor
from tenon.tenancy.context import Company
from tests.platform.api.client import Api

PREVIEW = "/api/v1/shared/sales-orders/preview/"


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def test_it_is_what_the_order_would_be(
    api: Api, customer: Party, make_product: Callable[..., Product], vat13: Tax
) -> None:
    product = make_product(tax=vat13)
    body = {"customer": customer.pk, "freight": "12", "lines": [{"product": product.pk, "quantity": "3"}]}
    shown = api.post(PREVIEW, body)
    assert shown.status == 200, shown.content
    assert SalesOrder.objects.count() == 0
    made = api.post("/api/v1/shared/sales-orders/", body).json
    for key in ("subtotal", "tax_amount", "freight", "total"):
        assert shown.json[key] == made[key], key
    (line,) = shown.json["lines"]
    assert (line["unit_price"], line["tax"]["label"], line["available"]) == ("100", vat13.name, "0")
    assert shown.json["promised_on"] == line["promised_on"]
    assert [(t["label"], t["amount"]) for t in shown.json["taxes"]] == [(vat13.name, made["tax_amount"])]


def test_faults_stand_at_their_line(api: Api, customer: Party, make_product: Callable[..., Product]) -> None:
    unpriced = make_product(list_price=None)
    refused = api.post(PREVIEW, {"customer": customer.pk, "lines": [{"product": unpriced.pk, "quantity": "1"}]})
    assert refused.status == 400
    assert [e["field"] for e in refused.json["errors"]] == ["lines.0.unit_price"]


def test_who_may_not_take_orders_is_refused(
    actor: Actor, customer: Party, make_product: Callable[..., Product]
) -> None:
    onlooker = Api(replace(actor, permissions=actor.permissions - {"shared.sales_order.create"}))
    lines = [{"product": make_product().pk, "quantity": "1"}]
    assert onlooker.post(PREVIEW, {"customer": customer.pk, "lines": lines}).status == 403
