"""The lines behind a figure of the trial balance: one account, or a group with all below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from modules.finance.models import Account, JournalLine
from modules.finance.selectors.balances import movements
from tenon.access.actor import Actor
from tenon.problems import NotFound

ZERO = Decimal(0)


@dataclass(frozen=True)
class AccountLedger:
    """Lines with the balance after each, oldest first; `more`: there are further lines after these."""

    account: Account
    opening: Decimal
    closing: Decimal
    lines: list[tuple[JournalLine, Decimal]]
    more: bool


def account_ledger(*, actor: Actor, account_id: int, since: date, until: date, limit: int = 500) -> AccountLedger:
    """Permission: finance.report.view. Raises NotFound, Forbidden."""
    actor.require("finance.report.view")
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound()
    ids = _below(account_id)
    amounts = [v for pk, v in movements(since, until).items() if pk in ids]
    opening = sum((a[0] for a in amounts), ZERO)
    rows = list(
        JournalLine.objects.filter(account_id__in=ids, entry_date__gte=since, entry_date__lte=until)
        .select_related("entry", "account", "party", "product")
        .order_by("entry_date", "entry_id", "position")[: limit + 1]
    )
    balance, lines = opening, []
    for row in rows[:limit]:
        balance += row.debit - row.credit
        lines.append((row, balance))
    closing = opening + sum((a[1] - a[2] for a in amounts), ZERO)
    return AccountLedger(account, opening, closing, lines, len(rows) > limit)


def _below(account_id: int) -> set[int]:
    parents = dict(Account.objects.values_list("pk", "parent_id"))
    found, grown = {account_id}, True
    while grown:
        more = {pk for pk, parent in parents.items() if parent in found} - found
        grown = bool(more)
        found |= more
    return found
