"""Planning again what has changed, in the background."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext_lazy as _

from modules.production.models import PlannedOrder, PlanningRun
from modules.production.rules.netting import uncollected
from modules.production.rules.replanning import Reach, reached, replan
from modules.production.rules.terms import Item, Planned, micro
from modules.production.selectors.outputs import outputs_of_all
from modules.production.selectors.planning_graph import planning_graph
from modules.production.selectors.planning_input import planning_input
from modules.production.selectors.structure import components_to_plan
from modules.production.selectors.workbench import last_run
from modules.production.services.planning import planning_lock, planning_run
from modules.production.services.planning_changes import Marks, mark, marks, unmark
from modules.production.services.planning_store import store_part
from tenon.access.actor import Actor, system
from tenon.jobs.models import Job
from tenon.jobs.services import job_start
from tenon.records.service import service
from tenon.tenancy.context import current

KIND = "modules.production.tasks.update_planning"


@service("production.planning.run")
def planning_update(*, actor: Actor) -> PlanningRun | None:
    """Brings the last run up to date with what has changed since: only the products that a change can reach are netted
    and written, and the answer is that of a run over everything. The first time of a day everything is planned: all
    releases have come nearer. Waits for a run under way. None where nobody has planned yet."""
    planning_lock(wait=True)
    seen, run, today = marks(), last_run(), current().today()
    if run is None or not seen:
        return run
    if run.planned_on != today:
        return planning_run(actor=actor)
    with uncollected():
        _replan(run, seen, today)
    unmark(seen)
    return run


def _replan(run: PlanningRun, seen: Marks, today: date) -> None:
    graph = planning_graph()
    reach = reached(graph, seen)
    found = planning_input(today, reach.netted)
    proposals, indexes = _standing(run, reach)
    items = found.items | _above(reach.standing.intersection(graph.known))
    result = replan(graph, reach, items, found.needs, found.supplies, found.on_hand, proposals, found.calendar, today)
    store_part(run, reach.again, found, result, indexes)


def _above(products: Collection[int]) -> dict[int, Item]:
    """Of what stands only its structure matters."""
    components, outputs = components_to_plan(products), outputs_of_all(products)
    return {p: Item(p, True, components=components.get(p, ()), outputs=outputs.get(p, ())) for p in products}


def _standing(run: PlanningRun, reach: Reach) -> tuple[dict[int, list[Planned]], dict[int, list[int]]]:
    """The proposals that stand, and what they are called: by product, in their order."""
    proposals: dict[int, list[Planned]] = defaultdict(list)
    indexes: dict[int, list[int]] = defaultdict(list)
    rows = PlannedOrder.objects.filter(run=run, product__in=reach.standing | reach.above).order_by("index")
    for index, product, quantity, release, due in rows.values_list(
        "index", "product_id", "quantity", "release_on", "due_on"
    ):
        indexes[product].append(index)
        proposals[product].append(Planned(product, True, micro(quantity), release, due))
    return proposals, indexes


def planning_changed(products: Collection[int]) -> None:
    """Marks what has changed and has it planned in the background; who waits in the queue already takes it along."""
    if mark(products) and not Job.objects.filter(kind=KIND, state=Job.State.QUEUED).exists():
        job_start(actor=system("planning"), kind=KIND, title=_("Planning of what has changed"))
