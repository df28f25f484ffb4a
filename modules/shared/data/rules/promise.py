"""When a quantity can be there: from stock, else from open supply, else after the lead time. Pure.

Available-to-promise looks ahead: what is there on a day is promised only as far as no later day would then run
short of what is already promised to others (ATP(t) = free now + Σ supply ≤ t − Σ other demand ≤ t, its minimum from t
onwards)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Claim, Demand, Supply

ZERO = Decimal(0)
Line = tuple[str, int]  # entity, id


@dataclass(frozen=True)
class Flow:
    """Open supply (positive) or other open demand (negative) on a day."""

    on: date
    quantity: Decimal
    note: str = ""
    source: RecordRef | None = None


@dataclass(frozen=True)
class Step:
    kind: str  # stock | claim | supply | lead_time
    quantity: Decimal
    on: date
    note: str = ""
    source: RecordRef | None = None


@dataclass(frozen=True)
class Outlook:
    """What is known of one product: free stock now, flows to come, the day a supply ordered now would be there (None:
    nobody knows)."""

    free: Decimal
    flows: Sequence[Flow] = field(default_factory=tuple)
    ready_on: date | None = None


def day_of(flow: Flow, today: date) -> date:
    """A late demand waits today; a late supply has not come today, so tomorrow at the earliest."""
    if flow.on >= today:
        return flow.on
    return today + timedelta(days=1) if flow.quantity > 0 else today


def look_ahead(outlook: Outlook, today: date) -> list[tuple[date, Decimal]]:
    """(day, most that may be promised from that day on), days ascending, the first is today."""
    by_day: dict[date, Decimal] = {today: outlook.free}
    for flow in outlook.flows:
        day = day_of(flow, today)
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


def net_flows(
    supplies: Sequence[Supply],
    demands: Sequence[Demand],
    *,
    locked: Mapping[Line, Decimal],
    claims: Sequence[Claim],
    asked: Collection[Line],
    today: date,
) -> dict[int, list[Flow]]:
    """What comes and goes, by product, for those who ask about `asked`: firm supply that nobody has a claim to and that
    is not made for another demand; other demand beyond what is locked, claimed and made for it."""
    flows: dict[int, list[Flow]] = defaultdict(list)
    of_supply: dict[Line, Decimal] = defaultdict(Decimal)
    served: dict[Line, Decimal] = defaultdict(Decimal)
    for claim in claims:
        of_supply[(claim.supply.entity, claim.supply.id)] += claim.quantity
        served[(claim.line.entity, claim.line.id)] += claim.quantity
    for supply in supplies:
        left = supply.quantity - of_supply[(supply.source.entity, supply.source.id)]
        if not supply.firm or left <= 0:
            continue
        if supply.peg is not None and (supply.peg.entity, supply.peg.id) not in asked:
            served[(supply.peg.entity, supply.peg.id)] += left
        else:
            flows[supply.product_id].append(Flow(supply.due_on, left, supply.source.label, supply.source))
    for demand in demands:
        line = (demand.line.entity, demand.line.id)
        left = demand.quantity - locked.get(line, ZERO) - served[line]
        if line not in asked and left > 0:
            flows[demand.product_id].append(Flow(demand.needed_on or today, -left, demand.line.label, demand.line))
    return flows


def own_claims(claims: Sequence[Claim], supplies: Sequence[Supply], asked: Collection[Line]) -> dict[Line, list[Flow]]:
    """When what the asked lines have a claim to arrives."""
    due = {(s.source.entity, s.source.id): s for s in supplies}
    found: dict[Line, list[Flow]] = defaultdict(list)
    for claim in claims:
        line, supply = (claim.line.entity, claim.line.id), due.get((claim.supply.entity, claim.supply.id))
        if line in asked and supply is not None:
            found[line].append(Flow(supply.due_on, claim.quantity, supply.source.label, supply.source))
    return found


def promise(
    outlook: Outlook, quantity: Decimal, today: date, reserved: Decimal = ZERO, claimed: Sequence[Flow] = ()
) -> tuple[date | None, list[Step]]:
    """The earliest day on which the whole `quantity` is there, and why. `reserved` is locked for it already, `claimed`
    is set aside for it of supply to come."""
    steps: list[Step] = []
    wanted = quantity
    if reserved > 0:
        steps.append(Step("stock", min(reserved, wanted), today))
        wanted -= min(reserved, wanted)
    for flow in claimed:
        take = min(flow.quantity, wanted)
        if take > 0:
            steps.append(Step("claim", take, day_of(flow, today), flow.note, flow.source))
            wanted -= take
    if wanted <= 0:
        return max((s.on for s in steps), default=today), steps
    on, more = _from_what_is_free(outlook, wanted, today)
    steps += more
    return (None if on is None else max([on, *(s.on for s in steps)])), steps


def _from_what_is_free(outlook: Outlook, wanted: Decimal, today: date) -> tuple[date | None, list[Step]]:
    steps: list[Step] = []
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
        on = day_of(flow, today)
        if quantity <= 0:
            break
        if on <= until:
            take = min(flow.quantity, quantity)
            steps.append(Step("supply", take, on, flow.note, flow.source))
            quantity -= take
    return steps[::-1]
