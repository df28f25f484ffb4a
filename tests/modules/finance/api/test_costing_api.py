"""Profit, budgets, overhead and profit analysis over HTTP: shapes, rights, functions that are off, queries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from modules.finance.models import FiscalYear
from tenon.access.actor import Actor
from tenon.tenancy.context import Company, current, serving
from tests.modules.finance.books import Books
from tests.platform.api.client import Api

V1 = "/api/v1/finance/"


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def test_a_budget_is_filled_and_compared(api: Api, books: Books) -> None:
    today = current().today()
    year = FiscalYear.objects.get(starts_on__lte=today, ends_on__gte=today)
    made = api.post(f"{V1}budgets/", {"name": "Plan", "year": year.pk, "control": "warn", "reach": "month"}).json
    month, account = today.replace(day=1).isoformat(), books.account("5602").pk
    path = f"{V1}budgets/{made['id']}/grid/"
    grid = api("PUT", path, {"cells": [{"account": account, "month": month, "amount": "900"}]}).json
    at = grid["months"].index(month)
    assert (grid["rows"][0]["account"]["id"], grid["rows"][0]["amounts"][at]) == (account, "900.00")
    assert len(grid["months"]) == 12
    wrong = api("PUT", path, {"cells": [{"account": account, "month": "1990-01-01", "amount": "1"}]})
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (400, "cells.0.month")
    api.post(f"{V1}budgets/{made['id']}/actions/enforce/")
    books.charge("250", kind="purchase_invoice")
    actual = api.get(f"{V1}budget-actual/").json
    row = actual["rows"][0]
    assert (row["budget"], row["actual"], row["committed"], row["left"]) == ("900.00", "250.00", "0.00", "650.00")
    behind = api.get(f"{V1}budget-actual/lines/?account={account}&since={month}&to={month}").json
    assert [x["amount"] for x in behind["postings"]] == ["250.00"]
    last = api.get(f"{V1}budgets/{made['id']}/last-year/?account={account}").json
    assert last["amounts"] == ["0.00"] * 12


def test_margins_and_what_belongs_to_no_order(api: Api, books: Books) -> None:
    books.charge("77")
    found = api.get(f"{V1}profit-analysis/?by=customer").json
    assert [(x["revenue"], x["margin"]) for x in found["results"]] == [("77.00", "77.00")]
    assert [x["amount"] for x in found["bridge"]][-1] == "77.00"
    rest = api.get(f"{V1}order-profit/unallocated/").json["results"]
    assert [x["amount"] for x in rest] == ["77.00"]
    lines = api.get(f"{V1}order-profit/unallocated/?account={rest[0]['account']['id']}").json["results"]
    assert [x["amount"] for x in lines] == ["77.00"]
    assert api.get(f"{V1}profit-analysis/?by=weather").status == 400


PATHS = {
    "finance.budgets": ("budget-actual/", "budgets/1/grid/", "budget-document/?entity=x&id=1"),
    "finance.costing": ("profit-analysis/", "overhead/", "order-profit/unallocated/"),
}


@pytest.mark.parametrize("feature", PATHS)
def test_off_is_off_and_rights_come_first(actor: Actor, serving_acme: Company, feature: str) -> None:
    stranger = Api(replace(actor, permissions=frozenset(), roles=()))
    for path in PATHS[feature]:
        assert stranger.get(f"{V1}{path}").status == 403, path
    company = current()
    with serving(replace(company, features=company.features - {feature})):
        for path in PATHS[feature]:
            assert Api(actor).get(f"{V1}{path}").status == 403, path


def test_more_orders_take_no_more_queries(books: Books, actor: Actor, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    from modules.finance.selectors.budgets import commitments

    for _ in range(6):
        books.purchase((books.product(kind="service"), 1, "10"), (books.product(), 2, "5"))
    with django_assert_max_num_queries(8):
        assert len(commitments()) == 12
