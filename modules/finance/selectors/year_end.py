"""What of the profit is not carried forward yet, and where it goes."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Sum

from modules.finance.errors import MissingRule
from modules.finance.models import Account, AccountBalance, FiscalYear, Period
from modules.finance.selectors.closing_entries import CLOSING

ZERO = Decimal(0)
EARNED = (Account.Type.REVENUE, Account.Type.EXPENSE)


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
