"""The HTTP side: keys, errors, idempotency, expansions, pages."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest
import stripe

from tests.billing.simulator.conftest import ROOT, Running, Shop


def test_no_key_a_wrong_key_and_a_live_key_are_401(simulator: Running) -> None:
    answer = httpx.get(f"{simulator.url}/v1/customers", trust_env=False)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    for key in ("nonsense", "sk_live_abcdefghijkl"):
        with pytest.raises(stripe.AuthenticationError):
            simulator.client(key).customers.list({})


def test_an_unknown_address_a_missing_object_a_missing_and_an_unknown_parameter(api: Any, simulator: Running) -> None:
    key = {"Authorization": "Bearer sk_test_x"}
    answer = httpx.get(f"{simulator.url}/v1/unicorns", headers=key, trust_env=False)
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
    with pytest.raises(stripe.InvalidRequestError) as missing:
        api.customers.retrieve("cus_none")
    assert (missing.value.http_status, missing.value.code, missing.value.param) == (404, "resource_missing", "id")
    with pytest.raises(stripe.InvalidRequestError) as named:
        api.subscriptions.create({"customer": "cus_none", "items": []})
    assert (named.value.http_status, named.value.param) == (400, "customer")
    with pytest.raises(stripe.InvalidRequestError) as needed:
        api.products.create({})
    assert (needed.value.code, needed.value.param) == ("parameter_missing", "name")
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        api.products.create({"name": "CRM", "colour": {"of": "the sky"}})
    assert (unknown.value.code, unknown.value.param) == ("parameter_unknown", "colour")
    assert not [p for p in api.products.list({"limit": 100}).auto_paging_iter() if p.name == ""]


def test_an_error_deep_in_a_list_names_its_place(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as error:
        shop.api.subscriptions.create({"customer": shop.customer.id, "items": [{"price": "price_none"}]})
    assert error.value.param == "items[0][price]"


def test_the_same_idempotency_key_answers_the_same(api: Any) -> None:
    options = {"idempotency_key": "sign-up of tenant 7"}
    first = api.customers.create({"email": "one@example.com"}, options)
    again = api.customers.create({"email": "one@example.com"}, options)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError) as error:
        api.customers.create({"email": "two@example.com"}, options)
    assert error.value.http_status == 400
    assert len(api.customers.list({"email": "one@example.com"}).data) == 1


def test_a_refusal_is_remembered_a_mistake_is_not(shop: Shop) -> None:
    key = {"idempotency_key": f"pay {shop.customer.id}"}
    shop.card("pm_card_chargeCustomerFail")
    subscription = shop.subscribe(shop.price(1_000))
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            shop.api.invoices.pay(subscription.latest_invoice, {}, key)
    assert shop.see(subscription).latest_invoice.attempt_count == 2, "one at the start, one by hand, none by the replay"
    other = {"idempotency_key": f"mistake {shop.customer.id}"}
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.products.create({"colour": "red"}, other)
    assert shop.api.products.create({"name": "CRM"}, other).name == "CRM"


def test_many_at_once_with_one_key_make_one(simulator: Running) -> None:
    made: list[str] = []

    def create() -> None:
        made.append(simulator.client().customers.create({"name": "Once"}, {"idempotency_key": "eight at once"}).id)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1


def test_pages_forwards_backwards_and_all(api: Any) -> None:
    product = api.products.create({"name": "Paged"})
    ids = [api.prices.create({"product": product.id, "currency": "usd", "unit_amount": n}).id for n in range(1, 8)][
        ::-1
    ]
    first = api.prices.list({"product": product.id, "limit": 3})
    assert ([p.id for p in first.data], first.has_more) == (ids[:3], True)
    second = api.prices.list({"product": product.id, "limit": 3, "starting_after": ids[2]})
    assert [p.id for p in second.data] == ids[3:6]
    last = api.prices.list({"product": product.id, "limit": 3, "starting_after": ids[5]})
    assert ([p.id for p in last.data], last.has_more) == (ids[6:], False)
    back = api.prices.list({"product": product.id, "limit": 3, "ending_before": ids[5]})
    assert ([p.id for p in back.data], back.has_more) == (ids[2:5], True)
    every = api.prices.list({"product": product.id, "limit": 2}).auto_paging_iter()
    assert [p.id for p in every] == ids
    with pytest.raises(stripe.InvalidRequestError):
        api.prices.list({"limit": 101})


def test_expansions_deep_in_lists_and_wrong_ones(shop: Shop) -> None:
    shop.card()
    shop.subscribe(shop.price(700))
    found = shop.api.subscriptions.list(
        {
            "customer": shop.customer.id,
            "expand": ["data.customer", "data.latest_invoice.payments", "data.items.data.price"],
        }
    ).data[0]
    assert found.customer.email == "buyer@example.com"
    one = shop.api.subscriptions.retrieve(found.id, {"expand": ["items.data.price.product"]})
    assert one["items"].data[0].price.product.name == "CRM"
    payment = found.latest_invoice.payments.data[0].payment.payment_intent
    assert shop.api.payment_intents.retrieve(payment, {"expand": ["latest_charge"]}).latest_charge.paid
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        shop.api.subscriptions.list({"expand": ["data.items.data.price.product"]})
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        shop.api.subscriptions.list({"expand": ["data.nonsense"]})


def test_deleted_customers_stay_as_a_stub(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(100))
    assert shop.api.customers.delete(shop.customer.id).deleted
    assert shop.api.customers.retrieve(shop.customer.id).deleted
    assert shop.see(subscription).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.customers.update(shop.customer.id, {"name": "Back"})


def test_metadata_is_merged_and_cleared(api: Any) -> None:
    customer = api.customers.create({"metadata": {"tenant": "7", "plan": "a"}})
    customer = api.customers.update(customer.id, {"metadata": {"plan": "", "pool": "eu"}})
    assert dict(customer.metadata.to_dict()) == {"tenant": "7", "pool": "eu"}
    assert api.customers.update(customer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_lookup_key_belongs_to_one_price(api: Any) -> None:
    product = api.products.create({"name": "Keyed"})
    values = {"product": product.id, "currency": "usd", "unit_amount": 5, "lookup_key": f"key of {product.id}"}
    old = api.prices.create(values)
    with pytest.raises(stripe.InvalidRequestError):
        api.prices.create(values)
    new = api.prices.create({**values, "unit_amount": 6, "transfer_lookup_key": True})
    assert [p.id for p in api.prices.list({"lookup_keys": [values["lookup_key"]]}).data] == [new.id]
    assert api.prices.retrieve(old.id).lookup_key is None


def test_the_simulator_needs_neither_django_nor_the_sdk() -> None:
    code = "import sys, billing.simulator.__main__; print({'django', 'stripe'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
