"""Proves the books: invariants 1, 3 and 4 of the domain, for the company being served. Read-only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from time import perf_counter

from django.db import connection
from django.db.models import F, Max, Min, Sum
from django.utils.translation import gettext as _

from modules.finance.models import Account, CashAccount, JournalEntry, JournalLine
from modules.finance.rules.profit import COMPONENTS
from modules.finance.selectors.balances import control_balance
from modules.finance.selectors.bank import reconciliation
from modules.finance.selectors.open_items import Side, open_total
from modules.finance.selectors.profit import profit_tie
from modules.shared.contracts.valuation import StockValuation, WorkInProgress
from modules.shared.data.models import Product
from tenon.ports import find
from tenon.tenancy.context import Company

ZERO = Decimal(0)
SHOWN = 20


def check(company: Company) -> list[str]:
    """One sentence per finding; an empty list is good news."""
    if not company.has_module("finance"):
        return []
    return [finding for proof in proofs(company) for finding in proof.findings]


@dataclass(frozen=True)
class Proof:
    """One invariant: what it says, what was found against it."""

    key: str
    title: str
    findings: list[str]
    milliseconds: int


def proofs(company: Company) -> list[Proof]:
    """All of them, one after the other."""
    out = []
    for key, title, prove in _proofs(company):
        started = perf_counter()
        findings = prove()
        out.append(Proof(key, title, findings, round((perf_counter() - started) * 1000)))
    return out


def _proofs(company: Company) -> list[tuple[str, str, Callable[[], list[str]]]]:
    return [
        ("entries", _("Every entry balances, in company currency and in every other"), _entries),
        ("numbers", _("Numbers of entries, vouchers, invoices and payments have no gap"), _numbers),
        ("balances", _("The balances of every day are the sums of their lines"), _balances),
        ("reversals", _("A reversal takes back exactly what it reverses"), _reversals),
        ("stock", _("Stock by product is the balance of its accounts"), _stock),
        ("grni", _("What is received and not invoiced is accrued, and nothing else"), _received_not_invoiced),
        ("wip", _("Work in progress by order is the balance of its accounts"), _work_in_progress),
        ("settlements", _("What is open of a document is what its allocations leave"), _settlements),
        ("open_items", _("Receivable and payable are the sums of open items, on every past day"),
         partial(_open_items, company.today())),
        ("assets", _("What assets have lost is what was posted for them"), _assets),
        ("overhead", _("Overhead that was shared out is the sum of its shares"), _overhead),
        ("profit", _("What orders gained and what belongs to none is the gross margin"), _profit),
        ("bank", _("A bank account's ledger is its statements and what is outstanding"), partial(_bank, company)),
        ("periods", _("Every entry lies within its period"), _periods),
    ]  # fmt: skip


def _bank(company: Company) -> list[str]:
    """What the ledger says of each bank account is what its statements say, less bank lines that are not matched, plus
    ledger lines that the bank has not seen; each match and each statement adds up."""
    out = []
    for account in CashAccount.objects.order_by("pk"):
        days = set(account.statements.order_by("-ends_on").values_list("ends_on", flat=True)[:12])
        for day in sorted({company.today(), *days}):
            found = reconciliation(account, day)
            if found.difference:
                out.append(
                    f"bank account {account} on {day}: ledger {found.ledger:f}, statements {found.statement:f},"
                    f" {found.difference:f} is explained by nothing"
                )
    out += [
        f"bank match {pk}: bank lines {lines or 0:f}, ledger lines {items or 0:f}"
        for pk, lines, items in _rows(
            """select m.id, (select sum(l.amount) from finance_statementline l where l.match_id = m.id),
                      (select sum(i.amount) from finance_matchitem i where i.match_id = m.id and i.live)
                 from finance_bankmatch m where m.status = 'matched'
                  and (select coalesce(sum(l.amount), 0) from finance_statementline l where l.match_id = m.id)
                   <> (select coalesce(sum(i.amount), 0) from finance_matchitem i where i.match_id = m.id and i.live)"""
        )
    ]
    return out


def _assets() -> list[str]:
    """What an asset has lost is what it brought along and what its runs and its disposal posted; a run is its lines."""
    lost = _rows(
        """select a.number, a.depreciated, a.depreciated_before + coalesce(sum(d.amount), 0)
             from finance_asset a left join finance_depreciation d on d.asset_id = a.id
            group by a.id having a.depreciated <> a.depreciated_before + coalesce(sum(d.amount), 0) order by a.id"""
    )
    runs = _rows(
        """select to_char(r.month, 'YYYY-MM'), e.total, coalesce(sum(d.amount), 0)
             from finance_depreciationrun r join finance_journalentry e on e.id = r.entry_id
             left join finance_depreciation d on d.run_id = r.id
            group by r.id, e.total having e.total <> coalesce(sum(d.amount), 0) order by r.id"""
    )
    return [f"asset {number}: depreciated {has:f}, posted {posted:f}" for number, has, posted in lost] + [
        f"depreciation {month}: entry {total:f}, lines {lines:f}" for month, total, lines in runs
    ]


def _overhead() -> list[str]:
    """A posted month's shares sum to its difference, its variances too, and stand on the account they went to."""
    return [
        f"overhead {name} {month}: difference {difference:f}, shares {shares:f}, variances {variances:f},"
        f" posted {posted:f}"
        for name, month, difference, shares, variances, posted in _rows(
            """select * from (
                 select p.name, to_char(r.month, 'YYYY-MM'), r.difference,
                        coalesce((select sum(s.amount) from finance_overheadshare s where s.run_id = r.id), 0) shares,
                        r.spending + r.volume + r.efficiency variances,
                        coalesce((select sum(l.debit - l.credit) from finance_journalline l
                                   where l.entry_id = r.entry_id and l.component <> ''
                                     or l.entry_id = r.entry_id and l.account_id = p.target_account_id), 0) posted
                   from finance_overheadrun r join finance_overheadpool p on p.id = r.pool_id
                  where r.status = 'posted') x
                where difference <> shares or difference <> variances"""
        )
    ]


def _profit() -> list[str]:
    """Σ orders + unallocated = gross margin, and every order and component that a line names is there."""
    tie = profit_tie()
    out = []
    if tie.difference:
        out.append(
            f"profit: orders {tie.orders:f} and unallocated {tie.unallocated:f} are not the gross margin"
            f" {tie.gross_margin:f}"
        )
    names = ", ".join(f"'{key}'" for key in COMPONENTS)
    return out + [
        f"journal entry {number} line {position}: order {order}, component {component}"
        for number, position, order, component in _rows(
            f"""select e.number, l.position, l.sales_order_id, l.component from finance_journalline l
                  join finance_journalentry e on e.id = l.entry_id
                  left join data_salesorder o on o.id = l.sales_order_id
                 where l.component <> ''
                   and ((l.sales_order_id is not null and o.id is null) or l.component not in ({names}))"""
        )
    ]


def _rows(sql: str) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} limit {SHOWN}")
        return cursor.fetchall()


def _entries() -> list[str]:
    """1: every entry balances in base currency and per currency, and is complete."""
    out = [
        f"journal entry {number}: debit {debit:f}, credit {credit:f}, {found} of {wanted} lines"
        for number, debit, credit, found, wanted in _rows(
            """select e.number, coalesce(sum(l.debit), 0), coalesce(sum(l.credit), 0), count(l.id), e.line_count
                 from finance_journalentry e left join finance_journalline l on l.entry_id = e.id
                group by e.id having coalesce(sum(l.debit), 0) <> coalesce(sum(l.credit), 0)
                    or count(l.id) <> e.line_count or coalesce(sum(l.debit), 0) <> e.total
                    or count(*) filter (where l.entry_date <> e.entry_date) > 0"""
        )
    ]
    out += [
        f"journal entry {number}: {currency} does not balance by {amount:f}"
        for number, currency, amount in _rows(
            """select e.number, l.currency, sum(l.amount_currency) from finance_journalline l
                 join finance_journalentry e on e.id = l.entry_id
                group by e.number, l.currency having sum(l.amount_currency) <> 0"""
        )
    ]
    return out


def _numbers() -> list[str]:
    """Numbers of a series follow one another without a gap."""
    out = []
    for table, what in (("finance_journalentry", "journal entries"), ("finance_invoice", "invoices"),
                        ("finance_payment", "payments")):  # fmt: skip
        for series, found, last in _rows(
            f"""select left(number, length(number) - strpos(reverse(number), '-') + 1) as series, count(*),
                       max(substring(number from '[0-9]+$')::bigint)
                  from {table} where number is not null group by 1
                having count(*) <> max(substring(number from '[0-9]+$')::bigint)"""
        ):
            out.append(f"{what}: series {series} has {found} numbers, the last is {last}")
    out += [
        f"vouchers of {period}: {word} has {found} numbers, the last is {last}"
        for period, word, found, last in _rows(
            """select p.name, split_part(e.voucher, '-', 1), count(*), max(split_part(e.voucher, '-', 2)::int)
                 from finance_journalentry e join finance_period p on p.id = e.period_id where e.voucher <> ''
                group by 1, 2 having count(*) <> max(split_part(e.voucher, '-', 2)::int)"""
        )
    ]
    return out


def _periods() -> list[str]:
    """An entry's date lies within its period; a fiscal year has no day without one."""
    return [
        f"journal entry {number} of {day} is in period {period}"
        for number, day, period in _rows(
            """select e.number, e.entry_date, p.name
                 from finance_journalentry e join finance_period p on p.id = e.period_id
                where e.entry_date not between p.starts_on and p.ends_on"""
        )
    ]


def _balances() -> list[str]:
    """The daily balances are the sums of their lines."""
    return [
        f"account {code} on {day}: balances say {kept_debit or 0:f}/{kept_credit or 0:f},"
        f" lines {debit or 0:f}/{credit or 0:f}"
        for code, day, kept_debit, kept_credit, debit, credit in _rows(
            """select a.code, coalesce(b.day, l.entry_date), b.debit, b.credit, l.debit, l.credit
                 from finance_accountbalance b
                 full join (select account_id, entry_date, sum(debit) debit, sum(credit) credit
                              from finance_journalline group by 1, 2) l
                        on l.account_id = b.account_id and l.entry_date = b.day
                 join finance_account a on a.id = coalesce(b.account_id, l.account_id)
                where (b.debit, b.credit) is distinct from (l.debit, l.credit)"""
        )
    ]


def _reversals() -> list[str]:
    """A reversal takes back exactly what it reverses."""
    return [
        f"journal entry {number} does not take back {of}"
        for number, of in _rows(
            """select e.number, o.number
                 from finance_journalentry e join finance_journalentry o on o.id = e.reversal_of_id
                where exists (select from finance_journalline l where l.entry_id in (e.id, o.id)
                               group by l.account_id having sum(l.debit - l.credit) <> 0)"""
        )
    ]


def _stock() -> list[str]:
    """3: stock value per product = balance of the stock accounts per product."""
    valuation = find(StockValuation)
    if valuation is None:
        return []
    posted = dict(
        JournalLine.objects.filter(account__control=Account.Control.STOCK)
        .values_list("product_id")
        .annotate(value=Sum(F("debit") - F("credit")))
    )
    kept = valuation.values()
    differing = {
        pk: (kept.get(pk, ZERO), posted.get(pk, ZERO))
        for pk in {*kept, *posted}
        if kept.get(pk or 0, ZERO) != posted.get(pk, ZERO)
    }
    names = dict(Product.objects.filter(pk__in=list(differing)[:SHOWN]).values_list("pk", "code"))
    return [
        f"stock of {names.get(pk, pk)}: inventory says {kept_value:f}, the ledger {posted_value:f}"
        for pk, (kept_value, posted_value) in list(differing.items())[:SHOWN]
    ]


def _received_not_invoiced() -> list[str]:
    """3: what is accrued for an order line is gone when nothing of it is left to invoice, and the other way round."""
    return [
        f"received not invoiced, {order} line {position}: {value:f} stands for {quantity:f} to invoice"
        for order, position, value, quantity in _rows(
            """select o.number, p.position, g.value, p.received - p.rejected - p.returned - p.invoiced
                 from (select l.purchase_order_line_id id, sum(l.credit - l.debit) as value from finance_journalline l
                         join finance_account a on a.id = l.account_id and a.control = 'grni'
                        where l.purchase_order_line_id is not null group by 1) g
                 join data_purchaseorderline p on p.id = g.id join data_purchaseorder o on o.id = p.order_id
                where (p.received - p.rejected - p.returned - p.invoiced = 0 and g.value <> 0)
                   or (p.received - p.rejected - p.returned - p.invoiced > 0 and g.value < 0)
                   or (p.received - p.rejected - p.returned - p.invoiced < 0 and g.value > 0)"""
        )
    ]


def _work_in_progress() -> list[str]:
    """3: what stands in work in progress per production order is what production says is in it."""
    posted = dict(
        JournalLine.objects.filter(account__control=Account.Control.WIP)
        .values_list("production_order_id")
        .annotate(value=Sum(F("debit") - F("credit")))
    )
    provider = find(WorkInProgress)
    if provider is None:
        return []
    kept = provider.values()
    differing = [
        pk for pk in sorted({*kept, *posted}, key=lambda k: k or 0) if kept.get(pk or 0, ZERO) != posted.get(pk, ZERO)
    ]
    return [
        f"work in progress of production order {pk}: production says {kept.get(pk or 0, ZERO):f},"
        f" the ledger {posted.get(pk, ZERO):f}"
        for pk in differing[:SHOWN]
    ]


def _settlements() -> list[str]:
    """4: what a document says is open is its total less the allocations in force."""
    return [
        f"{number}: {kept:f} open ({kept_base:f} in the ledger's currency),"
        f" its allocations leave {left:f} ({left_base:f})"
        for number, kept, kept_base, left, left_base in _rows(
            """with live as (select * from finance_paymentallocation where undone_on is null),
                 used as (
                   select 'i' kind, invoice_id id, sum(amount) amount, sum(base_invoice) base from live group by 2
                   union all select 'i', credit_note_id, sum(amount), sum(base_payment) from live
                              where credit_note_id is not null group by 2
                   union all select 'p', payment_id, sum(amount), sum(base_payment) from live
                              where payment_id is not null group by 2),
                 documents as (
                   select 'i' kind, id, number, total, base_total, open_amount, open_base from finance_invoice
                    where status not in ('draft', 'reversed')
                   union all select 'p', id, number, amount, base_amount, open_amount, open_base from finance_payment
                    where status <> 'reversed')
               select d.number, d.open_amount, d.open_base, d.total - coalesce(u.amount, 0),
                      d.base_total - coalesce(u.base, 0)
                 from documents d left join used u on u.kind = d.kind and u.id = d.id
                where d.open_amount <> d.total - coalesce(u.amount, 0)
                   or d.open_base <> d.base_total - coalesce(u.base, 0)"""
        )
    ]


def _open_items(today: date) -> list[str]:
    """4: receivable and payable = Σ open items, today and at the end of each of the last twelve months and on the day
    of the last entry."""
    bounds = JournalEntry.objects.aggregate(first=Min("entry_date"), last=Max("entry_date"))
    if bounds["first"] is None:
        return []
    days, day = {today, bounds["last"]}, today
    for _month in range(12):
        day = day.replace(day=1) - timedelta(days=1)
        if day >= bounds["first"]:
            days.add(day)
    out = []
    sides: tuple[tuple[Side, int], ...] = (("receivable", 1), ("payable", -1))
    for as_of in sorted(days):
        for side, sign in sides:
            control, items = sign * control_balance([side], as_of), open_total(side, as_of)
            if control != items:
                out.append(f"{side} on {as_of}: the control account says {control:f}, the open items {items:f}")
    return out
