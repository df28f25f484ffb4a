"""Trial balance and ledger gross margin, from the daily balances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q, Sum

from modules.finance.models import Account, AccountBalance, Period
from modules.finance.selectors.closing_entries import closing_lines
from tenon.access.actor import Actor

ZERO = Decimal(0)


@dataclass
class BalanceRow:
    """One account; groups carry the sums of what is below them. Opening and closing are debit less credit."""

    account: Account
    level: int
    is_group: bool
    opening: Decimal = ZERO
    debit: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class TrialBalance:
    since: date
    until: date
    rows: list[BalanceRow]
    opening: Decimal
    debit: Decimal
    credit: Decimal
    by_type: dict[str, BalanceRow] = field(default_factory=dict)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


def movements(since: date, until: date) -> dict[int, tuple[Decimal, Decimal, Decimal]]:
    """account → (opening, debit, credit) from `since` to `until`, both days included."""
    with connection.cursor() as cursor:
        # Two plain sums in one pass are half the work of three filtered ones.
        cursor.execute(
            """select account_id, day >= %s as within, sum(debit), sum(credit)
                 from finance_accountbalance where day <= %s group by 1, 2""",
            [since, until],
        )
        out: dict[int, tuple[Decimal, Decimal, Decimal]] = {}
        for pk, within, debit, credit in cursor.fetchall():
            opening, debits, credits = out.get(pk, (ZERO, ZERO, ZERO))
            out[pk] = (opening, debit, credit) if within else (debit - credit, debits, credits)
        return out


def trial_balance(*, actor: Actor, since: date, until: date, with_zero: bool = False) -> TrialBalance:
    """All accounts as a tree, in the order of their codes. Permission: finance.report.view."""
    actor.require("finance.report.view")
    accounts = list(Account.objects.order_by("code"))
    amounts = movements(since, until)
    children: dict[int | None, list[Account]] = {}
    for account in accounts:
        children.setdefault(account.parent_id, []).append(account)
    rows: list[BalanceRow] = []

    def walk(parent: int | None, level: int) -> list[BalanceRow]:
        below = []
        for account in children.get(parent, ()):
            row = BalanceRow(account, level, account.pk in children, *amounts.get(account.pk, (ZERO, ZERO, ZERO)))
            index = len(rows)
            rows.append(row)
            for child in walk(account.pk, level + 1):
                row.opening += child.opening
                row.debit += child.debit
                row.credit += child.credit
            if not with_zero and not (row.opening or row.debit or row.credit):
                del rows[index:]
            else:
                below.append(row)
        return below

    top = walk(None, 1)
    by_type: dict[str, BalanceRow] = {}
    for row in top:
        total = by_type.setdefault(row.account.type, BalanceRow(row.account, 0, True))
        total.opening += row.opening
        total.debit += row.debit
        total.credit += row.credit
    return TrialBalance(
        since, until, rows, sum((r.opening for r in top), ZERO), sum((r.debit for r in top), ZERO),
        sum((r.credit for r in top), ZERO), by_type,
    )  # fmt: skip


def period_of(day: date) -> Period | None:
    return Period.objects.filter(starts_on__lte=day, ends_on__gte=day).first()


def control_balance(controls: Iterable[str], as_of: date) -> Decimal:
    """Debit less credit of all accounts of these control kinds at the end of a day."""
    found: dict[str, Any] = AccountBalance.objects.filter(
        account__control__in=list(controls), day__lte=as_of
    ).aggregate(total=Sum(F("debit") - F("credit")))
    return found["total"] or ZERO


def gross_margin(since: date | None = None, until: date | None = None) -> Decimal:
    """Revenue less cost of what was sold: the accounts that belong to the profit of orders, whether or not the
    period is closed."""
    days = Q()
    if since:
        days &= Q(day__gte=since)
    if until:
        days &= Q(day__lte=until)
    found: dict[str, Any] = (
        AccountBalance.objects.filter(days)
        .exclude(account__component="")
        .aggregate(total=Sum(F("credit") - F("debit")))
    )
    closed: dict[str, Any] = (
        closing_lines(since, until).exclude(account__component="").aggregate(total=Sum(F("debit") - F("credit")))
    )
    return (found["total"] or ZERO) + (closed["total"] or ZERO)
