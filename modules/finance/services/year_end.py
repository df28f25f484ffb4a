"""Carrying the profit forward (结转损益): of a month into the profit of the current year, of a year into what is
undistributed. Nothing is said twice: each run moves what still stands, so late entries are carried by another run."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from modules.finance.errors import MissingRule
from modules.finance.models import Account, AccountBalance, FiscalYear, JournalEntry, Period
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.selectors.closing_entries import CLOSING
from modules.finance.services.ledger import entries_write
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
EARNED = (Account.Type.REVENUE, Account.Type.EXPENSE)


@service("finance.period.close")
def profit_transfer(*, actor: Actor, period: Period) -> Period:
    """What stands on accounts of revenue and expense at the end of a period goes to the profit of the current year
    (本年利润). Raises StateRefused when there is nothing to carry or the chart carries it once a year, PeriodClosed."""
    period = Period.objects.select_for_update().get(pk=period.pk)
    if profit_account() is None:
        raise StateRefused(_("This chart carries the profit forward once, when the year is closed"))
    if not _carry(actor, period):
        raise StateRefused(_("The profit of this period is carried forward already"))
    return period


@service("finance.period.close")
def year_close(*, actor: Actor, year: FiscalYear) -> FiscalYear:
    """The profit of a fiscal year to retained profit (未分配利润), what is left of its months first. Raises
    StateRefused when nothing is left to carry or an earlier year is open, MissingRule without an account for it,
    PeriodClosed."""
    year = FiscalYear.objects.select_for_update().get(pk=year.pk)
    last = Period.objects.select_for_update().filter(year=year).order_by("-ends_on")[0]
    if year_open_before(year):
        raise StateRefused(_("Close the year before first: its profit is not carried forward"))
    carried = _carry(actor, last)
    profit, retained = profit_account(), retained_account()
    if profit is not None:
        standing = balance_of(profit.pk, last)
        if standing:
            currency = current().currency
            lines = (
                signed(-standing, -standing, profit.pk, currency),
                signed(standing, standing, retained.pk, currency),
            )
            entries_write(actor, [_draft(last, lines, str(_("Profit of %(year)s")) % {"year": year.name})])
            carried = True
    if not carried:
        raise StateRefused(_("The profit of this year is carried forward already"))
    return year


def profit_account() -> Account | None:
    return Account.objects.filter(control=Account.Control.PROFIT, is_active=True).first()


def retained_account() -> Account:
    """Raises MissingRule when the chart has none that can be posted to."""
    found = Account.objects.filter(control=Account.Control.RETAINED, is_active=True, children__isnull=True)
    account = found.order_by("code").first()
    if account is None:
        raise MissingRule(event=CLOSING)
    return account


def balance_of(account_id: int, period: Period) -> Decimal:
    """Debit less credit at the end of a period."""
    found = AccountBalance.objects.filter(account_id=account_id, day__lte=period.ends_on)
    return found.aggregate(value=Sum(F("debit") - F("credit")))["value"] or ZERO


def earned_standing(period: Period) -> dict[int, tuple[str, Decimal]]:
    """account → (type, debit less credit) of what is not carried forward at the end of a period."""
    rows = (
        AccountBalance.objects.filter(account__type__in=EARNED, day__lte=period.ends_on)
        .values_list("account_id", "account__type")
        .annotate(value=Sum(F("debit") - F("credit")))
        .order_by("account__code")
    )
    return {pk: (kind, value) for pk, kind, value in rows if value}


def year_standing(year: FiscalYear) -> bool:
    """Whether profit of the year waits to be carried forward."""
    last = Period.objects.filter(year=year).order_by("-ends_on")[0]
    profit = profit_account()
    return bool(earned_standing(last)) or (profit is not None and balance_of(profit.pk, last) != ZERO)


def year_open_before(year: FiscalYear) -> bool:
    before = FiscalYear.objects.filter(ends_on__lt=year.starts_on).order_by("-ends_on").first()
    return before is not None and year_standing(before)


def _carry(actor: Actor, period: Period) -> bool:
    standing = earned_standing(period)
    if not standing:
        return False
    target = profit_account() or retained_account()
    currency = current().currency
    lines: list[DraftLine] = []
    for kind in EARNED:
        of = [(pk, value) for pk, (its, value) in standing.items() if its == kind]
        lines += [signed(-value, -value, pk, currency) for pk, value in of]
        total = sum((value for _pk, value in of), ZERO)
        lines.append(signed(total, total, target.pk, currency))
    narration = str(_("Profit of %(period)s carried forward")) % {"period": period.name}
    return bool(entries_write(actor, [_draft(period, tuple(lines), narration)]))


def _draft(period: Period, lines: tuple[DraftLine, ...], narration: str) -> DraftEntry:
    return DraftEntry(
        period.ends_on, JournalEntry.Kind.CLOSING, lines, event=CLOSING, source_entity="finance.period",
        source_id=period.pk, source_number=period.name, narration=narration,
    )  # fmt: skip
