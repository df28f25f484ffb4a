"""A plan as figures are worked out from it: the last run as it stands, or one that nobody has written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from modules.production.models import Pegging, PlannedOrder
from modules.production.rules.net import PLANNED
from modules.production.rules.terms import Need, Plan, Planned, Supply, micro
from modules.production.selectors.planning_input import PlanningInput, planning_input
from modules.production.selectors.workbench import last_run
from modules.shared.data.rules.calendars import WorkCalendar
from tenon.tenancy.context import current

Taken = tuple[int, int, date]  # product, millionths, day


@dataclass(frozen=True)
class PlanView:
    """`planned`: what is proposed and no order yet, with its id in the last run where it has one. `taken`: what that
    takes of other products. `held`: what is locked in stock for who needs it on a day. `ready`: sales
    order line → day, where the plan was asked."""

    today: date
    calendar: WorkCalendar
    needs: list[Need]
    supplies: list[Supply]
    planned: list[tuple[int | None, Planned]]
    taken: list[Taken]
    held: list[Taken]
    suppliers: Mapping[int, int]
    ready: Mapping[int, date] = field(default_factory=dict)


def planned_now() -> list[tuple[int | None, Planned]]:
    """What the last run proposes and is no order yet. Two queries."""
    run = last_run()
    rows = PlannedOrder.objects.filter(run=run, state=PlannedOrder.State.PROPOSED).order_by("index")
    return [
        (pk, Planned(product, kind == PlannedOrder.Kind.MAKE, micro(quantity), release, due, late))
        for pk, product, kind, quantity, release, due, late in rows.values_list(
            "id", "product_id", "kind", "quantity", "release_on", "due_on", "late"
        )
    ]


def plan_now() -> PlanView:
    """Demand, supply and the last run's proposals as they are now. A constant number of queries."""
    run, today = last_run(), current().today()
    found = planning_input(today)
    release = dict(
        PlannedOrder.objects.filter(run=run, state=PlannedOrder.State.PROPOSED).values_list("index", "release_on")
    )
    pegs = Pegging.objects.filter(run=run, need_planned__isnull=False)
    taken = [
        (product, micro(quantity), release[index])
        for product, index, quantity in pegs.values_list("product_id", "need_planned", "quantity")
        if index in release
    ]
    return PlanView(
        today, found.calendar, found.needs, found.supplies, planned_now(), taken, found.held, found.suppliers
    )  # fmt: skip


def plan_of(found: PlanningInput, result: Plan, ready: Mapping[int, date]) -> PlanView:
    """A plan that is worked out and not written down."""
    places: dict[int, int] = {}
    release: dict[tuple[int, int], date] = {}
    for p in result.planned:
        n = places[p.product] = places.get(p.product, -1) + 1
        release[p.product, n] = p.release_on
    taken: list[Taken] = []
    peg: Any
    source: Any
    products = {s.source: s.product for s in found.supplies}
    for peg, source, quantity in result.pegging:
        if peg[0] == PLANNED:
            taken.append((products.get(source) or _product_of(source), quantity, release[peg[1], peg[2]]))
    for p in result.planned:
        for peg, quantity in p.pegs:
            if peg[0] == PLANNED:
                taken.append((p.product, quantity, release[peg[1], peg[2]]))
    return PlanView(
        found.today, found.calendar, found.needs, found.supplies, [(None, p) for p in result.planned], taken,
        found.held, found.suppliers, ready,
    )  # fmt: skip


def _product_of(source: Any) -> int:
    """Of stock, of a proposal, or of what one brings besides: ("besides", product, number, by-product)."""
    return int(source[3] if len(source) == 4 else source[1])
