"""What planning finds in whatever is there to be read, as one answer that two of can be compared: the day of each sales
order line, exceptions, cost, what the plan is worth by week, the load of work centres. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from modules.production.rules.buckets import Bucket
from modules.production.rules.net import BESIDES, PLANNED
from modules.production.rules.netting import plan
from modules.production.rules.terms import Plan, from_micro
from modules.production.selectors.estimates import WORK, unit_costs
from modules.production.selectors.load import load
from modules.production.selectors.plan_days import days_of_needs
from modules.production.selectors.plan_view import PlanView
from modules.production.selectors.planning_input import PlanningInput, planning_input
from modules.production.selectors.projection import projection
from modules.shared.data.selectors.prices import supplier_offers
from tenon.tenancy.context import current

ZERO = Decimal(0)
LINE = "shared.sales_order_line"


@dataclass(frozen=True)
class LineDay:
    """`on`: when it could go; None: not within the horizon."""

    label: str
    product: int
    quantity: Decimal
    needed_on: date
    on: date | None


@dataclass(frozen=True)
class Exceptional:
    kind: str
    product: int
    label: str
    quantity: Decimal
    due_on: date | None
    needed_on: date | None


@dataclass(frozen=True)
class CentreWeeks:
    code: str
    name: str
    asked: list[Decimal]
    capacity: list[Decimal]


@dataclass(frozen=True)
class Outlook:
    """Money in base currency. `purchase` and `making`: what is proposed, at suppliers' prices and at the rates of the
    routing's run time; orders that exist are the same in any branch. `worth`: as selectors/projection.py. `proposals`:
    (product, make, day, quantity) → how often; what a branch has and the other has not is what it does otherwise."""

    lines: dict[int, LineDay]
    exceptions: dict[Hashable, Exceptional]
    late: int
    proposals: int
    purchase: Decimal
    making: Decimal
    worth: dict[str, Any]
    centres: dict[int, CentreWeeks]


def outlook(among: list[Bucket], tell: Callable[[float], None] = lambda _share: None) -> Outlook:
    """`tell` hears the share that is done, and may raise to stop it."""
    found = planning_input(current().today())
    tell(0.2)
    result = plan(found.items, found.needs, found.supplies, found.on_hand, found.calendar, found.today,
                  lambda done, known: tell(0.2 + 0.3 * done / known) if done % 50 == 0 else None)  # fmt: skip
    tell(0.5)
    days = days_of_needs(found, result)
    tell(0.8)
    view = _view(found, result)
    asked = load(among, view.planned)
    purchase, making = _cost(result)
    worth = projection(view, among)
    tell(1)
    return Outlook(
        lines=_lines(found, days),
        exceptions=_exceptions(found, result),
        late=sum(p.late for p in result.planned),
        proposals=len(result.planned),
        purchase=purchase,
        making=making,
        worth=worth,
        centres={
            pk: CentreWeeks(centre.code, centre.name, asked.of(pk), asked.capacity[pk])
            for pk, centre in asked.centres.items()
            if centre.is_active
        },
    )


def _lines(found: PlanningInput, days: dict[Hashable, date | None]) -> dict[int, LineDay]:
    lines: dict[int, LineDay] = {}
    peg: Any
    for need in found.needs:
        peg = need.peg
        if peg[0] == LINE:
            label = found.refs[peg].label
            # A need that nothing covers is one that netting could not cover by any day.
            lines[peg[1]] = LineDay(label, need.product, from_micro(need.quantity), need.on, days.get(peg))
    return lines


def _exceptions(found: PlanningInput, result: Plan) -> dict[Hashable, Exceptional]:
    due = {s.source: s.on for s in found.supplies}
    said: dict[Hashable, Exceptional] = {}
    for m in result.messages:
        source: Any = m.source
        if source[0] == PLANNED:
            continue  # of a proposal: its own day says it
        said[m.kind, source] = Exceptional(
            m.kind, m.product, found.refs[source].label, from_micro(m.quantity), due.get(source), m.on
        )
    return said


def _view(found: PlanningInput, result: Plan) -> PlanView:
    """As plan_now reads it of a run that was written down."""
    places: dict[int, int] = defaultdict(int)
    release: dict[tuple[int, int], date] = {}
    for p in result.planned:
        release[p.product, places[p.product]] = p.release_on
        places[p.product] += 1
    taken = []
    peg: Any
    source: Any
    by_source = {s.source: s.product for s in found.supplies}
    for peg, source, quantity in result.pegging:
        if peg[0] == PLANNED:
            product = source[3] if source[0] == BESIDES else by_source.get(source, source[1])
            taken.append((product, quantity, release[peg[1], peg[2]]))
    for p in result.planned:
        taken += [(p.product, quantity, release[peg[1], peg[2]]) for peg, quantity in p.pegs if peg[0] == PLANNED]  # type: ignore[index]
    return PlanView(
        found.today, found.calendar, found.needs, found.supplies, list(enumerate(result.planned)), taken, found.held,
        found.suppliers,
    )  # fmt: skip


def _cost(result: Plan) -> tuple[Decimal, Decimal]:
    bought: dict[int, int] = defaultdict(int)
    made: dict[int, int] = defaultdict(int)
    for p in result.planned:
        (made if p.make else bought)[p.product] += p.quantity
    offers = supplier_offers(sorted(bought))
    purchase = sum(
        (from_micro(q) * cost for p, q in bought.items() if p in offers and (cost := offers[p].unit_cost) is not None),
        ZERO,
    )
    work = unit_costs(sorted(made), standing=False, own_work=True)
    making = sum(
        (from_micro(q) * sum((work[p][key] for key in WORK), ZERO) for p, q in made.items() if p in work), ZERO
    )
    return purchase, making
