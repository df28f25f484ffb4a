"""What stands accrued for goods received and not invoiced, and on which account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from modules.finance.models import Account, Event, JournalLine, PostingRule

# (purchase order line, account) → credit balance.
Standing = dict[tuple[int, int], Decimal]


def accrued(line_ids: Collection[int] | None = None, **narrowed: Any) -> Standing:
    """Per order line and account, of some lines or of all; `narrowed`: by fields of the journal lines."""
    rows = JournalLine.objects.filter(
        account__control=Account.Control.GRNI, purchase_order_line_id__isnull=False, **narrowed
    )
    if line_ids is not None:
        rows = rows.filter(purchase_order_line_id__in=list(line_ids))
    found = rows.values_list("purchase_order_line_id", "account_id").annotate(value=Sum(F("credit") - F("debit")))
    return {(line_id or 0, account_id): value for line_id, account_id, value in found}


def accrued_on(day: date) -> Standing:
    """What stands as of the end of a day."""
    return {key: value for key, value in accrued(entry_date__lte=day).items() if value}


def reversal_accounts() -> set[int]:
    """Where accruals wait between the first of a month and its end, where they are reversed by the month."""
    rules = PostingRule.objects.filter(event=Event.ACCRUAL_REVERSAL)
    return set(rules.values_list("credit_account_id", flat=True))
