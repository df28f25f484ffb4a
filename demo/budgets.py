"""The year's budget of the demo, in force: purchases beyond it are told of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from demo.live import actor_named
from modules.finance.models import Account, FiscalYear
from modules.finance.selectors.budgets import months_of
from modules.finance.services.budgets import budget_copy, budget_create, budget_enforce, budget_fill
from tenon.tenancy.context import current

# Account of the international chart → what a month is planned to cost or to earn.
MONTHLY = {
    "4010": "68000", "5060": "1200", "6010": "46000", "6020": "9500", "6030": "3000", "6040": "1500", "6050": "100",
}  # fmt: skip


def budget(say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    accountant, today = actor_named("Accountant"), current().today()
    accounts = {a.code: a for a in Account.objects.filter(code__in=MONTHLY, is_active=True)}
    year = FiscalYear.objects.filter(starts_on__lte=today, ends_on__gte=today).first()
    if not current().has_feature("finance.budgets") or year is None or len(accounts) < len(MONTHLY):
        return
    plan = budget_create(actor=accountant, name="Budget", year=year, control="warn", reach="to_date")
    cells = [
        {"account": accounts[code], "month": month, "amount": Decimal(amount)}
        for code, amount in MONTHLY.items()
        for month in months_of(plan)
    ]
    budget_fill(actor=accountant, budget=plan, cells=cells)
    budget_enforce(actor=accountant, budget=plan)
    budget_copy(actor=accountant, budget=plan, name="Forecast")
    say(f"{'Budget':<24}{len(cells):>6} amounts, one version in force")
