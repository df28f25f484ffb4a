"""Balance sheet, income and cash flow, of any days, in a layout; the figure of a row down to its entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from django.db import connection
from django.db.models import F, Q, Sum

from modules.finance.models import Account, AccountBalance, FiscalYear, JournalLine
from modules.finance.rules.layout import (
    Amount,
    ChartNode,
    Figure,
    LayoutRow,
    evaluate,
    layouts_of,
    nearest,
    read_layout,
    split_accounts,
)
from modules.finance.selectors.balances import movements
from modules.finance.selectors.closing_entries import CLOSING, closed_away
from tenon.access.actor import Actor
from tenon.problems import Invalid, NotFound

ZERO = Decimal(0)
MONEY = (Account.Control.CASH, Account.Control.BANK)
BEGINNING = date(1, 1, 1)
Kind = Literal["balance_sheet", "income", "cash_flow", "cash_flow_indirect"]


@dataclass(frozen=True)
class Column:
    """Days of one column, both included. A balance sheet shows the end of `until`."""

    key: str  # period, year_to_date, previous_period, previous_year_to_date; end, year_start, previous_year
    since: date
    until: date


@dataclass(frozen=True)
class Statement:
    kind: Kind
    layout: str
    layouts: tuple[str, ...]
    columns: list[Column]
    rows: list[LayoutRow]
    figures: list[list[Figure]]  # per column, in the order of the rows
    difference: Decimal  # zero: assets = liabilities + equity; cash flow = movement of the cash accounts


class Chart:
    """The accounts, read once."""

    def __init__(self) -> None:
        found = list(Account.objects.select_related("parent").order_by("code"))
        self.by_id = {a.pk: a for a in found}
        self.nodes = {a.code: ChartNode(a.code, a.parent.code if a.parent else "", a.type) for a in found}
        self.ids = {a.code: a.pk for a in found}
        self.money = {a.pk for a in found if a.control in MONEY}
        # Codes alone tell which of the shipped charts a company's own has grown from.
        self.name = "cn" if {"1122", "2202"} <= self.ids.keys() else "intl"


def statement(
    *, actor: Actor, kind: Kind, since: date, until: date, layout: str = "", compare: bool = False
) -> Statement:
    """`layout`: statutory or international; empty: what fits the chart. `compare` adds the same days of the year
    before. Permission: finance.report.view. Raises Forbidden, Invalid."""
    actor.require("finance.report.view")
    chart = Chart()
    layouts = layouts_of(chart.name)
    layout = layout or layouts[0]
    if layout not in layouts:
        raise Invalid.field("layout", "This layout does not fit the chart of accounts", "choice")
    rows = read_layout(layout, kind, chart.name)
    columns = _columns(kind, since, until, compare=compare)
    figures = [evaluate(rows, chart.nodes, _amounts(kind, chart, rows, c), _opening(kind, chart, c)) for c in columns]
    return Statement(kind, layout, layouts, columns, list(rows), figures, _difference(kind, chart, columns, figures))


def _columns(kind: Kind, since: date, until: date, *, compare: bool) -> list[Column]:
    start = year_start(until)
    if kind == "balance_sheet":
        out = [Column("end", BEGINNING, until), Column("year_start", BEGINNING, start - timedelta(days=1))]
        return [*out, Column("previous_year", BEGINNING, _year_before(until))] if compare else out
    out = [Column("year_to_date", min(start, since), until), Column("period", since, until)]
    if compare:
        before = [
            Column(f"previous_{c.key}", _year_before(c.since), _year_before(c.until, c.until.month == 2)) for c in out
        ]
        out = [out[0], before[0], out[1], before[1]]
    return out


def year_start(day: date) -> date:
    """The first day of the fiscal year; of the calendar year where there is none."""
    found = FiscalYear.objects.filter(starts_on__lte=day, ends_on__gte=day).values_list("starts_on", flat=True).first()
    return found or day.replace(month=1, day=1)


def _year_before(day: date, month_end: bool = False) -> date:
    last = (day + timedelta(days=1)).day == 1
    try:
        before = day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
    # The last of February stays the last of February.
    return before + timedelta(days=1) if month_end and last and (before + timedelta(days=1)).day == 29 else before


def _amounts(kind: Kind, chart: Chart, rows: Iterable[LayoutRow], column: Column) -> list[Amount]:
    if kind == "balance_sheet":
        return _balances(chart, rows, column.until)
    if kind == "cash_flow":
        return _cash_moved(chart, column)
    moved = movements(column.since, column.until)
    closed = closed_away(column.since, column.until)
    out = []
    for pk, (_before, debit, credit) in moved.items():
        amount = debit - credit - closed.get(pk, ZERO)
        account = chart.by_id[pk]
        earned = account.type in (Account.Type.REVENUE, Account.Type.EXPENSE)
        if amount and (earned or kind == "cash_flow_indirect") and pk not in chart.money:
            out.append(Amount(account.code, amount))
    return out


def _balances(chart: Chart, rows: Iterable[LayoutRow], until: date) -> list[Amount]:
    totals = dict(
        AccountBalance.objects.filter(day__lte=until)
        .values_list("account_id")
        .annotate(value=Sum(F("debit") - F("credit")))
        .order_by()
    )
    named = split_accounts(list(rows))
    split = [pk for pk in totals if nearest(chart.by_id[pk].code, chart.nodes, named | _plain(rows)) in named]
    out = [Amount(chart.by_id[pk].code, value) for pk, value in totals.items() if value and pk not in split]
    if split:
        # By party: who has paid ahead is a creditor, not less of a debtor.
        for pk, value in (
            JournalLine.objects.filter(account_id__in=split, entry_date__lte=until)
            .values_list("account_id", "party_id")
            .annotate(value=Sum(F("debit") - F("credit")))
            .order_by()
            .values_list("account_id", "value")
        ):
            if value:
                out.append(Amount(chart.by_id[pk].code, value, "dr" if value > 0 else "cr"))
    return out


def _plain(rows: Iterable[LayoutRow]) -> set[str]:
    return {t for r in rows if r.kind != "detail" for t in r.accounts if ":" not in t and not t.startswith("*")}


CASH_SQL = """
select l.account_id, (l.debit > 0) <> (e.reversal_of_id is not null) as paid, sum(l.debit - l.credit)
  from finance_journalline l join finance_journalentry e on e.id = l.entry_id
 where l.entry_id in (select c.entry_id from finance_journalline c
                       where c.account_id = any(%(money)s) and c.entry_date between %(since)s and %(until)s)
   and not l.account_id = any(%(money)s)
 group by 1, 2"""


def _cash_moved(chart: Chart, column: Column) -> list[Amount]:
    """The other side of every entry that moves money: what it was received or paid for. What is reversed stands where
    it stood."""
    with connection.cursor() as cursor:
        cursor.execute(CASH_SQL, {"money": sorted(chart.money), "since": column.since, "until": column.until})
        return [Amount(chart.by_id[pk].code, amount, "out" if paid else "in") for pk, paid, amount in cursor.fetchall()]


def _opening(kind: Kind, chart: Chart, column: Column) -> Decimal:
    return _money(chart, column.since - timedelta(days=1)) if kind.startswith("cash_flow") else ZERO


def _money(chart: Chart, until: date) -> Decimal:
    found = AccountBalance.objects.filter(account_id__in=chart.money, day__lte=until).aggregate(
        value=Sum(F("debit") - F("credit"))
    )
    return found["value"] or ZERO


def _difference(kind: Kind, chart: Chart, columns: list[Column], figures: list[list[Figure]]) -> Decimal:
    """How far the statement is from proving itself, over all columns: zero."""
    wrong = ZERO
    for column, of in zip(columns, figures, strict=True):
        shown = [f for f in of if f.row.kind == "total"]
        if kind == "balance_sheet":
            by_label = {f.row.label: f.amount for f in shown}
            both = next(v for k, v in by_label.items() if k.startswith(("Total liabilities and", "Total equity and")))
            wrong += abs(by_label["Total assets"] - both)
        elif kind.startswith("cash_flow"):
            wrong += abs(shown[-1].amount - _money(chart, column.until))
        else:
            earned = AccountBalance.objects.filter(
                Q(account__type=Account.Type.REVENUE) | Q(account__type=Account.Type.EXPENSE),
                day__gte=column.since, day__lte=column.until,
            ).aggregate(value=Sum(F("credit") - F("debit")))["value"] or ZERO  # fmt: skip
            types = (Account.Type.REVENUE, Account.Type.EXPENSE)
            away = sum(
                (v for k, v in closed_away(column.since, column.until).items() if chart.by_id[k].type in types), ZERO
            )
            wrong += abs(shown[-1].amount - earned - away)
    return wrong


@dataclass(frozen=True)
class Part:
    """One account's share of a row, as shown."""

    account: Account
    amount: Decimal


def statement_parts(
    *, actor: Actor, kind: Kind, since: date, until: date, layout: str, key: str, column: str
) -> tuple[Column, list[Part]]:
    """The accounts behind a figure. Raises NotFound, Forbidden."""
    found = statement(actor=actor, kind=kind, since=since, until=until, layout=layout, compare=True)
    for at, figures in zip(found.columns, found.figures, strict=True):
        if at.key == column:
            for figure in figures:
                if figure.row.key == key:
                    sums: dict[str, Decimal] = {}
                    for code, amount in figure.parts:
                        sums[code] = sums.get(code, ZERO) + amount
                    accounts = {a.code: a for a in Account.objects.filter(code__in=sums)}
                    return at, [Part(accounts[c], v) for c, v in sorted(sums.items()) if v]
    raise NotFound


def cash_lines(
    *, actor: Actor, since: date, until: date, account_id: int, limit: int = 200
) -> tuple[list[JournalLine], bool]:
    """The lines that say what money of these days was for, of one account: behind a row of the cash flow. Permission:
    finance.report.view."""
    actor.require("finance.report.view")
    money = Account.objects.filter(control__in=MONEY)
    rows = list(
        JournalLine.objects.filter(account_id=account_id, entry_date__gte=since, entry_date__lte=until)
        .filter(entry__lines__account__in=money)
        .exclude(entry__event=CLOSING)
        .select_related("entry", "account", "party", "product")
        .distinct()
        .order_by("entry_date", "entry_id", "position")[: limit + 1]
    )
    return rows[:limit], len(rows) > limit
