"""Figures that are read beside the statements: days of stock, receivable and payable, cash conversion cycle."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F, Q, Sum

from modules.finance.models import Account, AccountBalance
from modules.finance.selectors.closing_entries import closed_away
from tenon.access.actor import Actor

ZERO = Decimal(0)
C = Account.Control


def ratios(*, actor: Actor, since: date, until: date) -> dict[str, Decimal | None]:
    """DIO = average stock / cost of sales × days, DSO = average receivable / revenue × days, DPO = average payable /
    cost of sales × days, CCC = DIO + DSO − DPO, in days with one decimal; gross_margin in per cent. Average: of the
    first and last day. None where nothing was sold. Revenue and cost are those of the accounts that belong to the
    profit of orders. Permission: finance.report.view."""
    actor.require("finance.report.view")
    days = (until - since).days + 1
    before = since - timedelta(days=1)
    stock = _average((C.STOCK, C.WIP), before, until)
    receivable = _average((C.RECEIVABLE,), before, until)
    payable = -_average((C.PAYABLE, C.GRNI), before, until)
    revenue, cost = _moved("revenue", since, until), -_moved("", since, until)
    dio, dso, dpo = _days(stock, cost, days), _days(receivable, revenue, days), _days(payable, cost, days)
    whole = dio is not None and dso is not None and dpo is not None
    return {
        "dio": dio, "dso": dso, "dpo": dpo,
        "ccc": dio + dso - dpo if whole else None,  # type: ignore[operator]
        "gross_margin": _round((revenue - cost) * 100 / revenue) if revenue else None,
    }  # fmt: skip


def _average(controls: tuple[str, ...], first: date, last: date) -> Decimal:
    def at(day: date) -> Decimal:
        rows = AccountBalance.objects.filter(account__control__in=controls, day__lte=day)
        return rows.aggregate(value=Sum(F("debit") - F("credit")))["value"] or ZERO

    return (at(first) + at(last)) / 2


def _moved(component: str, since: date, until: date) -> Decimal:
    """Credit less debit of revenue, or of everything else that belongs to the profit of orders."""
    of = Q(account__component="revenue") if component else ~Q(account__component__in=("", "revenue"))
    rows = AccountBalance.objects.filter(of, day__gte=since, day__lte=until)
    moved = rows.aggregate(value=Sum(F("credit") - F("debit")))["value"] or ZERO
    ids = set(Account.objects.filter(Q(component="revenue") if component else ~Q(component__in=("", "revenue")))
              .values_list("pk", flat=True))  # fmt: skip
    return moved + sum((v for pk, v in closed_away(since, until).items() if pk in ids), ZERO)


def _days(standing: Decimal, flow: Decimal, days: int) -> Decimal | None:
    return _round(standing * days / flow) if flow > 0 else None


def _round(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
