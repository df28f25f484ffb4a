"""When a quantity can be there: from stock, else from open supply, else after the lead time. Pure.

Available-to-promise looks ahead: what is there on a day is promised only as far as no later day would then run
short of what is already promised to others (ATP(t) = free now + Σ supply ≤ t − Σ other demand ≤ t, its minimum from t
onwards)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Flow:
    """Open supply (positive) or other open demand (negative) on a day."""

    on: date
    quantity: Decimal
    note: str = ""


@dataclass(frozen=True)
class Step:
    kind: str  # stock | supply | lead_time
    quantity: Decimal
    on: date
    note: str = ""


@dataclass(frozen=True)
class Outlook:
    """What is known of one product: free stock now, flows to come, the day a supply ordered now would be there (None:
    nobody knows)."""

    free: Decimal
    flows: Sequence[Flow] = field(default_factory=tuple)
    ready_on: date | None = None


def _day(flow: Flow, today: date) -> date:
    """A late demand waits today; a late supply has not come today, so tomorrow at the earliest."""
    if flow.on >= today:
        return flow.on
    return today + timedelta(days=1) if flow.quantity > 0 else today


def look_ahead(outlook: Outlook, today: date) -> list[tuple[date, Decimal]]:
    """(day, most that may be promised from that day on), days ascending, the first is today."""
    by_day: dict[date, Decimal] = {today: outlook.free}
    for flow in outlook.flows:
        day = _day(flow, today)
        by_day[day] = by_day.get(day, ZERO) + flow.quantity
    days = sorted(by_day)
    running, cumulative = ZERO, []
    for day in days:
        running += by_day[day]
        cumulative.append(running)
    least: list[Decimal] = []
    for value in reversed(cumulative):
        least.append(min(value, least[-1]) if least else value)
    return list(zip(days, reversed(least), strict=True))


def promise(
    outlook: Outlook, quantity: Decimal, today: date, reserved: Decimal = ZERO
) -> tuple[date | None, list[Step]]:
    """The earliest day on which the whole `quantity` is there, and why. `reserved` is locked for it already."""
    steps: list[Step] = []
    wanted = quantity
    if reserved > 0:
        steps.append(Step("stock", min(reserved, wanted), today))
        wanted -= min(reserved, wanted)
    if wanted <= 0:
        return today, steps
    ahead = look_ahead(outlook, today)
    day = next((d for d, least in ahead if least >= wanted), None)
    if day is not None:
        now = _now(outlook, ahead, wanted)
        if now:
            steps.append(Step("stock", now, today))
        steps += _supplies(outlook, wanted - now, today, day)
        return day, steps
    best = max(max((least for _d, least in ahead), default=ZERO), ZERO)
    if best:
        from_day = next(d for d, least in ahead if least >= best)
        now = _now(outlook, ahead, best)
        if now:
            steps.append(Step("stock", now, today))
        steps += _supplies(outlook, best - now, today, from_day)
    if outlook.ready_on is None:
        return None, steps
    # What open supply cannot give is ordered anew today.
    steps.append(Step("lead_time", wanted - best, outlook.ready_on))
    return max(s.on for s in steps), steps


def _now(outlook: Outlook, ahead: list[tuple[date, Decimal]], wanted: Decimal) -> Decimal:
    return max(min(ahead[0][1], outlook.free, wanted), ZERO)


def _supplies(outlook: Outlook, quantity: Decimal, today: date, until: date) -> list[Step]:
    """The supplies that give `quantity` by `until`, the latest first needed: they decide the date."""
    steps: list[Step] = []
    for flow in sorted((f for f in outlook.flows if f.quantity > 0), key=lambda f: f.on, reverse=True):
        on = _day(flow, today)
        if quantity <= 0:
            break
        if on <= until:
            take = min(flow.quantity, quantity)
            steps.append(Step("supply", take, on, flow.note))
            quantity -= take
    return steps[::-1]
