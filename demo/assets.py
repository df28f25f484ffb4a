"""What the demo company works with for years: machines and a van, depreciated until the month before this one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from demo.live import actor_named
from modules.finance.models import Account
from modules.finance.services.assets import asset_create, asset_put_in_use
from modules.finance.services.depreciation import depreciation_post
from tenon.tenancy.context import current

BANK, COST, DEPRECIATED, EXPENSE = "1020", "1510", "1590", "6060"
# (name, cost, worth at the end, months, how)
ASSETS = (
    ("Powder coating line", "48000", "3000", 120, "straight"),
    ("Frame welding robot", "36500", "2500", 96, "straight"),
    ("Delivery van", "28400", "4400", 60, "declining"),
)


def assets(say: Callable[[str], None]) -> None:
    """Everything in the caller's transaction."""
    accountant = actor_named("Accountant")
    known = {a.code: a for a in Account.objects.filter(code__in=(BANK, COST, DEPRECIATED, EXPENSE), is_active=True)}
    if len(known) < 4:
        return
    today = current().today()
    begun = date(today.year if today.month > 2 else today.year - 1, 1, 5)
    for name, cost, residual, months, method in ASSETS:
        asset = asset_create(
            actor=accountant, name=name, asset_account=known[COST], depreciation_account=known[DEPRECIATED],
            expense_account=known[EXPENSE], in_use_on=begun, cost=Decimal(cost), residual=Decimal(residual),
            life_months=months, method=method,
        )  # fmt: skip
        asset_put_in_use(actor=accountant, asset=asset, against=known[BANK])
    until = today.replace(day=1) - timedelta(days=1)
    run = depreciation_post(actor=accountant, month=until)
    say(f"{'Fixed assets':<24}{len(ASSETS):>6} in use, depreciated until {run.month:%Y-%m}")
