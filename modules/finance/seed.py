"""What a new company gets: chart of accounts, posting rules, fiscal years. Running it again changes nothing."""

from __future__ import annotations

from modules.finance.models import Account, FiscalYear, PostingRule
from modules.finance.rules.chart import chart_for, read_accounts, read_rules
from modules.finance.services.periods import years_seed
from tenon.access.actor import Actor
from tenon.records.service import acting, touch_ids
from tenon.tenancy.context import Company


def seed(*, actor: Actor, company: Company, pack: str) -> None:
    """A company that has accounts keeps its own chart; what it deleted does not come back."""
    with acting(actor):
        if not Account.objects.exists():
            chart = chart_for(company.currency, company.language)
            _accounts(chart)
            _rules(chart, pack)
        if not FiscalYear.objects.exists():
            years_seed(company.today())


def _accounts(chart: str) -> None:
    rows = read_accounts(chart)
    made: dict[str, Account] = {}
    # Level by level, so that parents have keys.
    while len(made) < len(rows):
        ready = [r for r in rows if r.code not in made and (not r.parent or r.parent in made)]
        if not ready:
            raise ValueError(f"chart {chart}: an account's parent is missing")
        accounts = Account.objects.bulk_create(
            [
                Account(
                    code=r.code, name=r.name, name_zh=r.name_zh, type=r.type, control=r.control, component=r.component,
                    parent=made.get(r.parent),
                )
                for r in ready
            ]
        )  # fmt: skip
        made.update({a.code: a for a in accounts})
        touch_ids(Account, "insert", {a.pk for a in accounts})


def _rules(chart: str, pack: str) -> None:
    accounts = {a.code: a for a in Account.objects.all()}
    rules = PostingRule.objects.bulk_create(
        [
            PostingRule(
                event=r.event,
                product_source=r.source,
                debit_account=accounts[r.debit],
                credit_account=accounts[r.credit],
            )
            for r in read_rules(chart, pack)
        ]
    )
    touch_ids(PostingRule, "insert", {r.pk for r in rules})
