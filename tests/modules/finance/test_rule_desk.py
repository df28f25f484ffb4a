"""Posting rules as a table, and tried out: what is said before is what happens after."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from modules.finance.models import PostingRule
from modules.finance.selectors.rule_desk import rule_table, simulate
from modules.shared.contracts.posting import PostingLine
from tenon.records.service import acting
from tenon.tenancy.context import current
from tests.platform.api.client import Api

D = Decimal


def test_a_rule_tried_out_says_what_it_then_does(books):
    today = current().today()
    span = {"since": today - timedelta(days=5), "until": today}
    made, bought = books.product(source="make"), books.product(source="buy")
    books.post("delivery", PostingLine(D(70), made.pk), PostingLine(D(30), bought.pk))
    books.post("delivery", PostingLine(D(5), made.pk), on=today - timedelta(days=30))  # outside the span
    rule = PostingRule.objects.get(event="delivery", product_source="", category=None)
    other = books.account("5402")
    tried = simulate(
        actor=books.actor, event="delivery", category_id=None, source="make", debit_id=other.pk,
        credit_id=rule.credit_account_id, **span,
    )  # fmt: skip
    assert (tried.entries, tried.touched) == (1, 1)
    assert {s.account.code: (s.debit, s.credit) for s in tried.shifts} == {"5401.01": (D(-70), 0), "5402": (D(70), 0)}
    assert [(e[4], e[5].code, e[6].code) for e in tried.examples] == [(D(70), "5401.01", "5402")]
    assert books.balance("5402") == 0  # nothing was written
    with acting(books.actor):
        PostingRule(
            event="delivery", product_source="make", debit_account=other, credit_account=rule.credit_account
        ).save()
    books.post("delivery", PostingLine(D(70), made.pk), PostingLine(D(30), bought.pk))
    assert books.balance("5402") == D(70)


def test_the_table_has_every_event_and_how_often_it_happened(books):
    today = current().today()
    books.post("delivery", PostingLine(D(70), books.product().pk))
    table = {e.event: e for e in rule_table(actor=books.actor, since=today, until=today)}
    assert table["delivery"].used == 1
    assert table["delivery"].rules[0].category is None
    # The shipped chart answers every event, and leaves the tax of cash discounts as invoiced.
    assert {e.event for e in table.values() if not e.rules} == {e.event for e in table.values() if e.optional}
    assert table["sales_discount_tax"].optional


def test_over_http(books, stranger):
    api = Api(books.actor)
    rows = api.get("/api/v1/finance/rules/").json["results"]
    rule = next(r for r in rows if r["event"] == "delivery")["rules"][0]
    body = {
        "event": "delivery", "debit_account": rule["debit_account"]["id"],
        "credit_account": rule["credit_account"]["id"],
    }  # fmt: skip
    answer = api.post("/api/v1/finance/rules/simulate/", body)
    assert (answer.status, answer.json["touched"]) == (200, 0)
    assert api.post("/api/v1/finance/rules/simulate/", {**body, "debit_account": 0}).status == 400
    assert Api(stranger).post("/api/v1/finance/rules/simulate/", body).status == 403
