"""What entries that close the profit moved (结转损益): statements leave it out, or a closed month would have earned
nothing. There are few of them, found by their own index."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from modules.finance.models import JournalLine

CLOSING = "closing"


def closing_lines(since: date | None, until: date | None) -> Any:
    rows = JournalLine.objects.filter(entry__event=CLOSING)
    if since is not None:
        rows = rows.filter(entry__entry_date__gte=since)
    return rows if until is None else rows.filter(entry__entry_date__lte=until)


def closed_away(since: date | None, until: date | None) -> dict[int, Decimal]:
    """account → debit less credit of closing entries on these days."""
    return dict(
        closing_lines(since, until).values_list("account_id").annotate(value=Sum(F("debit") - F("credit"))).order_by()
    )
