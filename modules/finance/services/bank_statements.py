"""Statements of the bank: read, checked against their own balances and against what is there, and taken once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from modules.finance.models import BankStatement, CashAccount, StatementLine
from modules.finance.rules.bank_files import CsvMapping, FileLine, FileStatement, Unreadable, format_of, read_file
from modules.finance.rules.bank_matching import account_key
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service, touch_ids

ZERO = Decimal(0)
WRONG: dict[str, Any] = {
    "too_big": _("The file is larger than %(detail)s MB"),
    "too_many": _("The file has more than %(detail)s lines"),
    "empty": _("The file is empty"),
    "no_statement": _("There is no statement in the file"),
    "no_lines": _("There are no lines in the file"),
    "entities": _("The file declares entities or a document type: such files are not read"),
    "xml": _("The file is not well-formed XML: %(detail)s"),
    "mt940": _("The file is not MT940 as it should be: %(detail)s"),
    "ofx": _("The file is not OFX as it should be: %(detail)s"),
    "csv": _("The file is not CSV as it should be: %(detail)s"),
    "mapping": _("Say which column is the date and which the amount"),
    "columns": _("The file has no such column: %(detail)s"),
    "day": _("This is not a date as it was said to be: %(detail)s"),
    "amount": _("This is not an amount: %(detail)s"),
    "running": _("The balances of the file do not follow from its lines: %(detail)s"),
}


@dataclass(frozen=True)
class ReadStatement:
    """A statement as it would be taken: `fresh` are the lines that are not there yet."""

    found: FileStatement
    fresh: tuple[tuple[FileLine, str], ...]
    opening: Decimal
    closing: Decimal
    starts_on: date
    ends_on: date

    @property
    def duplicates(self) -> int:
        return len(self.found.lines) - len(self.fresh)


@service("finance.bank_statement.create")
def bank_statement_import(
    *,
    actor: Actor,
    cash_account: CashAccount,
    content: bytes,
    name: str = "",
    mapping: Mapping[str, Any] | None = None,
    opening: Decimal | None = None,
    closing: Decimal | None = None,
) -> list[BankStatement]:
    """Takes the statements of a file. Lines that are there already, by the bank's id or by what they say and which of
    several equal ones they are, are not taken again. `opening` and `closing`: balances of a CSV file that does not say
    them. `mapping` is kept for the next file. Raises Invalid when the file cannot be read, is of another account or
    currency, or its balances do not add up with its lines and with the statements before."""
    cash_account = CashAccount.objects.select_for_update().get(pk=cash_account.pk)
    form = format_of(content)
    found = statements_of(cash_account, content, form, mapping)
    made = []
    for one in found:
        read = compared(cash_account, one, opening, closing)
        if read.fresh or cash_account.opening_on is None:
            made.append(_take(actor, cash_account, read, form, name))
    if form == "csv" and mapping:
        cash_account.mapping = CsvMapping.of(mapping).as_json()
        cash_account.save()
    return made


@service("finance.bank_statement.delete")
def bank_statement_delete(*, actor: Actor, statement: BankStatement) -> None:
    """Takes back the last statement of an account while none of its lines is matched. Raises StateRefused."""
    account = CashAccount.objects.select_for_update().get(pk=statement.cash_account_id)
    statement = BankStatement.objects.select_for_update().get(pk=statement.pk)
    if BankStatement.objects.filter(cash_account=account, pk__gt=statement.pk).exists():
        raise StateRefused(_("Only the statement that was read last can be taken back"))
    if statement.lines.exclude(status=StatementLine.Status.OPEN).exists():
        raise StateRefused(_("Lines of this statement are matched: undo that first"))
    touch_ids(StatementLine, "delete", set(statement.lines.values_list("pk", flat=True)))
    statement.lines.all().delete()
    statement.delete()
    if not account.statements.exists():
        account.opening_on, account.opening_balance = None, ZERO
        account.save()


def statements_of(
    account: CashAccount, content: bytes, form: str, mapping: Mapping[str, Any] | None
) -> list[FileStatement]:
    """What the file says, of this account and no other. Raises Invalid."""
    if account.kind != CashAccount.Kind.BANK:
        raise Invalid.field("account", _("A cash account has no statements"), "cash")
    try:
        kept = CsvMapping.of(mapping) if mapping else CsvMapping.of(account.mapping) if account.mapping else None
        found = read_file(content, form, kept)
    except Unreadable as wrong:
        raise Invalid.field("file", WRONG[wrong.code] % {"detail": wrong.detail}, wrong.code) from None
    step = currency_step(account.currency)
    for one in found:
        if one.currency and one.currency != account.currency:
            raise Invalid.field(
                "file", _("The file is in %(currency)s, the account in %(own)s")
                % {"currency": one.currency, "own": account.currency}, "currency",
            )  # fmt: skip
        theirs, ours = account_key(one.account), account_key(account.number)
        if theirs and ours and ours not in theirs and theirs not in ours:
            raise Invalid.field(
                "file", _("The file is of account %(theirs)s, not of %(ours)s")
                % {"theirs": one.account, "ours": account.number}, "account",
            )  # fmt: skip
        if any(x.amount % step for x in one.lines):
            raise Invalid.field("file", _("An amount has more decimals than the currency"), "decimals")
        if not one.lines and one.opening is None:
            raise Invalid.field("file", WRONG["no_lines"], "no_lines")
    return found


def fingerprints(lines: Sequence[FileLine]) -> list[str]:
    """What each line is known by: the bank's id, or all that it says; and the how manieth of its like it is. Two equal
    lines of one day are two lines (rule 40)."""
    seen: Counter[str] = Counter()
    out = []
    for x in lines:
        own = f"{x.day}|{x.amount.normalize():f}"
        said = x.bank_id or "|".join((x.party, account_key(x.party_account), x.reference, x.text))
        key = hashlib.sha256(f"{own}|{said}".casefold().encode()).hexdigest()
        seen[key] += 1
        out.append(f"{key}-{seen[key]}")
    return out


def compared(
    account: CashAccount, one: FileStatement, opening: Decimal | None = None, closing: Decimal | None = None
) -> ReadStatement:
    """Beside what is there: which lines are new, and whether the balances hold. Raises Invalid."""
    keys = fingerprints(one.lines)
    there = set(
        StatementLine.objects.filter(cash_account=account, fingerprint__in=keys).values_list("fingerprint", flat=True)
    )
    known_days = [x.day for x in one.lines] or [d for d in (one.ends_on, one.starts_on) if d is not None]
    if not known_days:
        raise Invalid.field("file", WRONG["no_lines"], "no_lines")
    starts_on, ends_on = min(known_days), max([*known_days, *([one.ends_on] if one.ends_on else [])])
    if one.starts_on and one.starts_on < starts_on and not _before(account, one.starts_on):
        starts_on = one.starts_on
    first = one.opening if one.opening is not None else opening
    last = one.closing if one.closing is not None else closing
    stood = _stood(account, starts_on, keys)
    if first is None:
        first = last - one.total if last is not None else stood[0] if account.opening_on else ZERO
    if last is None:
        last = first + one.total
    if first + one.total != last:
        raise Invalid.field(
            "file", _("Opening balance %(first)s and lines of %(total)s do not make the closing balance %(last)s")
            % {"first": f"{first:f}", "total": f"{one.total:f}", "last": f"{last:f}"}, "balance",
        )  # fmt: skip
    if account.opening_on is not None and first not in stood:
        raise Invalid.field(
            "file",
            _("The statement begins with %(first)s; by the statements before, the balance was %(stood)s then: one "
              "between is missing") % {"first": f"{first:f}", "stood": f"{stood[0]:f}"}, "gap",
        )  # fmt: skip
    fresh = tuple((x, k) for x, k in zip(one.lines, keys, strict=True) if k not in there)
    return ReadStatement(one, fresh, first, last, starts_on, ends_on)


def _before(account: CashAccount, day: date) -> bool:
    return account.opening_on is not None and day < account.opening_on


def _stood(account: CashAccount, starts_on: date, keys: Sequence[str]) -> tuple[Decimal, Decimal]:
    """The balance before a day, and the same with the lines of that day that another statement brought (a day may be
    told in two parts)."""
    if account.opening_on is not None and starts_on < account.opening_on:
        raise Invalid.field(
            "file", _("The statement begins before the first one that was read, of %(day)s")
            % {"day": account.opening_on.isoformat()}, "earlier",
        )  # fmt: skip
    rows = StatementLine.objects.filter(cash_account=account)
    before = rows.filter(day__lt=starts_on).aggregate(value=Sum("amount"))["value"] or ZERO
    same = rows.filter(day=starts_on).exclude(fingerprint__in=keys).aggregate(value=Sum("amount"))["value"] or ZERO
    return account.opening_balance + before, account.opening_balance + before + same


def _take(actor: Actor, account: CashAccount, read: ReadStatement, form: str, name: str) -> BankStatement:
    if account.opening_on is None:
        account.opening_on, account.opening_balance = read.starts_on, read.opening
        account.save()
    statement = BankStatement(
        cash_account=account, number=read.found.number[:80], format=form, file_name=name[:200],
        starts_on=read.starts_on, ends_on=read.ends_on, opening=read.opening, closing=read.closing,
        line_count=len(read.fresh), duplicates=read.duplicates,
    )  # fmt: skip
    statement.save()
    lines = StatementLine.objects.bulk_create(
        [
            StatementLine(
                cash_account=account, statement=statement, position=position, day=x.day, value_day=x.value_day,
                amount=x.amount, party_name=x.party[:200], party_account=x.party_account[:60],
                reference=x.reference[:200], text=x.text[:500], bank_id=x.bank_id[:120], fingerprint=key,
                created_by_id=actor.member_id, changed_by_id=actor.member_id,
            )
            for position, (x, key) in enumerate(read.fresh, 1)
        ]
    )  # fmt: skip
    touch_ids(StatementLine, "insert", {x.pk for x in lines})
    # Whatever the file was made of: its last day has to end with what it says, or, where that day is told in two
    # parts, with the part that is not its own left out.
    stands = StatementLine.objects.filter(cash_account=account, day__lte=read.ends_on)
    balance = account.opening_balance + (stands.aggregate(value=Sum("amount"))["value"] or ZERO)
    own = fingerprints(read.found.lines)
    after = stands.filter(day=read.ends_on).exclude(fingerprint__in=own).aggregate(value=Sum("amount"))["value"]
    if read.closing not in (balance, balance - (after or ZERO)):
        raise Invalid.field(
            "file", _("With what is there already the balance of %(day)s would be %(balance)s, the statement says "
                      "%(closing)s: a line is missing or differs")
            % {"day": read.ends_on.isoformat(), "balance": f"{balance:f}", "closing": f"{read.closing:f}"}, "balance",
        )  # fmt: skip
    return statement
