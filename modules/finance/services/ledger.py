"""The ledger's own writer: checks, numbers, lines and balances of entries. Every service that posts ends here.

Locks are taken in one order: periods (shared), the number series, balances by account and day. The series' row makes
postings of one company follow one another from here to their commit, which is what gapless numbers cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.finance.errors import Unbalanced
from modules.finance.models import Account, JournalEntry, JournalLine
from modules.finance.rules.entry import DraftEntry, DraftLine, imbalance
from modules.finance.rules.profit import COMPONENTS
from modules.finance.rules.voucher import voucher_word
from modules.finance.services.periods import OpenPeriod, periods_lock
from tenon.access.actor import Actor
from tenon.money.rounding import currency_step
from tenon.problems import Invalid
from tenon.records.numbering import next_numbers
from tenon.records.service import touch_ids
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

ZERO = Decimal(0)
SERIES = "JE"
CLOSING = "closing"  # the event of entries that close the profit, and of what reverses them
COLUMNS = (
    "entry_id", "posted_at", "posted_by", "position", "entry_date", "account_id", "debit", "credit", "currency",
    "amount_currency", "party_id", "product_id", "sales_order_id", "sales_order_line_id", "production_order_id",
    "purchase_order_line_id", "component", "narration", "department_id",
)  # fmt: skip

# Asked with every posting.
_ACCOUNTS = PlainQuery(Account, "from finance_account r where r.id = any(%s)")


def entries_write(actor: Actor, drafts: Sequence[DraftEntry]) -> list[JournalEntry]:
    """Posts entries with a constant number of statements. Lines without an amount are left out, and entries without
    lines. Raises Unbalanced, PeriodClosed, Invalid."""
    drafts = [d for d in (_without_empty(d) for d in drafts) if d.lines]
    if not drafts:
        return []
    for draft in drafts:
        check_balance(draft.lines)
    accounts = {row.pk: row for row in _ACCOUNTS.all(list({line.account_id for d in drafts for line in d.lines}))}
    _check_accounts(accounts, drafts)
    areas: dict[date, set[str]] = defaultdict(set)
    for draft in drafts:
        areas[draft.entry_date].add(draft.area)
    periods = periods_lock(actor, areas, areas)
    numbers = next_numbers(SERIES, len(drafts))
    vouchers = _vouchers(drafts, accounts, periods)
    entries = JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                number=number, voucher=voucher, entry_date=d.entry_date, period_id=periods[d.entry_date].id,
                kind=d.kind, event=d.event, source_entity=d.source_entity, source_id=d.source_id,
                source_number=d.source_number[:80], narration=d.narration[:400],
                total=sum((x.debit for x in d.lines), ZERO), line_count=len(d.lines), reversal_of_id=d.reversal_of_id,
            )
            for number, voucher, d in zip(numbers, vouchers, drafts, strict=True)
        ]
    )  # fmt: skip
    _write_lines(entries, drafts, accounts)
    _add_to_balances(drafts)
    touch_ids(JournalEntry, "insert", {e.pk for e in entries})
    return entries


def _vouchers(
    drafts: Sequence[DraftEntry], accounts: Mapping[int, Account], periods: Mapping[date, OpenPeriod]
) -> list[str]:
    """凭证字号 of each: a word and the next number of its period. The row of a series stays locked to the commit."""
    keys = []
    for draft in drafts:
        period = periods[draft.entry_date]
        keys.append((period.id, voucher_word(draft.lines, accounts, period.voucher_words)))
    counts = Counter(keys)
    series = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into records_sequence (key, value)
               select key, n from unnest(%s::text[], %s::bigint[]) t(key, n) order by key
               on conflict (key) do update set value = records_sequence.value + excluded.value
               returning key, value""",
            [[f"V{period}-{word}" for period, word in series], [counts[key] for key in series]],
        )
        last = dict(cursor.fetchall())
    nexts = {key: last[f"V{key[0]}-{key[1]}"] - counts[key] + 1 for key in series}
    out = []
    for key in keys:
        out.append(f"{key[1]}-{nexts[key]:04d}")
        nexts[key] += 1
    return out


def check_balance(lines: Sequence[DraftLine]) -> None:
    """In code as well as in the database, so that the refusal has words. Raises Unbalanced, Invalid."""
    step = currency_step(current().currency)
    for line in lines:
        if line.debit < 0 or line.credit < 0 or (line.debit and line.credit):
            raise Invalid.field("lines", _("A line has either a debit or a credit"))
        if (line.debit + line.credit) % step:
            raise Invalid.field("lines", _("An amount has more decimals than the currency"), "decimals")
    wrong = imbalance(lines)
    if wrong is not None:
        raise Unbalanced(
            _("Debit %(debit)s, credit %(credit)s") % {"debit": f"{wrong.debit:f}", "credit": f"{wrong.credit:f}"},
            debit=f"{wrong.debit:f}", credit=f"{wrong.credit:f}", currency=wrong.currency or None,
        )  # fmt: skip


def _without_empty(draft: DraftEntry) -> DraftEntry:
    return replace(draft, lines=tuple(x for x in draft.lines if x.debit or x.credit or x.amount_currency))


def _check_accounts(accounts: dict[int, Account], drafts: Sequence[DraftEntry]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select distinct parent_id from finance_account where parent_id = any(%s)", [list(accounts)])
        groups = {pk for (pk,) in cursor.fetchall()}
    for index, line in ((i, x) for d in drafts for i, x in enumerate(d.lines)):
        account = accounts.get(line.account_id)
        if account is None or not account.is_active:
            raise Invalid.field(f"lines.{index}.account", _("There is no such account in use"), "unknown")
        if account.pk in groups:
            raise Invalid.field(
                f"lines.{index}.account",
                _("%(account)s has accounts below it: post to one of those") % {"account": str(account)},
            )


def _write_lines(entries: Sequence[JournalEntry], drafts: Sequence[DraftEntry], accounts: dict[int, Account]) -> None:
    """By COPY: an order of a hundred lines posts hundreds of these, and nobody asks for their ids."""
    now = timezone.now()
    copy = f"copy {JournalLine._meta.db_table} ({', '.join(COLUMNS)}) from stdin"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copy) as rows:
        for entry, draft in zip(entries, drafts, strict=True):
            for position, x in enumerate(draft.lines, 1):
                # Only what belongs to the gross margin has a component; the poster may know better than the account.
                own = "" if draft.event == CLOSING else accounts[x.account_id].component
                component = x.component if x.component in COMPONENTS else own
                rows.write_row(
                    (
                        entry.pk, now, "", position, entry.entry_date, x.account_id, x.debit, x.credit, x.currency,
                        x.amount_currency, x.party_id, x.product_id, x.sales_order_id, x.sales_order_line_id,
                        x.production_order_id, x.purchase_order_line_id, component if own else "",
                        str(x.narration)[:200], x.department_id,
                    )
                )  # fmt: skip


def _add_to_balances(drafts: Sequence[DraftEntry]) -> None:
    sums: dict[tuple[int, date], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for draft in drafts:
        for line in draft.lines:
            row = sums[(line.account_id, draft.entry_date)]
            row[0] += line.debit
            row[1] += line.credit
    keys = sorted(sums)
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into finance_accountbalance as b (account_id, day, debit, credit)
               select * from unnest(%s::bigint[], %s::date[], %s::numeric[], %s::numeric[])
                   as t(account_id, day, debit, credit) order by account_id, day
               on conflict (account_id, day)
               do update set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit""",
            [[k[0] for k in keys], [k[1] for k in keys], [sums[k][0] for k in keys], [sums[k][1] for k in keys]],
        )
