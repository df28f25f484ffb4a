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
from modules.production.rules.netting import plan
from modules.production.rules.terms import Plan, from_micro
from modules.production.selectors.planning_input import PlanningInput, planning_input
from tenon.access.actor import Actor
from tenon.records.copying import copy_rows, drop_rows
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
    copy_rows(
        PlannedOrder,
        ("run_id", "index", "kind", "product_id", "quantity", "release_on", "due_on", "late", "level", "supplier_id"),
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
            )
            for index, p in enumerate(result.planned)
        ),
    )
    copy_rows(Pegging, ("run_id", "product_id", "quantity", *_NEED, *_COVER), _pegs(run.pk, found, result))
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


_NEED = ("need_entity", "need_id", "need_label", "need_planned")
_COVER = ("cover_entity", "cover_id", "cover_label", "cover_planned")
_STOCK = ("", None, "", None)


def _pegs(run: int, found: PlanningInput, result: Plan) -> Iterator[tuple[Any, ...]]:
    """Rows of (run, product, quantity, what is needed, what covers it)."""

    def need(peg: Any) -> tuple[Any, ...]:
        if peg[0] == "planned":
            return ("", None, "", peg[1])
        if peg[0] == "safety":
            return ("", None, "safety", None)
        ref = found.refs[peg]
        return (ref.entity, ref.id, ref.label, None)

    by_source = {s.source: s.product for s in found.supplies}
    by_need: dict[Any, int] = {n.peg: n.product for n in found.needs}
    peg: Any
    source: Any
    for peg, source, quantity in result.pegging:
        if source[0] == "besides":
            yield (run, source[2], from_micro(quantity), *need(peg), "", None, "", source[1])
        elif source != "stock":
            ref = found.refs[source]
            cover = (ref.entity, ref.id, ref.label, None)
            yield (run, by_source[source], from_micro(quantity), *need(peg), *cover)
        elif peg[0] != "planned":  # stock of a component: the parent's own tree shows it
            yield (run, by_need[peg], from_micro(quantity), *need(peg), *_STOCK)
    for index, proposal in enumerate(result.planned):
        for peg, quantity in proposal.pegs:
            yield (run, proposal.product, from_micro(quantity), *need(peg), "", None, "", index)
