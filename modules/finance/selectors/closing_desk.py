"""What stands between a period and its end: each with what it amounts to and a way to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from modules.finance.models import Account, Invoice, Period, Revaluation, StatementLine, SuspenseItem, Voucher
from modules.finance.selectors.accrued import accrued_on
from modules.finance.selectors.balances import control_balance
from modules.finance.selectors.open_items import Side, open_total
from modules.finance.selectors.revaluation import revalued
from modules.finance.selectors.year_end import earned_standing, profit_account, year_standing
from modules.shared.contracts.closing import PeriodReadiness
from modules.shared.contracts.valuation import StockValuation, WorkInProgress
from modules.shared.data.errors import MissingRate
from tenon.access.actor import Actor
from tenon.ports import find, find_all
from tenon.tenancy.context import current

ZERO = Decimal(0)
State = Literal["done", "todo", "stops"]


@dataclass(frozen=True)
class Mend:
    """What to press: a list (`entity`, `filters`), an action on a record (`entity`, `id`, `action`), or a page."""

    label: str
    entity: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    id: int | None = None
    action: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    route: str = ""


@dataclass(frozen=True)
class DeskLine:
    """`state`: done, to do (it may wait), or it stops the closing."""

    key: str
    group: str  # documents | accruals | ties | profit
    title: str
    state: State
    note: str = ""
    count: int | None = None
    amount: Decimal | None = None
    mend: Mend | None = None


def closing_desk(*, actor: Actor, period: Period) -> list[DeskLine]:
    """The check list of a period. Permission: finance.period.view."""
    actor.require("finance.period.view")
    return [*_documents(period), *_accruals(period), *_ties(period), *_profit(period)]


def _documents(period: Period) -> Iterable[DeskLine]:
    until = period.ends_on
    earlier = Period.objects.filter(ends_on__lt=period.starts_on).exclude(status=Period.Status.CLOSED).count()
    yield _line("earlier", "documents", _("Earlier periods are closed"), earlier, "stops",
                Mend(_("Open periods"), "finance.period", {"status__in": "open,soft"}))  # fmt: skip
    drafts = Invoice.objects.filter(
        status=Invoice.Status.DRAFT, issued_on__gte=period.starts_on, issued_on__lte=until
    ).count()
    yield _line("invoices", "documents", _("No draft invoices"), drafts, "stops",
                Mend(_("Draft invoices"), "finance.invoice", {"status": "draft"}))  # fmt: skip
    waiting = Voucher.objects.filter(kind=Voucher.Kind.DRAFT, status=Voucher.Status.OPEN, entry_date__lte=until).count()
    yield _line("vouchers", "documents", _("No draft vouchers"), waiting, "todo",
                Mend(_("Drafts"), "finance.voucher", {"kind": "draft", "status": "open"}))  # fmt: skip
    due = Voucher.objects.filter(kind=Voucher.Kind.RECURRING, status=Voucher.Status.OPEN, next_on__lte=until).count()
    yield _line("recurring", "documents", _("Recurring vouchers are posted"), due, "todo",
                Mend(_("Recurring"), "finance.voucher", {"kind": "recurring"}))  # fmt: skip
    suspense = SuspenseItem.objects.filter(status=SuspenseItem.Status.OPEN, entry__entry_date__lte=until)
    amount = suspense.aggregate(value=Sum("amount"))["value"]
    yield _line("suspense", "documents", _("Nothing awaits an account"), suspense.count(), "stops",
                Mend(_("To resolve"), "finance.suspense_item", {"status": "open"}), amount)  # fmt: skip
    if current().has_feature("finance.bank"):
        lines = StatementLine.objects.filter(status=StatementLine.Status.OPEN, day__lte=until)
        unmatched = lines.aggregate(count=Count("pk"), value=Sum("amount"))
        # An amount is only said where all of it is of one currency.
        one = set(lines.values_list("cash_account__currency", flat=True).distinct()) <= {current().currency}
        yield _line("bank_lines", "documents", _("Bank lines are matched"), unmatched["count"], "todo",
                    Mend(_("Matching desk"), route="/finance/bank"), unmatched["value"] if one else None)  # fmt: skip
    for provider in find_all(PeriodReadiness):
        for work in provider.open_work(until=until):
            mend = Mend(_("Open the list"), work.entity, work.filters)
            yield DeskLine(work.entity, "documents", str(work.label), "todo", count=work.count, mend=mend)


def _accruals(period: Period) -> Iterable[DeskLine]:
    standing = sum(accrued_on(period.ends_on).values(), ZERO)
    note = _("Received and not invoiced, accrued at the end of the period")
    yield DeskLine("accrued", "accruals", _("Goods received not invoiced"), "done", note, amount=standing)
    try:
        found = revalued(period.ends_on)
    except MissingRate as missing:
        yield DeskLine(
            "revaluation", "accruals", _("Open items in foreign currency are revalued"), "todo", str(missing),
            mend=Mend(_("Exchange rates"), "shared.exchange_rate"),
        )  # fmt: skip
        return
    done = Revaluation.objects.filter(day=period.ends_on, status=Revaluation.Status.POSTED).exists()
    waits = bool(found) and not done
    gain = sum((x.gain for x in found), ZERO) if waits else None
    mend = Mend(_("Revalue"), "finance.revaluation", action="create", body={"day": period.ends_on.isoformat()})
    yield DeskLine(
        "revaluation", "accruals", _("Open items in foreign currency are revalued"), "todo" if waits else "done",
        _("Gain (loss negative)") if waits else "", amount=gain, mend=mend if waits else None,
    )  # fmt: skip


def _ties(period: Period) -> Iterable[DeskLine]:
    sides: tuple[tuple[Side, int, str], ...] = (
        ("receivable", 1, _("Receivables equal their accounts")), ("payable", -1, _("Payables equal their accounts")),
    )  # fmt: skip
    for side, sign, title in sides:
        control = sign * control_balance([side], period.ends_on)
        yield _tie(side, title, control, open_total(side, period.ends_on))
    today = current().today()
    stock, work = find(StockValuation), find(WorkInProgress)
    if stock is not None:
        posted = control_balance([Account.Control.STOCK], max(today, period.ends_on) + timedelta(days=366))
        yield _tie("stock", _("Stock equals its accounts, as of now"), posted, sum(stock.values().values(), ZERO))
    if work is not None:
        posted = control_balance([Account.Control.WIP], max(today, period.ends_on) + timedelta(days=366))
        title = _("Work in progress equals its accounts, as of now")
        yield _tie("wip", title, posted, sum(work.values().values(), ZERO))


def _profit(period: Period) -> Iterable[DeskLine]:
    year = period.year
    if profit_account() is not None:
        standing = earned_standing(period)
        earned = -sum((value for _kind, value in standing.values()), ZERO)
        mend = Mend(_("Carry forward"), "finance.period", id=period.pk, action="transfer")
        yield DeskLine(
            "profit", "profit", _("The profit is carried forward"), "todo" if standing else "done",
            amount=earned if standing else None, mend=mend if standing else None,
        )  # fmt: skip
    if period.ends_on == year.ends_on:
        waits = year_standing(year)
        mend = Mend(_("Close the year"), "finance.fiscal_year", id=year.pk, action="close")
        yield DeskLine(
            "year", "profit", _("The profit of %(year)s is undistributed profit") % {"year": year.name},
            "stops" if waits else "done", mend=mend if waits else None,
        )  # fmt: skip


def _line(
    key: str, group: str, title: str, count: int, state: State, mend: Mend, amount: Decimal | None = None
) -> DeskLine:
    if not count:
        return DeskLine(key, group, title, "done")
    return DeskLine(key, group, title, state, count=count, amount=amount, mend=mend)


def _tie(key: str, title: str, ledger: Decimal, other: Decimal) -> DeskLine:
    same = ledger == other
    note = "" if same else _("The ledger says %(ledger)s") % {"ledger": f"{ledger:,.2f}"}
    mend = None if same else Mend(_("Check the books"), route="/finance/books")
    return DeskLine(key, "ties", title, "done" if same else "todo", note, amount=other, mend=mend)
