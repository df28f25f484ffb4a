"""Bank accounts: what the bank says, what the ledger says, and what stands between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from modules.finance.models import BankMatch, BankStatement, CashAccount, JournalLine, MatchItem, StatementLine

ZERO = Decimal(0)
FAR = date(9999, 1, 1)


@dataclass(frozen=True)
class OutstandingLine:
    """A ledger line that no bank line is matched with, in the account's currency."""

    id: int
    day: date
    amount: Decimal
    entry_id: int
    number: str
    narration: str
    party_id: int | None
    party: str
    source_entity: str
    source_id: int | None
    source_number: str
    reference: str


# What is in the ledger of an account and not matched by a day: lines in its currency, without those of entries that
# were reversed by that day (both fall away together), and without what a match of that day holds, all of whose lines
# are of that day or before.
OUTSTANDING = """
select l.id, l.entry_date, l.amount_currency, e.id, e.number, coalesce(nullif(l.narration, ''), e.narration),
       l.party_id, coalesce(p.name, ''), e.source_entity, e.source_id, e.source_number, coalesce(y.reference, '')
  from finance_journalline l
  join finance_journalentry e on e.id = l.entry_id
  left join finance_journalentry o on o.id = e.reversal_of_id
  left join finance_journalentry r on r.reversal_of_id = e.id
  left join data_party p on p.id = l.party_id
  left join finance_payment y on e.source_entity = 'finance.payment' and y.id = e.source_id
 where l.account_id = %(account)s and l.currency = %(currency)s and l.amount_currency <> 0
   and l.entry_date <= %(day)s
   and l.entry_date >= %(since)s
   and not (r.id is not null and r.entry_date <= %(day)s)
   and not (o.id is not null and o.entry_date between %(since)s and %(day)s)
   and not exists (
     select from finance_matchitem i
       join finance_bankmatch m on m.id = i.match_id and m.day <= %(day)s
      where i.journal_line_id = l.id and i.live)
 order by l.entry_date, l.id limit %(most)s
"""


def outstanding(
    account: CashAccount, day: date = FAR, *, most: int = 2000, since: date | None = None
) -> list[OutstandingLine]:
    """Ledger lines that wait for the bank at the end of a day; one query. What was posted before the first statement
    counts as reconciled with the balance that it began with, unless `since` asks for more."""
    asked: dict[str, Any] = {
        "account": account.account_id, "currency": account.currency, "day": day,
        "since": since or account.opening_on or date(1, 1, 1), "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OUTSTANDING, asked)
        return [OutstandingLine(*row) for row in cursor.fetchall()]


def ledger_balance(account: CashAccount, day: date = FAR) -> Decimal:
    """In the account's currency, at the end of a day."""
    rows = JournalLine.objects.filter(account_id=account.account_id, currency=account.currency, entry_date__lte=day)
    return rows.aggregate(value=Sum("amount_currency"))["value"] or ZERO


def statement_balance(account: CashAccount, day: date = FAR) -> Decimal:
    """What the bank says at the end of a day: the balance it began with and every line since."""
    rows = StatementLine.objects.filter(cash_account=account, day__lte=day)
    return account.opening_balance + (rows.aggregate(value=Sum("amount"))["value"] or ZERO)


def open_lines(account: CashAccount, day: date = FAR) -> QuerySet[StatementLine]:
    """Bank lines that are matched with nothing, or with something that is only later, at the end of a day."""
    later = Q(status=StatementLine.Status.OPEN) | Q(match__day__gt=day)
    return StatementLine.objects.filter(later, cash_account=account, day__lte=day).order_by("day", "id")


@dataclass(frozen=True)
class Reconciliation:
    """`before`: what the ledger says before the first statement less what the bank began with: what the two did not
    agree on from the start. `difference`: zero, or something is wrong."""

    day: date
    ledger: Decimal
    statement: Decimal
    before: Decimal
    lines: Sequence[StatementLine]
    outstanding: Sequence[OutstandingLine]

    @property
    def difference(self) -> Decimal:
        open_lines_total = sum((x.amount for x in self.lines), ZERO)
        waiting = sum((x.amount for x in self.outstanding), ZERO)
        return self.ledger - self.before - (self.statement - open_lines_total + waiting)


def reconciliation(account: CashAccount, day: date) -> Reconciliation:
    """ledger = statement − bank lines not matched + ledger lines outstanding (+ what differed before); five queries."""
    return Reconciliation(
        day, ledger_balance(account, day), statement_balance(account, day), before_first(account),
        list(open_lines(account, day)), outstanding(account, day, most=100_000),
    )  # fmt: skip


def before_first(account: CashAccount) -> Decimal:
    """The ledger before the first statement, less what of it was matched since, less the balance that the statement
    began with."""
    if account.opening_on is None:
        return ZERO
    rows = JournalLine.objects.filter(
        account_id=account.account_id, currency=account.currency, entry_date__lt=account.opening_on
    )
    matched = MatchItem.objects.filter(
        match__cash_account=account, live=True, journal_line__entry_date__lt=account.opening_on
    )
    before = rows.aggregate(value=Sum("amount_currency"))["value"] or ZERO
    return before - (matched.aggregate(value=Sum("amount"))["value"] or ZERO) - account.opening_balance


def last_statement(account: CashAccount) -> BankStatement | None:
    return account.statements.order_by("-ends_on", "-id").first()


def to_review(account: CashAccount) -> int:
    return BankMatch.objects.filter(cash_account=account, reviewed=False, status=BankMatch.Status.MATCHED).count()


def matched_entry(entry_id: int) -> bool:
    """Whether a match with the bank holds a line of this entry: it is undone first."""
    return MatchItem.objects.filter(journal_line__entry_id=entry_id, live=True).exists()
