"""A customer on one page: of all modules, as far as one may see, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from modules.shared.data.models import Party, Product
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.tenancy.context import Company, current
from tests.platform.api.client import Api


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def page(api: Api, party: Party, query: str = "") -> Any:
    answer = api.get(f"/api/v1/shared/parties/{party.pk}/customer/{query}")
    assert answer.status == 200, answer.content
    return answer.json


def order(actor: Actor, customer: Party, product: Product, quantity: str, **values: Any) -> Any:
    line = {"product": product, "quantity": Decimal(quantity), "unit_price": Decimal(100), "tax": None}
    made = sales_order_create(actor=actor, customer=customer, lines=[line], **values)
    return sales_order_confirm(actor=actor, order=made)


def test_figures_people_coming_and_history(
    api: Api, actor: Actor, customer: Party, make_product: Callable[..., Product]
) -> None:
    """Orders of 3 × 100 a month ago and 2 × 100 at 1.5 today: 300 + 300 = 600; one of 100 two years ago is left out of
    the year. A draft counts nowhere, and stands in the history."""
    service = make_product(kind="service")
    today = current().today()
    order(actor, customer, service, "1", ordered_on=today - timedelta(days=730))
    month = order(actor, customer, service, "3", ordered_on=today - timedelta(days=30))
    second = order(actor, customer, service, "2", currency="USD", exchange_rate=Decimal("1.5"))
    sales_order_create(
        actor=actor, customer=customer, lines=[{"product": service, "quantity": Decimal(9), "tax": None}]
    )
    made = api.post("/api/v1/shared/contacts/", {"name": "Donna", "party": customer.pk, "role": "Buyer"})
    assert made.status == 201, made.content
    late = {"subject": "Ask for the drawing", "kind": "call", "party": customer.pk}
    api.post("/api/v1/crm/activities/", {**late, "due_on": str(today - timedelta(days=2))})
    api.post("/api/v1/crm/activities/", {**late, "subject": "First visit", "kind": "visit", "done": True})

    shown = page(api, customer)

    assert shown["sales"] == {
        "orders": 2, "net": "600.00", "open_orders": 3, "last_order_on": str(today),
    }  # fmt: skip
    assert [(p["name"], p["role"]) for p in shown["people"]] == [("Donna", "Buyer")]
    first = shown["coming"][0]
    assert (first["label"], first["kind"], first["day"]) == (
        "Ask for the drawing", "Call", str(today - timedelta(days=2)),
    )  # fmt: skip
    assert {x["label"] for x in shown["coming"]} >= {month.number, second.number}
    days = [x["day"] for x in shown["happened"]]
    assert days == sorted(days, reverse=True)
    assert len(shown["happened"]) == 5  # four orders and the visit
    assert not shown["more"]
    assert page(api, customer, "?limit=2")["more"]


def test_only_what_one_may_see(api: Api, actor: Actor, customer: Party, make_product: Callable[..., Product]) -> None:
    order(actor, customer, make_product(kind="service"), "1")
    api.post("/api/v1/crm/activities/", {"subject": "Visit", "party": customer.pk, "done": True})
    bare = replace(actor, permissions=frozenset({"shared.party.view"}))
    shown = page(Api(bare), customer)
    assert (shown["sales"], shown["people"], shown["coming"], shown["happened"]) == (None, [], [], [])
    sums = {"shared.sales_order": frozenset({"total", "subtotal"})}
    blind = page(Api(replace(actor, hidden=sums)), customer)
    assert (blind["sales"]["orders"], blind["sales"]["net"]) == (1, None)
    orders = [x for x in blind["happened"] + blind["coming"] if x["entity"] == "shared.sales_order"]
    assert orders
    assert {x["amount"] for x in orders} == {None}
    stranger = replace(actor, member_id=(actor.member_id or 0) + 999, scopes={"": "own"})
    address = f"/api/v1/shared/parties/{customer.pk}/customer/"
    assert Api(stranger).get(address).status == 404
    nobody = replace(actor, permissions=frozenset())
    assert Api(nobody).get(address).status == 403
    # The customer is seen, activities of others are not.
    own = replace(stranger, scopes={"": "own", "shared.party": "all"})
    assert page(Api(own), customer)["happened"] == []


def test_as_many_queries_for_much_as_for_little(
    api: Api,
    actor: Actor,
    customer: Party,
    make_product: Callable[..., Product],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    """One for the customer, its sales, its people; one for what happened and one for what is to come of each of
    activity, opportunity, quote, order, delivery, invoice; one of payments and one of production; the rest is the
    request's own."""
    service = make_product(kind="service")
    page(api, customer)
    for quantity in range(1, 12):
        order(actor, customer, service, str(quantity))
        api.post("/api/v1/crm/activities/", {"subject": f"Call {quantity}", "party": customer.pk, "done": True})
    with django_assert_max_num_queries(22):
        shown = page(api, customer, "?limit=200")
    assert len(shown["happened"]) == 22
