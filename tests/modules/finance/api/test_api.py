"""Finance over HTTP: documents through the generic resources, reports, refusals as problem documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from modules.finance.models import Account, Invoice, PaymentAllocation
from tenon.access.actor import Actor
from tenon.api.metadata import entity_meta
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, serving
from tests.modules.finance.books import Books
from tests.platform.api.client import Api

V1 = "/api/v1/finance/"


@pytest.fixture
def api(actor: Actor, serving_acme: Company) -> Api:
    return Api(actor)


def account(code: str) -> int:
    return Account.objects.get(code=code).pk


def test_from_an_order_to_its_profit(api: Api, books: Books):
    product = books.product(standard_cost="60")
    order = books.sale((product, 10, "100", books.vat()))
    books.deliver(order, ["600.00"])
    made = api.post(f"{V1}invoices/from-order/", {"sales_order": order.pk})
    assert made.status == 201, made.json
    pk = made.json["id"]
    row = api.get(f"{V1}invoices/{pk}/").json
    assert (row["status"], row["total"], row["number"], len(row["lines"])) == ("draft", "1130.00", None, 1)
    posted = api.post(f"{V1}invoices/{pk}/actions/post/")
    assert posted.status == 200, posted.json
    assert posted.json["record"]["status"] == "posted"
    paid = api.post(
        f"{V1}payments/", {"direction": "in", "party": order.customer_id, "amount": "1000.00", "method": "bank"}
    )
    assert paid.status == 201, paid.json
    settled = api.post(f"{V1}payments/{paid.json['id']}/actions/allocate/", {"invoice": pk})
    assert settled.status == 200, settled.json
    assert (settled.json["record"]["status"], settled.json["record"]["open_amount"]) == ("allocated", "0.00")
    assert api.get(f"{V1}invoices/{pk}/").json["open_amount"] == "130.00"
    profit = api.get(f"{V1}order-profit/{order.pk}/").json
    lines = {x["key"]: x for x in profit["lines"]}
    assert (lines["revenue"]["actual"], lines["material"]["actual"]) == ("1000.00", "600.00")
    assert profit["profit"]["actual"] == "400.00"
    assert profit["margin"]["actual"] == "40.0"
    (posting,) = lines["material"]["postings"]
    assert (posting["amount"], posting["source"]["entity"]) == ("600.00", "inventory.document")
    listed = api.get(f"{V1}order-profit/").json
    assert [(r["order"]["id"], r["profit"]) for r in listed["results"]] == [(order.pk, "400.00")]
    assert (listed["gross_margin"], listed["unallocated"]) == ("400.00", "0.00")
    ageing = api.get(f"{V1}ageing/?side=receivable").json
    assert (ageing["totals"]["total"], ageing["totals"]["unapplied"]) == ("130.00", "0.00")
    (item,) = api.get(f"{V1}open-items/").json["results"]
    assert (item["id"], item["open"], item["kind"]) == (pk, "130.00", "invoice")


def test_the_suppliers_side(api: Api, books: Books):
    order = books.purchase((books.product(), 4, "25", books.vat()))
    books.receive(order)
    made = api.post(f"{V1}invoices/from-purchase-order/", {"purchase_order": order.pk, "reference": "S-1"})
    assert made.status == 201, made.json
    assert api.post(f"{V1}invoices/{made.json['id']}/actions/post/").status == 200
    assert api.get(f"{V1}ageing/?side=payable").json["totals"]["total"] == "113.00"
    again = api.post(f"{V1}invoices/from-purchase-order/", {"purchase_order": order.pk})
    assert (again.status, again.type) == (409, "state")


def test_an_entry_by_hand_and_its_reversal(api: Api, books: Books):
    body: dict[str, Any] = {
        "narration": "Rent",
        "lines": [
            {"account": account("5602"), "debit": "100.00"},
            {"account": account("1002"), "credit": "100.00"},
        ],
    }
    made = api.post(f"{V1}journal-entries/", body)
    assert made.status == 201, made.json
    assert [x["debit"] for x in made.json["lines"]] == ["100.00", "0.00"]
    reversal = api.post(f"{V1}journal-entries/{made.json['id']}/actions/reverse/")
    assert reversal.status == 200, reversal.json
    assert reversal.json["result"]["entity"] == "finance.journal_entry"
    body["lines"][1]["credit"] = "99.00"
    wrong = api.post(f"{V1}journal-entries/", body)
    assert (wrong.status, wrong.type, wrong.json["debit"]) == (409, "unbalanced", "100.00")
    body["lines"][0]["account"] = account("1122")
    wrong = api.post(f"{V1}journal-entries/", body)
    assert (wrong.status, wrong.fields()) == (400, {"lines.0.account"})
    assert api.patch(f"{V1}journal-entries/{made.json['id']}/", {"narration": "x"}).status == 403
    assert api.delete(f"{V1}journal-entries/{made.json['id']}/").status in (403, 405)


def test_trial_balance_and_the_lines_behind_it(api: Api, books: Books):
    books.charge("100", tax=books.vat())
    table = api.get(f"{V1}trial-balance/").json
    rows = {r["account"]["code"]: r for r in table["rows"]}
    assert (rows["1122"]["debit"], rows["1122"]["closing"]) == ("113.00", "113.00")
    assert rows["2221"]["is_group"] is True
    assert rows["2221"]["closing"] == "-13.00"
    assert (table["total"]["debit"], table["total"]["credit"], table["total"]["closing"]) == (
        "113.00",
        "113.00",
        "0.00",
    )
    assert table["period"]["status"] == "open"
    assert [g["type"] for g in table["groups"]] == ["asset", "liability", "revenue"]
    ledger = api.get(f"{V1}trial-balance/{account('2221')}/").json
    (line,) = ledger["results"]
    assert (line["credit"], line["balance"], line["source"]["entity"]) == ("13.00", "-13.00", "finance.invoice")
    assert api.get(f"{V1}trial-balance/99999999/").status == 404
    assert api.get(f"{V1}trial-balance/?as_of=abc").status == 400
    assert api.get(f"{V1}check/").json == {"findings": []}


def test_draft_by_hand_is_changed_and_deleted(api: Api, books: Books):
    body = {
        "kind": "sales_invoice", "party": books.party().pk,
        "lines": [{"description": "Advice", "quantity": "2", "unit_price": "50.00", "tax": books.vat().pk}],
    }  # fmt: skip
    made = api.post(f"{V1}invoices/", body)
    assert made.status == 201, made.json
    pk, version = made.json["id"], made.json["version"]
    assert made.json["total"] == "113.00"
    changed = api.patch(
        f"{V1}invoices/{pk}/", {"lines": [{"description": "Advice", "quantity": "3", "unit_price": "50.00"}]}, version
    )
    assert changed.status == 200, changed.json
    assert changed.json["total"] == "150.00"
    assert api.patch(f"{V1}invoices/{pk}/", {"note": "x"}, version).status == 412
    assert api.delete(f"{V1}invoices/{pk}/", changed.json["version"]).status == 204
    assert not Invoice.objects.exists()


def test_credit_and_undo_over_http(api: Api, books: Books):
    invoice = books.charge("100")
    credited = api.post(f"{V1}invoices/{invoice.pk}/actions/credit/", {"reason": "damaged"})
    assert credited.status == 200, credited.json
    assert credited.json["record"]["status"] == "paid"
    allocation = PaymentAllocation.objects.get()
    undone = api.post(f"{V1}allocations/{allocation.pk}/actions/undo/")
    assert undone.status == 200, undone.json
    assert api.get(f"{V1}invoices/{invoice.pk}/").json["status"] == "posted"
    assert api.get(f"{V1}allocations/?undone_on__isnull=true").json["results"] == []


def test_periods_by_action(api: Api, books: Books):
    first = api.get(f"{V1}periods/?order=starts_on&limit=1").json["results"][0]
    closed = api.post(f"{V1}periods/{first['id']}/actions/close/")
    assert closed.json["record"]["status"] == "closed", closed.json
    assert api.post(f"{V1}periods/{first['id']}/actions/close/").type == "state"
    assert api.post(f"{V1}periods/{first['id']}/actions/open/").status == 400  # nobody says why
    opened = api.post(f"{V1}periods/{first['id']}/actions/open/", {"reason": "A late invoice"}).json["record"]
    assert (opened["status"], opened["reopen_reason"]) == ("open", "A late invoice")


def test_a_salesperson_sees_own_customers_invoices_and_no_suppliers(books: Books, actor: Actor):
    books.charge("10")
    books.charge("20", kind="purchase_invoice")
    codes = {"finance.invoice.view", "finance.receivable.view"}
    seller = replace(actor, permissions=frozenset(codes), scopes={"": "all"})
    rows = Api(seller).get(f"{V1}invoices/").json["results"]
    assert [r["kind"] for r in rows] == ["sales_invoice"]
    other = replace(seller, scopes={"": "own"}, member_id=10**6)
    assert Api(other).get(f"{V1}invoices/").json["results"] == []
    assert Api(seller).get(f"{V1}ageing/?side=payable").status == 403
    assert Api(seller).get(f"{V1}trial-balance/").status == 403
    assert Api(seller).get(f"{V1}order-profit/").status == 403


def test_off_is_off(acme: Company, actor: Actor):
    off = replace(acme, features=frozenset(f for f in acme.features if not f.startswith("finance.")))
    with serving(off):
        api = Api(actor)
        for path in ("invoices/", "trial-balance/", "ageing/", "order-profit/", "accounts/", "check/"):
            answer = api.get(f"{V1}{path}")
            assert (answer.status, answer.type) == (403, "feature-off"), path
        assert current().has_module("finance") is False


def test_verbs_are_offered_by_kind(api: Api, books: Books, actor: Actor):
    """A credit note is used for an invoice, an invoice is credited; not the other way round."""
    invoice = books.charge(100)
    refused = api.post(f"{V1}invoices/{invoice.pk}/actions/use_credit/", {"invoice": invoice.pk})
    assert (refused.status, refused.type) == (409, "state")
    note = api.post(f"{V1}invoices/{invoice.pk}/actions/credit/").json["result"]["id"]
    assert api.post(f"{V1}invoices/{note}/actions/credit/").status == 409
    offered = {a["key"]: a["when"] for a in entity_meta(actor, registry().entities["finance.invoice"])["actions"]}
    assert offered["use_credit"] == {"kind": ["sales_credit_note", "purchase_credit_note"]}
    assert offered["credit"] == {"kind": ["sales_invoice", "purchase_invoice"]}
    assert offered["post"] == {}


def test_a_rule_names_accounts_that_can_be_posted_to(api: Api, books: Books):
    """Or every truck would wait for the chart of accounts."""
    body = {"event": "goods_receipt", "product_source": "make", "credit_account": account("2202.01")}
    refused = api.post(f"{V1}posting-rules/", {**body, "debit_account": account("2221")})
    assert (refused.status, [(e["field"], e["code"]) for e in refused.json["errors"]]) == (
        400, [("debit_account", "group")],
    )  # fmt: skip
    made = api.post(f"{V1}posting-rules/", {**body, "debit_account": account("1405")})
    assert made.status == 201, made.json


def test_allocations_that_are_none_are_refused(api: Api, books: Books):
    payment = books.pay(10)
    for items in ("x", [1], [{"invoice": "x", "amount": "1"}], [{"invoice": 999999, "amount": "1"}]):
        answer = api.post(f"{V1}payments/{payment.pk}/actions/allocate/", {"items": items})
        assert (answer.status, answer.type) == (400, "invalid"), (items, answer.json)
