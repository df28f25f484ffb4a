"""The accountant's desk in the demo: what the company was opened with, the costs of two months, vouchers that come
again, one that waits. Entered by the accountant, through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from demo.live import actor_named
from modules.finance.models import Account
from modules.finance.services.journal import journal_entry_post
from modules.finance.services.vouchers import first_of_next_month, voucher_create
from tenon.tenancy.context import current

# Accounts of the international chart, by what is posted to them.
BANK, CAPITAL, WAGES, RENT, MARKETING, CHARGES, ACCRUED = "1020", "3010", "6010", "6020", "6030", "6050", "2300"
COSTS = ((RENT, "9500.00"), (WAGES, "46200.00"), (MARKETING, "3180.00"), (CHARGES, "86.40"))


def ledger(say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    accountant = actor_named("Accountant")
    accounts = {a.code: a for a in Account.objects.filter(is_active=True)}
    if not {BANK, CAPITAL, WAGES, RENT, MARKETING, CHARGES, ACCRUED} <= accounts.keys():
        return
    today = current().today()

    def entry(on: date, narration: str, debit: str, credit: str, amount: str) -> None:
        journal_entry_post(
            actor=accountant, entry_date=on, narration=narration,
            lines=[{"account": accounts[debit], "debit": amount}, {"account": accounts[credit], "credit": amount}],
        )  # fmt: skip

    def line(code: str, debit: str = "", credit: str = "") -> dict[str, Any]:
        account = accounts[code]
        return {"account": {"id": account.pk, "label": account.label}, "debit": debit, "credit": credit}

    entry(today.replace(month=1, day=2), "Share capital paid in", BANK, CAPITAL, "750000.00")
    month = today.replace(day=1)
    for _ in range(2):
        last = month - timedelta(days=1)
        for code, amount in COSTS:
            entry(last, accounts[code].name, code, BANK, amount)
        month = last.replace(day=1)
    coming = first_of_next_month(today)
    kept: tuple[dict[str, Any], ...] = (
        {"kind": "recurring", "name": "Rent of the hall", "narration": "Rent", "next_on": coming,
         "lines": [line(RENT, "9500.00"), line(BANK, "", "9500.00")]},
        {"kind": "recurring", "name": "Electricity, accrued", "narration": "Electricity of the month",
         "next_on": coming - timedelta(days=1), "reverses": True,
         "lines": [line("6040", "1250.00"), line(ACCRUED, "", "1250.00")]},
        {"kind": "template", "name": "Wages of a month", "narration": "Wages",
         "lines": [line(WAGES), line(BANK)]},
        {"narration": "Trade fair, the invoice is still to come", "entry_date": today,
         "lines": [line(MARKETING, "2400.00")]},
    )  # fmt: skip
    for data in kept:
        voucher_create(actor=accountant, data=data)
    say(f"{'Ledger':<24}{1 + 2 * len(COSTS):>6} entries by hand, {len(kept)} vouchers kept")
