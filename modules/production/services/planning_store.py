"""Writing down what planning found. Proposals are called by a number within their run (`index`): those of a product are
in the order in which netting made them, so that product and place name them as netting does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from modules.production.models import Pegging, PlannedOrder, PlanningMessage, PlanningRun
from modules.production.rules.net import BESIDES, PLANNED, SAFETY, STOCK
from modules.production.rules.terms import Plan, from_micro
from modules.production.selectors.forecast_demand import ENTITY as FORECAST
from modules.production.selectors.planning_input import PlanningInput
from tenon.access.actor import Actor
from tenon.records.copying import copy_rows, drop_rows

BATCH = 2_000
PROPOSAL = "production.planned_order"
Names = dict[tuple[int, int], int]  # (product, place among its proposals) → index
_PLANNED = (
    "run_id",
    "index",
    "kind",
    "product_id",
    "quantity",
    "release_on",
    "due_on",
    "late",
    "level",
    "supplier_id",
    "entry_id",
)
_NEED = ("need_entity", "need_id", "need_label", "need_planned")
_COVER = ("cover_entity", "cover_id", "cover_label", "cover_planned")
_STOCK = ("", None, "", None)


def store_run(actor: Actor, found: PlanningInput, result: Plan, fingerprint: str) -> PlanningRun:
    """A run over everything, in place of the run before. What was firmed lives on as the orders made from it."""
    for model in (Pegging, PlanningMessage, PlannedOrder):
        drop_rows(model)
    run = PlanningRun.objects.create(
        state=PlanningRun.State.DONE,
        finished_at=timezone.now(),
        planned_on=found.today,
        fingerprint=fingerprint,
        items=len(found.items),
        proposals=len(result.planned),
        messages=len(result.messages),
        started_by=actor.ref,
    )
    _store(run, found, result, 0, {})
    return run


def store_part(
    run: PlanningRun, products: Collection[int], found: PlanningInput, result: Plan, standing: Mapping[int, list[int]]
) -> None:
    """What planning some products again found, in place of what the run said of them. `standing`: the indexes of other
    products' proposals that ask for them."""
    for model in (Pegging, PlanningMessage, PlannedOrder):
        drop_rows(model, "product_id", products)
    names = {(product, n): index for product, indexes in standing.items() for n, index in enumerate(indexes)}
    last = PlannedOrder.objects.filter(run=run).aggregate(last=Max("index"))["last"]
    _store(run, found, result, 0 if last is None else last + 1, names)
    run.fingerprint, run.replanned_at = "", timezone.now()
    run.proposals, run.messages = run.planned.count(), run.exceptions.count()
    run.save()


def _store(run: PlanningRun, found: PlanningInput, result: Plan, first: int, names: Names) -> None:
    places: dict[int, int] = defaultdict(int)
    for index, proposal in enumerate(result.planned, first):
        names[(proposal.product, places[proposal.product])] = index
        places[proposal.product] += 1
    copy_rows(
        PlannedOrder,
        _PLANNED,
        (
            (
                run.pk,
                index,
                PlannedOrder.Kind.MAKE.value if p.make else PlannedOrder.Kind.BUY.value,
                p.product,
                from_micro(p.quantity),
                p.release_on,
                p.due_on,
                p.late,
                p.level,
                None if p.make else found.suppliers.get(p.product),
                p.entry,
            )
            for index, p in enumerate(result.planned, first)
        ),
    )
    copy_rows(
        Pegging, ("run_id", "product_id", "quantity", *_NEED, *_COVER), _pegs(run.pk, found, result, first, names)
    )
    PlanningMessage.objects.bulk_create(_messages(run, found, result, names), batch_size=BATCH)


def _pegs(run: int, found: PlanningInput, result: Plan, first: int, names: Names) -> Iterator[tuple[Any, ...]]:
    """Rows of (run, product, quantity, what is needed, what covers it)."""

    def need(peg: Any) -> tuple[Any, ...]:
        if peg[0] == PLANNED:
            return ("", None, "", names[(peg[1], peg[2])])
        if peg[0] == SAFETY:
            return ("", None, SAFETY, None)
        if peg[0] == FORECAST:
            return (FORECAST, None, peg[2], None)
        ref = found.refs[peg]
        return (ref.entity, ref.id, ref.label, None)

    by_source = {s.source: s.product for s in found.supplies}
    source: Any
    for peg, source, quantity in result.pegging:
        if source[0] == STOCK:
            yield (run, source[1], from_micro(quantity), *need(peg), *_STOCK)
        elif source[0] == PLANNED:
            yield (run, source[1], from_micro(quantity), *need(peg), "", None, "", names[(source[1], source[2])])
        elif source[0] == BESIDES:
            _word, product, place, of = source
            yield (run, of, from_micro(quantity), *need(peg), "", None, "", names[(product, place)])
        else:
            ref = found.refs[source]
            cover = (ref.entity, ref.id, ref.label, None)
            yield (run, by_source[source], from_micro(quantity), *need(peg), *cover)
    for index, proposal in enumerate(result.planned, first):
        for peg, quantity in proposal.pegs:
            yield (run, proposal.product, from_micro(quantity), *need(peg), "", None, "", index)


def _messages(run: PlanningRun, found: PlanningInput, result: Plan, names: Names) -> Iterator[PlanningMessage]:
    supply_due = {s.source: s.on for s in found.supplies}
    released: set[Any] = {m.source for m in result.messages if _is_proposal(m.source)}
    proposals: dict[int, tuple[int, Any]] = {}
    if released:
        rows = PlannedOrder.objects.filter(run=run, index__in=[names[(s[1], s[2])] for s in released])
        proposals = {index: (pk, due) for index, pk, due in rows.values_list("index", "id", "due_on")}
    for m in result.messages:
        source: Any = m.source
        if _is_proposal(source):
            pk, due = proposals[names[(source[1], source[2])]]
            entity, label = PROPOSAL, ""
        else:
            ref, due = found.refs[source], supply_due[source]
            entity, pk, label = ref.entity, ref.id, ref.label
        yield PlanningMessage(
            run=run, kind=m.kind, product_id=m.product, quantity=from_micro(m.quantity), source_entity=entity,
            source_id=pk, source_label=label, due_on=due, needed_on=m.on,
        )  # fmt: skip


def _is_proposal(source: Any) -> bool:
    return bool(source[0] == PLANNED)
