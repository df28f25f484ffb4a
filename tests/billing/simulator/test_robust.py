"""Whatever is asked, the simulator answers with an object or with one of Stripe's errors: never with a failure."""

from __future__ import annotations

import inspect
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe._encode import _api_encode

from billing.simulator import app as application
from billing.simulator.api.routing import ENDPOINTS, Endpoint
from billing.simulator.store import Store
from billing.simulator.world import World

KEY = {"authorization": "Bearer sk_test_x"}
SOURCES = "".join(inspect.getsource(module) for module in {inspect.getmodule(e.handler) for e in ENDPOINTS} if module)
NAMES = sorted(set(re.findall(r'\.(?:text|whole|few|flag|time|map|rows|strings|need|count|decimal)\("(\w+)"', SOURCES)))


class Asked:
    """A small world, and questions put to it without a network between."""

    def __init__(self) -> None:
        self.simulator = application.Simulator(World(Store(None)))
        self.by_path = {(e.method, e.path): e for e in ENDPOINTS}
        product = self.ask("POST", "/v1/products", {"name": "CRM"})["id"]
        recurring = {"interval": "month"}
        price = {"product": product, "currency": "usd", "unit_amount": 1000, "recurring": recurring}
        self.ids = [product]
        self.ids.append(self.ask("POST", "/v1/prices", price)["id"])
        clock = self.ask("POST", "/v1/test_helpers/test_clocks", {"frozen_time": 1_775_001_600})["id"]
        customer = self.ask("POST", "/v1/customers", {"name": "Acme", "test_clock": clock})["id"]
        method = self.ask("POST", "/v1/payment_methods/{id}/attach", {"customer": customer}, "pm_card_visa")["id"]
        items = {"customer": customer, "items": [{"price": self.ids[1]}], "default_payment_method": method}
        subscription = self.ask("POST", "/v1/subscriptions", items)
        self.ids += [clock, customer, method, subscription["id"], subscription["items"]["data"][0]["id"]]
        self.ids += [subscription["latest_invoice"]]
        self.ids += [self.ask("POST", "/v1/coupons", {"percent_off": 10})["id"]]
        session = {
            "mode": "subscription",
            "success_url": "https://example.com",
            "line_items": [{"price": self.ids[1], "quantity": 1}],
        }
        self.ids += [self.ask("POST", "/v1/checkout/sessions", session)["id"]]
        item, invoice = self.ids[6], self.ids[7]
        phases = [{"items": [{"price": self.ids[1], "quantity": 2}], "iterations": 2}]
        details = {"items": [{"id": item, "quantity": 3}], "proration_behavior": "always_invoice"}
        period = {"start": 1_775_001_600, "end": 1_775_101_600}
        self.good: list[tuple[str, str, dict[str, Any]]] = [
            ("/v1/subscriptions", "", {**items, "trial_end": 1_776_001_600, "discounts": [{"coupon": self.ids[8]}]}),
            ("/v1/subscriptions/{id}", subscription["id"], {**details, "proration_date": 1_775_001_600}),
            ("/v1/subscriptions/{id}", subscription["id"], {"cancel_at": 1_785_001_600, "metadata": {"a": "b"}}),
            ("/v1/subscription_items", "", {"subscription": subscription["id"], "price_data": price, "quantity": 2}),
            ("/v1/invoices/create_preview", "", {"subscription": subscription["id"], "subscription_details": details}),
            (
                "/v1/invoices/create_preview",
                "",
                {"customer": customer, "subscription_details": {"items": items["items"]}},
            ),
            ("/v1/subscription_schedules", "", {"customer": customer, "start_date": 1_776_001_600, "phases": phases}),
            ("/v1/checkout/sessions", "", {**session, "subscription_data": {"trial_period_days": 3}, "locale": "zh"}),
            ("/v1/invoiceitems", "", {"customer": customer, "amount": 100, "currency": "usd", "period": period}),
            ("/v1/invoices", "", {"customer": customer, "pending_invoice_items_behavior": "include"}),
            ("/v1/invoices/{id}", invoice, {"description": "x", "due_date": 1_785_001_600}),
            ("/v1/prices", "", {**price, "currency_options": {"cny": {"unit_amount": 7}}, "lookup_key": "k"}),
            ("/v1/coupons", "", {"percent_off": "12.5", "duration": "repeating", "duration_in_months": 3}),
            ("/v1/payment_intents", "", {"amount": 5, "currency": "usd", "payment_method": method, "confirm": True}),
            ("/v1/billing_portal/sessions", "", {"customer": customer, "flow_data": {"type": "payment_method_update"}}),
            ("/v1/billing_portal/configurations", "", {"features": {"subscription_cancel": {"enabled": True}}}),
            ("/v1/test_helpers/test_clocks/{id}/advance", clock, {"frozen_time": 1_777_001_600}),
            ("/v1/customers", "", {"address": {"city": "x"}, "tax_id_data": [{"type": "eu_vat", "value": "DE1234"}]}),
        ]

    def answer(self, endpoint: Endpoint, data: dict[str, Any], id: str = "") -> Any:
        path = dict.fromkeys(re.findall(r"{(\w+)}", endpoint.path), id)
        form = urlencode(list(_api_encode(data)))
        body = form if endpoint.method == "POST" else ""
        return self.simulator.answer(endpoint, path, "" if body else form, body, KEY)

    def ask(self, method: str, path: str, data: dict[str, Any], id: str = "") -> Any:
        import json

        answer = self.answer(self.by_path[(method, path)], data, id)
        assert answer.status_code == 200, answer.body
        return json.loads(answer.body)


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked()


ODD = [
    "",
    "now",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "99999999999999999999",
    "1775001601",
    "usd",
    "month",
    "NaN",
    "1e5",
    "榫",
]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_never_a_failure(asked: Asked, data: st.DataObject) -> None:
    endpoint = data.draw(st.sampled_from(ENDPOINTS))
    ids = st.sampled_from(asked.ids)
    leaf = st.one_of(st.sampled_from(ODD), ids, st.text(max_size=5))
    value = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=2),
            st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3),
        ),
        max_leaves=6,
    )
    form = data.draw(st.dictionaries(st.sampled_from([*NAMES, "expand"]), value, max_size=4))
    answer = asked.answer(endpoint, form, data.draw(ids))
    assert answer.status_code < 500, (endpoint.method, endpoint.path, form, answer.body)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The place of everything inside."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, child in inner for place in [(*path, key), *leaves(child, (*path, key))]]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {key: replaced(child, path[1:], new) if key == path[0] else child for key, child in value.items()}
    return [replaced(child, path[1:], new) if i == path[0] else child for i, child in enumerate(value)]


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_never_a_failure_for_what_is_almost_right(asked: Asked, data: st.DataObject) -> None:
    path, id, form = data.draw(st.sampled_from(asked.good))
    odd = st.one_of(st.sampled_from(ODD), st.sampled_from(asked.ids), st.just({"x": "y"}), st.just(["x"]))
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.sampled_from(leaves(form)))
        form = replaced(form, place, data.draw(odd))
    answer = asked.answer(asked.by_path[("POST", path)], form, id)
    assert answer.status_code < 500, (path, form, answer.body)


def test_every_endpoint_has_its_names_read() -> None:
    """The vocabulary above is taken from the source; were it empty, the test above would ask nothing."""
    assert {"customer", "items", "price", "trial_end", "proration_date"} <= set(NAMES)
    assert len(ENDPOINTS) > 90
