"""Planning: runs over everything, and firming what they propose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.production.errors import PlanningRuns
from modules.production.models import Pegging, PlannedOrder, PlanningMessage, PlanningRun
from modules.production.rules.netting import Plan, plan
from modules.production.selectors.planning_input import PlanningInput, from_micro, planning_input
from tenon.access.actor import Actor
from tenon.records.service import service
from tenon.tenancy.context import current

BATCH = 2_000
Tell = Callable[[float, str], None]  # share done, what is being done


@service("production.planning.run")
def planning_run(*, actor: Actor, today: date | None = None) -> PlanningRun:
    """Nets all demand against all supply and replaces the open proposals of the run before. On unchanged input nothing
    is written and the last run is returned.

    Raises PlanningRuns while another run of the company is under way."""
    planning_lock(wait=False)
    return _keep(actor, _work_out(today or current().today()))


def planning_run_in_steps(*, actor: Actor, tell: Tell) -> PlanningRun:
    """The same for a job that people follow: reading and netting outside the transaction, so that what it says about
    itself can be seen, and writing at the end; whoever stops it before leaves everything as it was. `tell` hears the
    share that is done and what is being done.

    Raises Forbidden, PlanningRuns, and what `tell` raises to stop it."""
    actor.require("production.planning.run")
    with _alone():
        result = _work_out(current().today(), tell)
        tell(0.95, str(_("Writing down what was found")))
        return planning_keep(actor=actor, result=result)


@service("production.planning.run")
def planning_keep(*, actor: Actor, result: _Result) -> PlanningRun:
    """Writes down what a run found, by whoever holds the lock of planning."""
    return _keep(actor, result)


@dataclass(frozen=True)
class _Result:
    """`plan` is None where the last run said it all."""

    found: PlanningInput
    fingerprint: str
    plan: Plan | None
    last: PlanningRun | None


def _work_out(today: date, tell: Tell | None = None) -> _Result:
    if tell is not None:
        tell(0.02, str(_("Reading demand, supply and stock")))
    found = planning_input(today)
    fingerprint = found.fingerprint()
    last = PlanningRun.objects.filter(state=PlanningRun.State.DONE).order_by("-id").first()
    # Firmed proposals whose orders were dropped since are wanted again, though the input is what it was.
    firmed = PlannedOrder.objects.filter(run=last, state=PlannedOrder.State.FIRMED)
    if last is not None and last.fingerprint == fingerprint and not firmed.exists():
        return _Result(found, fingerprint, None, last)
    words = str(_("Netting level by level"))

    def heard(done: int, known: int) -> None:
        if tell is not None and done % 50 == 0:
            tell(0.2 + 0.7 * done / known, words)

    result = plan(found.items, found.needs, found.supplies, found.on_hand, found.calendar, found.today, heard)
    return _Result(found, fingerprint, result, last)


def _keep(actor: Actor, result: _Result) -> PlanningRun:
    if result.plan is None and result.last is not None:
        return result.last
    assert result.plan is not None
    return _store(actor, result.found, result.plan, result.fingerprint)


def _lock_key() -> str:
    return f"tenon.planning.{current().schema}"


@contextmanager
def _alone() -> Iterator[None]:
    """The lock of planning for longer than a transaction, on this connection. Raises PlanningRuns."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtext(%s))", [_lock_key()])
        if not cursor.fetchone()[0]:
            raise PlanningRuns()
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtext(%s))", [_lock_key()])


def planning_lock(*, wait: bool) -> None:
    """Held until the transaction ends; two runs side by side would propose everything twice. Raises PlanningRuns when
    somebody holds it and the caller does not want to wait."""
    key = _lock_key()
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [key])
            return
        cursor.execute("select pg_try_advisory_xact_lock(hashtext(%s))", [key])
        if not cursor.fetchone()[0]:
            raise PlanningRuns()


def _store(actor: Actor, found: PlanningInput, result: Plan, fingerprint: str) -> PlanningRun:
    # What was firmed lives on as the orders made from it.
    for model in (Pegging, PlanningMessage, PlannedOrder):
        model.objects.all().delete()
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
    PlannedOrder.objects.bulk_create(
        (
            PlannedOrder(
                run=run,
                index=index,
                kind=PlannedOrder.Kind.MAKE if p.make else PlannedOrder.Kind.BUY,
                product_id=p.product,
                quantity=from_micro(p.quantity),
                release_on=p.release_on,
                due_on=p.due_on,
                late=p.late,
                level=p.level,
                supplier_id=None if p.make else found.suppliers.get(p.product),
            )
            for index, p in enumerate(result.planned)
        ),
        batch_size=BATCH,
    )
    Pegging.objects.bulk_create(_pegs(run, found, result), batch_size=BATCH)
    due = {s.source: s.on for s in found.supplies}
    PlanningMessage.objects.bulk_create(
        (
            PlanningMessage(
                run=run,
                kind=m.kind,
                product_id=m.product,
                quantity=from_micro(m.quantity),
                source_entity=found.refs[m.source].entity,
                source_id=found.refs[m.source].id,
                source_label=found.refs[m.source].label,
                due_on=due[m.source],
                needed_on=m.on,
            )
            for m in result.messages
        ),
        batch_size=BATCH,
    )
    return run


def _pegs(run: PlanningRun, found: PlanningInput, result: Plan) -> list[Pegging]:
    def need(peg: Any) -> dict[str, Any]:
        if peg[0] == "planned":
            return {"need_planned": peg[1]}
        if peg[0] == "safety":
            return {"need_label": "safety"}
        ref = found.refs[peg]
        return {"need_entity": ref.entity, "need_id": ref.id, "need_label": ref.label}

    def product_of(peg: Any, source: Any) -> int:
        return by_source[source] if source != "stock" else by_need[peg]

    by_source = {s.source: s.product for s in found.supplies}
    by_need: dict[Any, int] = {n.peg: n.product for n in found.needs}
    pegs = []
    peg: Any
    for peg, source, quantity in result.pegging:
        if source == "stock" and peg[0] == "planned":
            continue  # stock of a component: the parent's own tree shows it
        cover: dict[str, Any] = {}
        if source != "stock":
            ref = found.refs[source]
            cover = {"cover_entity": ref.entity, "cover_id": ref.id, "cover_label": ref.label}
        pegs.append(
            Pegging(run=run, product_id=product_of(peg, source), quantity=from_micro(quantity), **need(peg), **cover)
        )
    for index, proposal in enumerate(result.planned):
        for peg, quantity in proposal.pegs:
            pegs.append(
                Pegging(
                    run=run,
                    product_id=proposal.product,
                    quantity=from_micro(quantity),
                    cover_planned=index,
                    **need(peg),
                )
            )
    return pegs
