"""Planning runs over everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from modules.production.errors import PlanningRuns
from modules.production.models import PlannedOrder, PlanningRun
from modules.production.rules.netting import plan
from modules.production.rules.terms import Plan
from modules.production.selectors.planning_input import PlanningInput, planning_input
from modules.production.services.planning_changes import Marks, marks, unmark
from modules.production.services.planning_store import store_run
from tenon.access.actor import Actor, system
from tenon.records.service import service
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_alone, company_lock

Tell = Callable[[float, str], None]  # share done, what is being done


@service("production.planning.run")
def planning_run(*, actor: Actor, today: date | None = None) -> PlanningRun:
    """Nets all demand against all supply and replaces the open proposals of the run before. On unchanged input nothing
    is written and the last run is returned.

    Raises PlanningRuns while another run of the company is under way."""
    planning_lock(wait=False)
    return _keep(actor, _work_out(today or current().today()))


def planning_run_in_steps(*, actor: Actor, tell: Tell) -> PlanningRun:
    """The same for a job that people follow: reading (in one snapshot, while others work on) and netting outside the
    transaction, so that what it says about itself can be seen, and writing at the end; whoever stops it before leaves
    everything as it was. `tell` hears the share that is done and what is being done.

    Raises Forbidden, PlanningRuns, and what `tell` raises to stop it."""
    actor.require("production.planning.run")
    with company_alone("planning", PlanningRuns):
        result = _work_out(current().today(), tell)
        tell(0.95, str(_("Writing down what was found")))
        return planning_keep(actor=actor, result=result)


@service("production.planning.run")
def planning_keep(*, actor: Actor, result: _Result) -> PlanningRun:
    """Writes down what a run found, by whoever holds the lock of planning."""
    return _keep(actor, result)


def planning_nightly() -> int:
    """The night's run, of companies that plan: days have passed, and whatever nobody told of is seen. Returns the
    number of proposals."""
    if not PlanningRun.objects.exists():
        return 0
    return planning_run_in_steps(actor=system("planning"), tell=lambda _share, _words: None).proposals


@dataclass(frozen=True)
class _Result:
    """`plan` is None where the last run said it all."""

    found: PlanningInput
    fingerprint: str
    plan: Plan | None
    last: PlanningRun | None
    seen: Marks


def _work_out(today: date, tell: Tell | None = None) -> _Result:
    if tell is not None:
        tell(0.02, str(_("Reading demand, supply and stock")))
    with _snapshot():
        seen = marks()
        found = planning_input(today)
    fingerprint = found.fingerprint()
    last = PlanningRun.objects.filter(state=PlanningRun.State.DONE).order_by("-id").first()
    # Firmed proposals whose orders were dropped since are wanted again, though the input is what it was.
    firmed = PlannedOrder.objects.filter(run=last, state=PlannedOrder.State.FIRMED)
    if last is not None and last.fingerprint == fingerprint and not firmed.exists():
        return _Result(found, fingerprint, None, last, seen)
    words = str(_("Netting level by level"))

    def heard(done: int, known: int) -> None:
        if tell is not None and done % 50 == 0:
            tell(0.2 + 0.7 * done / known, words)

    result = plan(found.items, found.needs, found.supplies, found.on_hand, found.calendar, found.today, heard)
    return _Result(found, fingerprint, result, last, seen)


def _keep(actor: Actor, result: _Result) -> PlanningRun:
    unmark(result.seen)
    if result.plan is None and result.last is not None:
        return result.last
    assert result.plan is not None
    return store_run(actor, result.found, result.plan, result.fingerprint)


@contextmanager
def _snapshot() -> Iterator[None]:
    """Orders, stock and bills as of one moment, whoever changes them meanwhile; inside a transaction as it reads."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select 1")  # role and search path stand before the transaction begins
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def planning_lock(*, wait: bool) -> None:
    """Held until the transaction ends; two runs side by side would propose everything twice. Raises PlanningRuns when
    somebody holds it and the caller does not want to wait."""
    if not company_lock("planning", wait=wait):
        raise PlanningRuns()
