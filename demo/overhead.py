"""The workshop's overhead in the demo: a pool that the accountant shares out by machine hours."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from demo.live import actor_named
from modules.finance.models import Account
from modules.finance.services.journal import journal_entry_post
from modules.finance.services.overhead import overhead_pool_create

BANK, ABSORBED, TARGET = "1020", "5220", "5030"


def overhead(say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction. The month is left to be shared out."""
    accountant = actor_named("Accountant")
    accounts = {a.code: a for a in Account.objects.filter(code__in=(BANK, ABSORBED, TARGET), is_active=True)}
    if len(accounts) < 3:
        return
    overhead_pool_create(
        actor=accountant,
        data={
            "name": "Workshop", "account": accounts[ABSORBED], "target_account": accounts[TARGET], "driver": "machine",
            "share": "orders", "planned": Decimal(2400), "capacity": Decimal(160),
        },
    )  # fmt: skip
    journal_entry_post(
        actor=accountant, narration="Power and tools of the workshop",
        lines=[{"account": accounts[ABSORBED], "debit": "1860.00"}, {"account": accounts[BANK], "credit": "1860.00"}],
    )  # fmt: skip
    say(f"{'Overhead':<24}{1:>6} pool")
