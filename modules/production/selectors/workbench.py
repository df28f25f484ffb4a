"""The planning workbench: what planning wants done, worst first, with the chain behind each proposal."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from modules.production.models import Pegging, PlannedOrder, PlanningMessage, PlanningRun
from modules.production.selectors.forecast_demand import ENTITY as FORECAST
from modules.production.selectors.lead_times import routing_days

Row = dict[str, Any]


def last_run() -> PlanningRun | None:
    return PlanningRun.objects.filter(state=PlanningRun.State.DONE).order_by("-id").first()


def workbench(limit: int = 500) -> Row:
    """The last run, its messages, its open proposals, and for each proposal whom it is for. A constant number of
    queries; `limit` rows of each kind, the most urgent first, `counts` say of how many."""
    run = last_run()
    if run is None:
        return {"run": None, "counts": {}, "messages": [], "proposals": []}
    proposals = run.planned.select_related("product__unit", "supplier").order_by("-late", "release_on", "id")
    messages = run.exceptions.select_related("product").order_by("needed_on", "id")
    shown = list(proposals[:limit])
    needs = _needs(run, {p.index: p.product_id for p in shown})
    longer = routing_days(shown)
    return {
        "run": {
            "id": run.pk,
            "planned_on": run.planned_on,
            "finished_at": run.finished_at,
            "items": run.items,
            "proposals": run.proposals,
            "messages": run.messages,
        },
        "counts": _counts(run),
        "messages": [_message(m) for m in messages[:limit]],
        "proposals": [_proposal(p, needs.get(p.index, [])) | {"routing_days": longer.get(p.pk)} for p in shown],
    }


def _counts(run: PlanningRun) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for kind in run.exceptions.values_list("kind", flat=True):
        counts[kind] += 1
    for kind, late, state in run.planned.values_list("kind", "late", "state"):
        if state == PlannedOrder.State.PROPOSED:
            counts[kind] += 1
            counts["late"] += late
    return dict(counts)


def _product(product: Any) -> Row:
    return {"id": product.pk, "label": product.code, "name": product.name}


def _message(m: PlanningMessage) -> Row:
    return {
        "id": m.pk,
        "kind": m.kind,
        "product": _product(m.product),
        "quantity": m.quantity,
        "source": {"entity": m.source_entity, "id": m.source_id, "label": m.source_label},
        "due_on": m.due_on,
        "needed_on": m.needed_on,
    }


def _proposal(p: PlannedOrder, needs: list[Row]) -> Row:
    return {
        "id": p.pk,
        "index": p.index,
        "kind": p.kind,
        "product": _product(p.product),
        "unit": p.product.unit.code,
        "quantity": p.quantity,
        "release_on": p.release_on,
        "due_on": p.due_on,
        "late": p.late,
        "entry": p.entry_id is not None,
        "level": p.level,
        "supplier": None if p.supplier is None else {"id": p.supplier_id, "label": p.supplier.name},
        "state": p.state,
        "firmed": None
        if p.firmed_id is None
        else {"entity": p.firmed_entity, "id": p.firmed_id, "label": p.firmed_label},
        "needs": needs,
    }


def _needs(run: PlanningRun, makes: dict[int, int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for peg in Pegging.objects.filter(run=run, cover_planned__in=makes).order_by("id"):
        if makes[peg.cover_planned or 0] != peg.product_id:
            continue  # a by-product: nobody makes the proposal for its sake
        found[peg.cover_planned or 0].append(
            {
                "quantity": peg.quantity,
                "planned": peg.need_planned,
                "document": None
                if peg.need_id is None
                else {"entity": peg.need_entity, "id": peg.need_id, "label": peg.need_label},
                "forecast": peg.need_label if peg.need_entity == FORECAST else None,
                "safety_stock": not peg.need_entity and peg.need_planned is None,
            }
        )
    return found


def pegging_tree(run: PlanningRun, entity: str, record_id: int) -> list[Row]:
    """From a document line down: what covers it, and what the proposals among that take, level by level. What comes
    as a by-product of a proposal ends there: its tree is another product's."""
    by_need: dict[Any, list[Pegging]] = defaultdict(list)
    for peg in Pegging.objects.filter(run=run).select_related("product"):
        key = ("planned", peg.need_planned) if peg.need_planned is not None else (peg.need_entity, peg.need_id)
        by_need[key].append(peg)
    planned = {p.index: p for p in run.planned.select_related("product__unit", "supplier")}

    def below(key: Any, depth: int) -> list[Row]:
        rows = []
        for peg in by_need.get(key, ()) if depth < 20 else ():
            proposal = planned.get(peg.cover_planned) if peg.cover_planned is not None else None
            rows.append(
                {
                    "product": _product(peg.product),
                    "quantity": peg.quantity,
                    "cover": "planned" if proposal else ("stock" if not peg.cover_entity else "order"),
                    "order": None
                    if not peg.cover_entity
                    else {"entity": peg.cover_entity, "id": peg.cover_id, "label": peg.cover_label},
                    "proposal": None if proposal is None else _proposal(proposal, []),
                    "children": below(("planned", proposal.index), depth + 1)
                    if proposal and proposal.product_id == peg.product_id
                    else [],
                }
            )
        return rows

    return below((entity, record_id), 0)
