"""Credit and cancellation over HTTP: what pages show before, what is refused, and by whom it is let through."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from modules.shared.data.models import CancellationStep, CancellationTerms, SalesOrder
from modules.shared.data.services import sales_order_confirm, sales_order_create
from tenon.access.actor import Actor
from tenon.records.service import acting
from tenon.tenancy.context import Company, current
from tests.modules.finance.books import Books
from tests.platform.api.client import Api

D = Decimal
ORDERS = "/api/v1/shared/sales-orders/"


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def draft(books: Books, customer, price="100") -> SalesOrder:
    line = {"product": books.product(kind="service"), "quantity": D(1), "unit_price": D(price), "tax": None}
    return sales_order_create(actor=books.actor, customer=customer, lines=[line])


def test_refused_asked_for_let_through(api: Api, books: Books):
    """Limit 100, an order of 120.50: refused with its figures; asked for, approved, confirmed; both stand there."""
    customer = books.party("customer", credit_limit=D(100))
    order = draft(books, customer, "120.50")
    refused = api.post(f"{ORDERS}{order.pk}/actions/confirm/")
    assert (refused.status, refused.json["type"].rpartition("/")[2]) == (409, "credit-exceeded")
    assert "100.00" in refused.json["detail"]
    assert "120.50" in refused.json["detail"]
    until = current().today() + timedelta(days=3)
    asked = api.post(
        "/api/v1/finance/credit-overrides/", {"order": order.pk, "valid_until": str(until), "reason": "trade fair"}
    )
    assert asked.status == 201, asked.json
    assert (asked.json["amount"], asked.json["status"], asked.json["customer"]["id"]) == (
        "120.50", "requested", customer.pk,
    )  # fmt: skip
    assert api.post(f"{ORDERS}{order.pk}/actions/confirm/").status == 409
    approved = api.post(f"/api/v1/finance/credit-overrides/{asked.json['id']}/actions/approve/", {"reason": "insured"})
    assert approved.status == 200, approved.json
    assert api.post(f"{ORDERS}{order.pk}/actions/confirm/").status == 200
    standing = api.get(f"/api/v1/finance/credit/{customer.pk}/").json
    assert (standing["orders"], standing["exposure"], standing["room"]) == ("120.50", "120.50", "-20.50")
    assert [(x["order"], x["amount"]) for x in standing["overrides"]] == [(order.pk, "120.50")]
    assert api.get("/api/v1/finance/credit/999999/").status == 404


def test_what_cancelling_costs_stands_there_before(api: Api, books: Books):
    """40 % once confirmed: 40.00 of 100, shown by the preview, charged by the action, waived on its own page."""
    with acting(books.actor):
        terms = CancellationTerms(name="House", is_default=True)
        terms.save()
        CancellationStep(terms=terms, when="always", percent=D(40)).save()
    order = sales_order_confirm(actor=books.actor, order=draft(books, books.party("customer")))
    for end in ("cancel", "close"):
        shown = api.post(f"{ORDERS}{order.pk}/{end}-preview/", {})
        assert shown.status == 200, shown.json
        assert (shown.json["charge"]["amount"], shown.json["charge"]["parts"][0]["percent"]) == ("40.00", "40")
        assert [x["after"]["open_quantity"] for x in shown.json["lines"]] == ["0.000000"]
    less = {"lines": [{"id": order.lines.get().pk, "unit_price": "1"}]}
    assert api.post(f"{ORDERS}{order.pk}/change-preview/", less).json["charge"] is None
    assert api.post(f"{ORDERS}{order.pk}/actions/cancel/", {"reason": "gone"}).status == 200
    (row,) = api.get("/api/v1/shared/cancellation-charges/").json["results"]
    assert (row["charged"], row["sales_order"]["id"], row["state"]) == ("40.00", order.pk, "charged")
    waived = api.post(f"/api/v1/shared/cancellation-charges/{row['id']}/actions/waive/", {"reason": "goodwill"})
    assert waived.status == 200, waived.json
    assert (waived.json["record"]["charged"], waived.json["record"]["state"]) == ("0.00", "waived")
    assert api.get("/api/v1/finance/invoices/").json["results"] == []
