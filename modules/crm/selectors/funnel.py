"""Funnel, speed and losses of a pipeline in a span of days, from the stage history of the deals one sees."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet

from modules.crm.models import Opportunity, Pipeline, Stage, StageHistory
from modules.crm.rules.funnel import Closed, Conversion, Step, by_deal, closed, conversions, velocity
from modules.crm.selectors.pipeline import Rates
from tenon.access.actor import Actor
from tenon.access.scope import visible
from tenon.money.rounding import round_money
from tenon.registry.registry import registry
from tenon.tenancy.context import current

ZERO = Decimal(0)


def funnel(*, actor: Actor, pipeline: Pipeline, since: date, until: date, within: int) -> dict[str, Any]:
    """Everything the page shows, as JSON; both days belong to the span, `within` days are given to reach the next
    stage. A bounded number of queries."""
    company = current()
    zone, now = ZoneInfo(company.time_zone), company.now()
    seen = visible(actor, registry().entities["crm.opportunity"], Opportunity.objects.all())
    seen = seen.filter(stage__pipeline=pipeline)
    stages = list(Stage.objects.filter(pipeline=pipeline, kind=Stage.Kind.OPEN).order_by("position", "id"))
    start, end = _midnight(since, zone), _midnight(until + timedelta(days=1), zone)
    moved = StageHistory.objects.filter(at__gte=start, at__lt=end).values("opportunity")
    rows = StageHistory.objects.filter(opportunity__in=seen.filter(pk__in=moved).order_by().values("pk"))
    deals = by_deal(
        Step(*row) for row in rows.order_by("at", "id").values_list("opportunity", "to_stage", "to_stage__kind", "at")
    )
    keys = [stage.pk for stage in stages]
    reach = timedelta(days=within)
    whole = conversions(deals, keys, since=start, until=end, within=reach, now=now)
    ended = closed(deals, since=start, until=end)
    open_count, open_amount = _open(seen)
    names = {stage.pk: stage.name for stage in stages}
    brings = velocity(open_count, open_amount, ended.rate, ended.cycle)
    return {
        "pipeline": {"id": pipeline.pk, "label": pipeline.name}, "since": since.isoformat(), "until": until.isoformat(),
        "within": within, "currency": company.currency,
        "stages": [{"id": row.stage, "label": names[row.stage], **_conversion(row)} for row in whole],
        "closed": _closed(ended),
        "open": {"count": open_count, "amount": _money(open_amount)},
        "velocity": None if brings is None else _money(brings),
        "months": [
            {
                "month": first.isoformat(),
                "stages": [
                    _conversion(row)
                    for row in conversions(deals, keys, since=a, until=b, within=reach, now=now)
                ],
                "closed": _closed(closed(deals, since=a, until=b)),
            }
            for first, a, b in _months(since, until, zone)
        ],
        "losses": _losses(seen, since, until),
    }  # fmt: skip


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _months(since: date, until: date, zone: ZoneInfo) -> list[tuple[date, datetime, datetime]]:
    """First day, and the part of the month that lies in the span."""
    out, first = [], since.replace(day=1)
    while first <= until:
        following = first + relativedelta(months=1)
        last = min(following, until + timedelta(days=1))
        out.append((first, _midnight(max(first, since), zone), _midnight(last, zone)))
        first = following
    return out


def _open(seen: QuerySet[Opportunity]) -> tuple[int, Decimal]:
    rows = list(
        seen.filter(state=Opportunity.State.OPEN, amount__isnull=False).order_by().values_list("amount", "currency")
    )
    rates, today = Rates({code for _amount, code in rows}), current().today()
    amount = sum((amount * rates.on(code, today) for amount, code in rows if amount is not None), ZERO)
    return len(rows), amount


def _losses(seen: QuerySet[Opportunity], since: date, until: date) -> list[dict[str, Any]]:
    """Deals lost in the span by reason, the dearest first; those with words of their own together."""
    rows = list(
        seen.filter(Q(state=Opportunity.State.LOST) & Q(closed_on__range=(since, until)))
        .order_by()
        .values_list("loss_reason", "loss_reason__name", "amount", "currency", "closed_on")
    )
    rates = Rates({row[3] for row in rows})
    found: dict[tuple[int | None, str], list[Decimal]] = {}
    for key, name, amount, code, on in rows:
        value = amount * rates.on(code, on) if amount is not None and on is not None else ZERO
        found.setdefault((key, name or ""), []).append(value)
    lines = [(name, len(values), sum(values, ZERO)) for (_key, name), values in found.items()]
    lines.sort(key=lambda line: (-line[2], -line[1], line[0]))
    return [{"reason": name, "count": count, "amount": _money(amount)} for name, count, amount in lines]


def _conversion(row: Conversion) -> dict[str, Any]:
    return {
        "entered": row.entered, "reached": row.reached, "young": row.young,
        "rate": None if row.rate is None else f"{row.rate:.4f}",
        "days": None if row.days is None else f"{row.days:.1f}",
    }  # fmt: skip


def _closed(row: Closed) -> dict[str, Any]:
    return {
        "won": row.won, "lost": row.lost, "rate": None if row.rate is None else f"{row.rate:.4f}",
        "cycle": None if row.cycle is None else f"{row.cycle:.1f}",
    }  # fmt: skip


def _money(amount: Decimal) -> str:
    return f"{round_money(amount, current().currency):f}"
