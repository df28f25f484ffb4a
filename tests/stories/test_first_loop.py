"""The whole loop, over HTTP only: a person signs up, makes a company, imports spreadsheets, and takes an order of ten
bicycles, of which four are there, from lead to profit. Every number below was worked out by hand.

| | quantity | value |
| --- | --- | --- |
| opening: bicycles, wheels | 4, 5 | 3,600.00 and 80.00 |
| bought: frames at 300, spokes at 0.50 | 6, 224 | 1,800.00 and 112.00 |
| made: wheels, 112 spokes' value + 70 min at 60 + 30 an hour | 7 | 112 + 70 + 35 = 217.00 |
| made: bicycles, 6 frames + 12 wheels (80 + 217) + 120 min | 6 | 1,800 + 297 + 120 + 60 = 2,277.00 |
| delivered | 10 | 3,600 + 2,277 = 5,877.00 |
| invoiced: 10 × 2,000, 13 % VAT | 10 | 20,000 + 2,600 = 22,600.00 |
| profit | | 20,000 − 5,877 = 14,123.00 |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.models import Tenant
from tenon_site.celery_app import app as celery
from tenon_site.management.commands.check_books import check_company
from tests.committed import committing
from tests.stories.sheets import SHEETS
from tests.tenants.conftest import Web

D = Decimal
ACCOUNTS = "/_allauth/browser/v1"


class Story:
    """A person at a browser; refuses any answer that is not a success, and says what it was."""

    def __init__(self, host: str) -> None:
        self.web = Web(host)

    def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = self.web.call(method, path, body, **headers)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.content[:2000].decode()}"
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self.ok("get", path)

    def post(self, path: str, body: Any = None) -> Any:
        return self.ok("post", path, {} if body is None else body)

    def act(self, path: str, record: dict[str, Any], verb: str, **params: Any) -> dict[str, Any]:
        return dict(self.post(f"{path}{record['id']}/actions/{verb}/", params)["record"])

    def import_sheet(self, entity: str, text: str) -> dict[str, Any]:
        upload = SimpleUploadedFile(f"{entity}.csv", text.encode(), "text/csv")
        started = self.web.client.post("/api/v1/imports/", {"entity": entity, "file": upload})
        assert started.status_code == 201, started.content.decode()
        address = f"/api/v1/imports/{started.json()['id']}/"
        assert all(column["field"] for column in started.json()["columns"]), started.json()["columns"]
        self.post(f"{address}actions/dry-run/")
        assert self.get(address)["failed"] == 0, self.get(f"{address}errors/")
        self.post(f"{address}actions/run/")
        done = self.get(address)
        assert (done["state"], done["failed"]) == ("done", 0), (done, self.get(f"{address}errors/"))
        return dict(done)

    def only(self, path: str) -> dict[str, Any]:
        (row,) = self.get(path)["results"]
        return dict(row)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any, settings: Any) -> Iterator[None]:
    """Everything in this story is really committed; jobs run at once, in the request that starts them."""
    settings.SCHEMA_POOL_SIZE = 0  # nothing to refill in the middle of the story
    with committing(django_db_blocker):
        before = celery.conf.task_always_eager
        celery.conf.task_always_eager = True
        yield
        celery.conf.task_always_eager = before


def sign_up() -> Story:
    """By e-mail code, then a company of one's own, then through the ticket to its address."""
    apex = Story("localhost")
    email, password = "founder@loop.example", "a bicycle for the mind"
    answer = apex.web.post(f"{ACCOUNTS}/auth/signup", {"email": email, "password": password})
    assert answer.status_code == 401  # the code is still to come
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None, mail.outbox[-1].body
    apex.post(f"{ACCOUNTS}/auth/email/verify", {"key": code[1]})
    made = apex.post(
        "/api/v1/companies/",
        {
            "name": "Loop Bicycles", "slug": "loop-bikes", "industry": "manufacturing", "language": "en",
            "currency": "CNY", "time_zone": "Asia/Shanghai",
            "modules": ["crm", "inventory", "production", "finance"],
        },
    )  # fmt: skip
    assert made["state"] == "ready"
    ticket = apex.post("/api/v1/companies/loop-bikes/ticket/")["url"].partition("ticket=")[2]
    company = Story("loop-bikes.localhost")
    company.post("/api/v1/session/enter/", {"ticket": ticket})
    return company


def test_from_sign_up_to_the_profit_of_an_order(committed: None) -> None:
    story = sign_up()
    bootstrap = story.get("/api/v1/bootstrap/")
    assert bootstrap["me"]["roles"] == ["owner"]
    assert {"crm", "sales", "stock", "make", "finance"} <= {area["id"] for area in bootstrap["menu"]}
    for entity, sheet in SHEETS.items():
        story.import_sheet(entity, sheet)

    order = take_the_order(story)
    supply(story)
    make(story)
    deliver_and_settle(story, order)
    profit(story, order)
    tenant = Tenant.objects.get(slug="loop-bikes")
    assert check_company(tenant.company()) == []
    switch_inventory_off_and_on(story, order)
    assert check_company(Tenant.objects.get(slug="loop-bikes").company()) == []


def take_the_order(story: Story) -> dict[str, Any]:
    lead = story.post("/api/v1/crm/leads/", {"name": "A Bike Store", "contact_name": "Purchasing manager"})
    lead = story.act("/api/v1/crm/leads/", lead, "convert", with_opportunity=True, opportunity_name="Ten bicycles")
    opportunity = story.only("/api/v1/crm/opportunities/")
    bike = story.only("/api/v1/shared/products/?code=BIKE")
    tax = story.only("/api/v1/shared/taxes/?rate=13&included=false&limit=1")
    today = story.get("/api/v1/bootstrap/")["tenant"]["today"]
    wanted = str(_date(today) + timedelta(days=60))
    quote = story.post(
        "/api/v1/crm/quotes/",
        {
            "party": opportunity["party"]["id"], "opportunity": opportunity["id"], "requested_on": wanted,
            "lines": [{"product": bike["id"], "quantity": "10", "unit_price": "2000", "tax": tax["id"]}],
        },
    )  # fmt: skip
    assert D(quote["total"]) == D("22600.00")
    story.act("/api/v1/crm/quotes/", quote, "accept")
    order = story.only("/api/v1/shared/sales-orders/")
    order = story.act("/api/v1/shared/sales-orders/", order, "confirm")
    line = story.get(f"/api/v1/shared/sales-orders/{order['id']}/")["lines"][0]
    assert (D(line["quantity"]), D(line["reserved"])) == (10, 4)
    return order


def _date(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def supply(story: Story) -> None:
    job = story.post("/api/v1/production/planning/")
    assert story.get(f"/api/v1/jobs/{job['id']}/")["state"] == "done"
    found = story.get("/api/v1/production/planning/")
    proposals = {p["product"]["label"]: (p["kind"], D(p["quantity"])) for p in found["proposals"]}
    assert proposals == {"BIKE": ("make", 6), "FRAME": ("buy", 6), "WHEEL": ("make", 7), "SPOKE": ("buy", 224)}
    assert all(p["release_on"] <= p["due_on"] for p in found["proposals"])
    firmed = story.post("/api/v1/production/planning/firm/", {"ids": [p["id"] for p in found["proposals"]]})
    assert sorted(o["entity"] for o in firmed["orders"]) == [
        "production.order",
        "production.order",
        "shared.purchase_order",
    ]

    purchase = story.only("/api/v1/shared/purchase-orders/")
    purchase = story.act("/api/v1/shared/purchase-orders/", purchase, "confirm")
    assert D(purchase["subtotal"]) == D("1912.00")
    lines = story.get(f"/api/v1/shared/purchase-orders/{purchase['id']}/")["lines"]
    receipt = story.post(
        "/api/v1/inventory/receipts/",
        {"order": purchase["id"], "lines": [{"order_line": x["id"], "quantity": x["quantity"]} for x in lines]},
    )
    story.act("/api/v1/inventory/receipts/", receipt, "post")


def make(story: Story) -> None:
    centre = story.post(
        "/api/v1/production/work-centres/",
        {"code": "ASM", "name": "Assembly", "cost_rate": "60", "overhead_rate": "30"},
    )
    orders = {o["product"]["label"].rpartition(" · ")[2]: o for o in story.get("/api/v1/production/orders/")["results"]}
    for code, good, minutes in (("WHEEL", "7", "70"), ("BIKE", "6", "120")):
        order = story.act("/api/v1/production/orders/", orders[code], "release")
        order = story.act(
            "/api/v1/production/orders/", order, "report", good=good, minutes=minutes, work_centre=centre["id"]
        )
        assert order["status"] == "done"
    assert D(story.get(f"/api/v1/production/orders/{orders['BIKE']['id']}/")["received_value"]) == D("2277.00")


def deliver_and_settle(story: Story, order: dict[str, Any]) -> None:
    line = story.get(f"/api/v1/shared/sales-orders/{order['id']}/")["lines"][0]
    assert D(line["reserved"]) == 10  # what was made was locked for whom it was made
    delivery = story.post("/api/v1/inventory/deliveries/", {"order": order["id"]})
    story.act("/api/v1/inventory/deliveries/", delivery, "post")
    assert story.get(f"/api/v1/shared/sales-orders/{order['id']}/")["status"] == "delivered"
    invoice = story.post("/api/v1/finance/invoices/from-order/", {"sales_order": order["id"]})
    invoice = story.act("/api/v1/finance/invoices/", invoice, "post")
    assert D(invoice["total"]) == D("22600.00")
    payment = story.post(
        "/api/v1/finance/payments/",
        {"direction": "in", "party": order["customer"]["id"], "amount": "22600.00"},
    )
    story.act("/api/v1/finance/payments/", payment, "allocate", invoice=invoice["id"])
    assert story.get(f"/api/v1/finance/invoices/{invoice['id']}/")["status"] == "paid"


def profit(story: Story, order: dict[str, Any]) -> None:
    report = story.get(f"/api/v1/finance/order-profit/{order['id']}/")
    assert D(report["profit"]["actual"]) == D("14123.00")
    lines = {line["key"]: line for line in report["lines"]}
    assert D(lines["revenue"]["actual"]) == D("20000.00")
    costs = sum(D(x["actual"]) for key, x in lines.items() if key != "revenue")
    assert abs(costs) == D("5877.00")
    assert all(x["postings"] for x in report["lines"] if D(x["actual"]))


def switch_inventory_off_and_on(story: Story, order: dict[str, Any]) -> None:
    before = story.get("/api/v1/inventory/stock/?count=1")
    features = [
        f["key"] for m in story.get("/api/v1/modules/")["modules"] if m["key"] == "inventory" for f in m["features"]
    ]
    for key in reversed(features):
        story.web.post(f"/api/v1/modules/features/{key}/actions/disable/")
    bootstrap = story.get("/api/v1/bootstrap/")
    assert not any(key.startswith("inventory.") for key in (*bootstrap["features"], *bootstrap["entities"]))
    refused = story.web.get("/api/v1/inventory/stock/")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/feature-off")
    assert story.get(f"/api/v1/shared/sales-orders/{order['id']}/")["status"] == "delivered"
    for key in features:
        story.post(f"/api/v1/modules/features/{key}/actions/enable/")
    assert story.get("/api/v1/inventory/stock/?count=1")["results"] == before["results"]
