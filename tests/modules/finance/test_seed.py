"""What a new company gets: a chart and rules by its currency and industry, years, and nothing twice."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from django.db import connection

from modules.finance.models import Account, FiscalYear, Period, PostingRule
from modules.finance.seed import seed
from modules.shared.contracts.posting import PostingLine
from tenon.access.actor import system
from tenon.records.service import acting
from tenon.tenancy.context import current


def counts() -> tuple[int, ...]:
    return tuple(m.objects.count() for m in (Account, PostingRule, FiscalYear, Period))


def test_seeding_again_changes_nothing(books):
    before = counts()
    assert before[2:] == (3, 36)
    seed(actor=system("seed"), company=current(), pack="manufacturing")
    assert counts() == before


@pytest.mark.parametrize(("pack", "stock"), [("manufacturing", "1210"), ("trading", "1220")])
def test_a_company_in_another_currency_has_the_international_chart(books, pack, stock):
    with acting(books.actor):
        PostingRule.objects.all().delete()
        for _ in range(4):
            Account.objects.filter(children=None).delete()
    seed(actor=system("seed"), company=replace(current(), currency="EUR"), pack=pack)
    assert Account.objects.filter(code="1001").exists() is False
    (ref,) = books.post("goods_receipt", PostingLine(books.vat().rate, books.product(source="buy").pk))
    assert [code for code, _debit, _credit in books.lines(ref.id)] == [stock, "2020"]
    names = {a.code: a for a in Account.objects.all()}
    assert (names["2020"].name, names["2020"].name_zh) == ("Goods received not invoiced", "暂估应付款")
    books.charge("100", tax=books.vat())
    assert [books.balance(c) for c in ("1100", "4010", "2100")] == [113, -100, -13]


def test_account_names_follow_the_language(books):
    from django.utils.translation import override

    account = books.account("1122")
    with override("zh-hans"):
        assert str(account) == "1122 应收账款"
    with override("en"):
        assert str(account) == "1122 Accounts receivable"


LATE = ("landed_cost", "price_difference", "cost_variance", "consumption_variance", "stock_revaluation")


def rules() -> list[tuple[str, ...]]:
    rows = PostingRule.objects.filter(event__in=LATE)
    return sorted(rows.values_list("event", "product_source", "debit_account__code", "credit_account__code"))


def run(books, migration: str) -> None:
    """The statements of a migration, in this company as it stands."""
    with acting(books.actor), connection.cursor() as cursor:
        for operation in import_module(f"modules.finance.migrations.{migration}").Migration.operations:
            cursor.execute(operation.sql)


def test_a_company_of_before_late_costs_gets_their_account_and_rules(books):
    fresh = rules()
    assert {event for event, *_rest in fresh} == set(LATE)
    with acting(books.actor):
        PostingRule.objects.filter(event__in=(*LATE, "outbound_freight")).delete()
        Account.objects.get(code="2202.03").delete()
    run(books, "0006_accounts_of_late_costs")
    assert rules() == fresh
    assert Account.objects.get(code="2202.03", parent__code="2202")
    before = counts()
    run(books, "0006_accounts_of_late_costs")
    assert counts() == before


def test_what_a_company_has_decided_itself_stays(books):
    with acting(books.actor):
        PostingRule.objects.filter(event="landed_cost").exclude(product_source="").delete()
        PostingRule.objects.filter(event="landed_cost").update(credit_account=books.account("2202.02"))
        PostingRule.objects.exclude(event="landed_cost").filter(event__in=LATE).delete()
    run(books, "0006_accounts_of_late_costs")
    assert [r[3] for r in rules() if r[0] == "landed_cost"] == ["2202.02"]
    assert {r[0] for r in rules()} == set(LATE)


WORK = ("transit_loss", "repacking", "outbound_freight")


def test_a_company_of_before_warehouse_work_gets_its_rules_and_keeps_its_own(books):
    def known() -> list[tuple[str, ...]]:
        rows = PostingRule.objects.filter(event__in=WORK)
        return sorted(rows.values_list("event", "product_source", "debit_account__code", "credit_account__code"))

    fresh = known()
    assert {event for event, *_rest in fresh} == set(WORK)
    with acting(books.actor):
        PostingRule.objects.filter(event__in=WORK).delete()
    run(books, "0008_rules_of_warehouse_work")
    assert known() == fresh
    with acting(books.actor):
        PostingRule.objects.filter(event="outbound_freight").update(credit_account=books.account("2202.02"))
    run(books, "0008_rules_of_warehouse_work")
    assert [row[3] for row in known() if row[0] == "outbound_freight"] == ["2202.02"]


def test_a_company_of_before_gets_the_account_and_rule_of_accruals_reversed_by_the_month(books):
    def known() -> list[tuple[str, ...]]:
        rows = PostingRule.objects.filter(event="accrual_reversal")
        return list(rows.values_list("debit_account__code", "credit_account__code", "credit_account__control"))

    assert known() == [("2202.01", "1409", "grni")]
    with acting(books.actor):
        PostingRule.objects.filter(event="accrual_reversal").delete()
        Account.objects.get(code="1409").delete()
    for _twice in range(2):
        run(books, "0010_account_of_reversed_accruals")
        assert known() == [("2202.01", "1409", "grni")]
