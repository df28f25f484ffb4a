"""Scheduling: everything anew, one bar elsewhere, an order in between; shown before it is done."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.production.errors import ScheduleChanged, SchedulingRuns
from modules.production.models import ProductionOrder, ProductionOrderOperation
from modules.production.rules.scheduling.listing import backward, forward, in_time
from modules.production.rules.scheduling.slips import Slip, moved, rush, slips
from modules.production.rules.scheduling.terms import Bar, Schedule, ends_of
from modules.production.selectors.scheduling import OPEN, Floor, floor, only
from tenon.access.actor import Actor
from tenon.jobs.models import Job as BackgroundJob
from tenon.jobs.services import job_follow
from tenon.problems import Invalid, StateRefused
from tenon.records.service import frame, service, touch_ids
from tenon.tenancy.locks import company_alone, company_lock

PERMISSION = "production.schedule.change"
KIND = "modules.production.tasks.run_scheduling"
Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Proposal:
    """What a change would do: nothing is written before it is accepted in the revision it was shown in."""

    floor: Floor
    schedule: Schedule
    slips: list[Slip]

    @property
    def changed(self) -> list[Bar]:
        """Bars that are elsewhere than now."""
        return [bar for bar in self.schedule.bars.values() if not _same(self.floor.bars.get(bar.task), bar)]


def _same(before: Bar | None, after: Bar) -> bool:
    return before is not None and (before.start, before.end, before.mode, before.units[:1]) == (
        after.start, after.end, after.mode, after.units[:1]
    )  # fmt: skip


def _proposed(there: Floor, schedule: Schedule) -> Proposal:
    return Proposal(there, schedule, slips(there.shop, ends_of(there.shop, there.bars.values()), schedule))


# One bar elsewhere.


def operation_move_preview(
    *, actor: Actor, operation: ProductionOrderOperation, start: datetime, work_centre: int, machine: int
) -> Proposal:
    """What dragging an operation would move. Raises Forbidden, Invalid, StateRefused."""
    actor.require(PERMISSION)
    return _moved(operation, start, work_centre, machine)


@service(PERMISSION)
def operation_move(
    *, actor: Actor, operation: ProductionOrderOperation, start: datetime, work_centre: int, machine: int, revision: str
) -> Proposal:
    """Puts an operation elsewhere, for good: it is fixed there, and the others give way. Raises Invalid, StateRefused,
    ScheduleChanged, SchedulingRuns."""
    _lock()
    found = _moved(operation, start, work_centre, machine)
    _expect(found.floor, revision)
    before = [o.pk for o in found.floor.operations.values() if o.order_id == operation.order_id]
    before = before[: before.index(operation.pk) + 1]  # what comes first is fixed with it
    _write(found, fixed=before)
    return found


def _moved(operation: ProductionOrderOperation, start: datetime, work_centre: int, machine: int) -> Proposal:
    there = floor()
    task = there.shop.tasks.get(operation.pk)
    if task is None or there.operations[operation.pk].status != ProductionOrderOperation.Status.WAITING:
        raise StateRefused(_("Only an operation that waits can be moved"))
    mode = next((n for n, m in enumerate(task.modes) if m.needs and m.needs[0] == ("centre", work_centre)), None)
    if mode is None:
        raise Invalid.field("work_centre", _("This work centre cannot do the operation"), "not_possible")
    needs = task.modes[mode].needs
    if not 1 <= machine <= there.shop.resources[needs[0]].units:
        raise Invalid.field("machine", _("The work centre has fewer machines"), "range")
    minute = there.shop.time_of(task.modes[mode]).opens(max(there.minute(start), there.shop.now))
    if minute is None:
        raise Invalid.field("start", _("The work centre does not work any more then"), "no_time")
    # It is put where nothing else is held, but for what of its order stands before it.
    held = {key: bar for key, bar in there.shop.held.items() if key != operation.pk}
    there = only(replace(there, shop=replace(there.shop, held=held)), {operation.order_id})
    whole = task.modes[mode].setup + task.modes[mode].run
    end = there.shop.time_of(task.modes[mode]).finish(minute, whole) or minute + whole
    old = there.bars.get(operation.pk)
    beside = old.units[1:] if old is not None and len(old.units) == len(needs) else (0,) * (len(needs) - 1)
    wish = Bar(operation.pk, mode, minute, end, 0, (machine - 1, *beside))
    return _proposed(there, moved(there.shop, there.bars, {operation.pk: wish}))


@service(PERMISSION)
def operation_unfix(*, actor: Actor, operation: ProductionOrderOperation) -> ProductionOrderOperation:
    """Lets scheduling move an operation again that somebody had put where it is. Raises nothing."""
    operation = ProductionOrderOperation.objects.select_for_update().get(pk=operation.pk)
    operation.is_fixed = False
    operation.save(update_fields=["is_fixed"])
    return operation


# Orders in between.


def rush_preview(*, actor: Actor, orders: Collection[int]) -> Proposal:
    """What putting orders before everybody else would move (插单). Raises Forbidden, Invalid."""
    actor.require(PERMISSION)
    return _rushed(orders)


@service(PERMISSION)
def rush_accept(*, actor: Actor, orders: Collection[int], revision: str) -> Proposal:
    """Does what was shown. Raises Invalid, ScheduleChanged, SchedulingRuns."""
    _lock()
    found = _rushed(orders)
    _expect(found.floor, revision)
    _write(found)
    return found


def _rushed(orders: Collection[int]) -> Proposal:
    known = set(ProductionOrder.objects.filter(pk__in=orders, status__in=OPEN).values_list("pk", flat=True))
    if set(orders) - known:
        raise Invalid.field("orders", _("Only released orders can be scheduled"), "not_released")
    there = only(floor(), known)
    return _proposed(there, rush(there.shop, there.bars, known))


# Everything anew.


def scheduling_start(*, actor: Actor, direction: str, seconds: int, frozen_hours: int) -> BackgroundJob:
    """Starts the job; who asks twice follows the one that is under way. Raises Forbidden, SchedulingRuns."""
    actor.require(PERMISSION)
    return job_follow(
        actor=actor, kind=KIND, title=_("Scheduling"), refused=SchedulingRuns,
        arguments={"direction": direction, "seconds": seconds, "frozen_hours": frozen_hours},
    )  # fmt: skip


def schedule_in_steps(*, actor: Actor, direction: str, seconds: int, frozen_hours: int, tell: Tell) -> Proposal:
    """Places everything that may move, improves it for `seconds` (forward only, while somebody is late), and writes it.
    Raises Forbidden, ScheduleChanged when the floor moved on meanwhile, SchedulingRuns, and what `tell` raises to stop
    it."""
    actor.require(PERMISSION)
    with company_alone("scheduling", SchedulingRuns):
        tell(0.02, str(_("Reading orders, work centres and their time")))
        there = floor(frozen_hours=frozen_hours)
        tell(0.1, str(_("Placing operation by operation")))
        found = backward(there.shop) if direction == "backward" else forward(there.shop)
        # What is just in time stays so, and what was promised stays where it was while nobody is late.
        if seconds and direction == "forward" and not found.unplaced and not in_time(there.shop, found):
            from modules.production.rules.scheduling.improving import improve  # loads the solver

            words = str(_("Looking for something better"))
            found = improve(
                there.shop, found, seconds=seconds, tell=lambda share, _score: tell(0.15 + 0.75 * share, words)
            )
        tell(0.95, str(_("Writing down what was found")))
        return _schedule_keep(actor=actor, found=_proposed(there, found))


@service(PERMISSION)
def _schedule_keep(*, actor: Actor, found: Proposal) -> Proposal:
    _expect(floor(), found.floor.revision)
    _write(found)
    return found


# Writing.


def _expect(there: Floor, revision: str) -> None:
    if there.revision != revision:
        raise ScheduleChanged()


def _write(found: Proposal, fixed: Collection[int] = ()) -> None:
    """Only what changes, in key order."""
    there = found.floor
    bars = {bar.task: bar for bar in found.changed} | {key: found.schedule.bars[key] for key in fixed}
    # What runs keeps its plan: only what is left of it was reckoned.
    waiting = [o.pk for o in there.operations.values() if o.pk in bars and o.status == o.Status.WAITING]
    rows = list(ProductionOrderOperation.objects.select_for_update().filter(pk__in=waiting).order_by("pk"))
    for row in rows:
        bar = bars[row.pk]
        row.planned_start, row.planned_end = there.moment(bar.start), there.moment(bar.end)
        row.work_centre_id = there.centre_of(bar)
        row.machine = bar.units[0] + 1 if bar.units else 1
        row.is_fixed = row.is_fixed or row.pk in fixed
        row.version += 1
        row.changed_at = timezone.now()
        row.changed_by_id = frame().actor.member_id
    touch_ids(ProductionOrderOperation, "update", {row.pk for row in rows})
    ProductionOrderOperation.objects.bulk_update(rows, WRITTEN, batch_size=500)


WRITTEN = [
    "planned_start", "planned_end", "work_centre", "machine", "is_fixed", "version", "changed_at", "changed_by",
]  # fmt: skip


def _lock() -> None:
    """Held until the transaction ends. Raises SchedulingRuns."""
    if not company_lock("scheduling", wait=False):
        raise SchedulingRuns()
