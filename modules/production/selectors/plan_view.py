"""A plan as figures are worked out from it: the last run as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from modules.production.models import Pegging, PlannedOrder
from modules.production.rules.terms import Need, Planned, Supply, micro
from modules.production.selectors.planning_input import planning_input
from modules.production.selectors.workbench import last_run
from modules.shared.data.rules.calendars import WorkCalendar
from tenon.tenancy.context import current

Taken = tuple[int, int, date]  # product, millionths, day


@dataclass(frozen=True)
class PlanView:
    """`planned`: what is proposed and no order yet, with its id in the last run. `taken`: what that takes of other
    products. `held`: what is locked in stock for who needs it on a day."""

    today: date
    calendar: WorkCalendar
    needs: list[Need]
    supplies: list[Supply]
    planned: list[tuple[int, Planned]]
    taken: list[Taken]
    held: list[Taken]
    suppliers: Mapping[int, int]


def planned_now() -> list[tuple[int, Planned]]:
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
