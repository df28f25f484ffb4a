"""Carrying the profit forward (结转损益): of a month into the profit of the current year, of a year into what is
undistributed. Nothing is said twice: each run moves what still stands, so late entries are carried by another run."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.finance.models import FiscalYear, JournalEntry, Period
from modules.finance.rules.entry import DraftEntry, DraftLine, signed
from modules.finance.selectors.closing_entries import CLOSING
from modules.finance.selectors.year_end import (
    EARNED,
    balance_of,
    earned_standing,
    profit_account,
    retained_account,
    year_open_before,
)
from modules.finance.services.ledger import entries_write
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


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
