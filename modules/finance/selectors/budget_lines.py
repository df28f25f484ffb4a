"""Behind a figure of a budget: postings, orders, requisitions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from modules.finance.models import Account, JournalLine
from modules.finance.rules.budget import Covered
from modules.finance.selectors.budgets import BOUGHT, Commitment, account_parents, commitments
from modules.shared.data.models import PurchaseOrderLine

_SUM = Sum(F("debit") - F("credit"))
ZERO = Decimal(0)
SHOWN = 300


def _lines(account_id: int, department_id: int | None, since: date, until: date) -> Any:
    accounts = Covered(account_parents(), [(account_id, None)]).accounts
    rows = JournalLine.objects.filter(account_id__in=accounts, entry_date__range=(since, until))
    rows = rows.exclude(entry__event="closing").filter(
        ~Q(account__control=Account.Control.STOCK) | Q(entry__event__in=BOUGHT)
    )
    if department_id is None:
        return rows
    # A receipt belongs to the department that ordered.
    ordered = PurchaseOrderLine.objects.filter(pk=OuterRef("purchase_order_line_id")).values("order__department_id")
    return rows.annotate(of=Coalesce("department_id", Subquery(ordered))).filter(of=department_id)


def _amount(line: JournalLine) -> Decimal:
    amount = line.debit - line.credit
    return -amount if line.account.type == Account.Type.REVENUE else amount


def row_postings(
    account_id: int, department_id: int | None, since: date, until: date
) -> list[tuple[JournalLine, Decimal]]:
    """The latest postings that a row covers, each as it counts. Two queries."""
    rows = _lines(account_id, department_id, since, until).select_related("entry", "account")
    return [(x, _amount(x)) for x in rows.order_by("-entry_date", "-entry_id", "position")[:SHOWN]]


def row_months(account_id: int, department_id: int | None, since: date, until: date) -> dict[date, Decimal]:
    """Month → what the row came to. Two queries."""
    rows = _lines(account_id, department_id, since, until)
    out: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for day, kind, amount in rows.values_list("entry_date", "account__type").annotate(sum=_SUM).order_by():
        out[day.replace(day=1)] += -amount if kind == Account.Type.REVENUE else amount
    return dict(out)


def row_commitments(account_id: int, department_id: int | None, since: date, until: date) -> list[Commitment]:
    """What is ordered or asked for in these months and covered by the row."""
    covered = Covered(account_parents(), [(account_id, department_id)])
    return [
        x for x in commitments(covered.accounts)
        if covered.rows(x.account_id, x.department_id) and since <= x.month <= until
    ]  # fmt: skip
