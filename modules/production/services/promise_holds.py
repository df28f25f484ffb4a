"""Promises that are kept until a day (交期保留): material and capacity are held for a line of a quote, come to its
order, or are free again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.production.models import HeldMaterial, HeldOperation, PromiseHold
from modules.production.rules.promising.terms import Reason
from modules.production.rules.terms import from_micro
from modules.production.selectors.held import hold_ref, material_ref
from modules.production.selectors.promises import Promised, World, promised
from modules.production.services.held_orders import drafts_of
from modules.production.services.planning_update import planning_changed
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, Promise, StockReservation
from tenon.access.actor import Actor, system
from tenon.ports import find
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current
from tenon.tenancy.locks import company_lock

State = PromiseHold.State
FEATURE = "production.promise"
ZERO = Decimal(0)


@service()
def promises_hold(*, actor: Actor, demands: Sequence[Demand]) -> list[Promise]:
    """Asked through the port PromiseHolds. Holds are made one after the other: what is promised to the first, the
    second does not get. Raises InsufficientStock when stock goes to somebody else meanwhile."""
    company_lock("promise-holds", wait=True)
    _let_go(actor, _of_lines(demands), State.RELEASED)
    answers, world = promised(demands)
    for answer in answers:
        if answer.on is not None:
            _keep(actor, answer, world)
    return [Promise(one.demand.line, one.on, one.steps) for one in answers]


def _of_lines(demands: Iterable[Demand]) -> list[PromiseHold]:
    ids = [d.line.id for d in demands]
    entities = {d.line.entity for d in demands}
    rows = PromiseHold.objects.select_for_update(of=("self",)).filter(line_entity__in=entities, line_id__in=ids)
    return list(rows.filter(state=State.HELD).order_by("pk"))


def _keep(actor: Actor, answer: Promised, world: World) -> None:
    demand, on = answer.demand, answer.on
    assert on is not None
    assert demand.head is not None
    assert demand.until is not None
    lots = _lots(answer, world)
    hold = PromiseHold(
        head_entity=demand.head.entity, head_id=demand.head.id, head_label=demand.head.label[:60],
        line_entity=demand.line.entity, line_id=demand.line.id, product_id=demand.product_id, quantity=demand.quantity,
        promised_on=on, until=demand.until, lots=[lot for _reason, lot in lots],
    )  # fmt: skip
    hold.save()
    for reason, lot in lots:
        _keep_time(hold, reason, lot["number"], world)
    _keep_material(actor, hold, answer, world)


def _lots(answer: Promised, world: World) -> list[tuple[Reason, dict[str, Any]]]:
    """What has to be made, with how deep it lies: parents first."""
    made = [
        (depth, reason)
        for depth, reason in (answer.answer.all() if answer.answer is not None else ())
        if reason.kind == "production" and reason.ready is not None
    ]
    made.sort(key=lambda one: one[0])
    found = []
    for number, (depth, reason) in enumerate(made, 1):
        start = world.clock.day_of(reason.begins) if reason.begins is not None else current().today()
        assert reason.ready is not None
        lot = {
            "number": number, "product": reason.product, "quantity": str(from_micro(reason.quantity)),
            "start_on": start.isoformat(), "due_on": max(reason.ready.on, start).isoformat(), "level": depth,
        }  # fmt: skip
        found.append((reason, lot))
    return found


def _keep_time(hold: PromiseHold, reason: Reason, number: int, world: World) -> None:
    """Work outside takes nobody's time here."""
    steps = world.time.operations.get(reason.product, ()) if world.time is not None else ()
    for bar, task, step in zip(reason.bars, reason.tasks, steps, strict=True) if reason.bars else ():
        mode = task.modes[bar.mode]
        if mode.needs and bar.end > bar.start:
            HeldOperation(
                hold=hold, lot=number, operation_id=step.pk, work_centre_id=mode.needs[0][1],  # type: ignore[index]
                machine=bar.units[0] + 1, tool_id=step.tool_id, skill_id=step.skill_id,
                quantity=from_micro(reason.quantity), starts_at=world.clock.moment_of(bar.start),
                ends_at=world.clock.moment_of(bar.end), setup_minutes=bar.setup,
            ).save()  # fmt: skip


def _keep_material(actor: Actor, hold: PromiseHold, answer: Promised, world: World) -> None:
    """What it takes of stock is locked, what it takes of supply on its way is claimed."""
    reservation = find(StockReservation)
    if reservation is None or answer.answer is None:
        return
    wanted: list[tuple[Reason, date]] = []
    needed: dict[int, date] = {}
    reasons = [reason for _depth, reason in answer.answer.all()]
    for reason in reasons:
        begins = hold.promised_on if reason.begins is None else world.clock.day_of(reason.begins)
        for below in reason.below:
            needed[id(below)] = min(begins, needed.get(id(below), begins))
    wanted = [(r, needed.get(id(r), hold.promised_on)) for r in reasons if r.kind in ("stock", "supply")]
    now, later = [], []
    for reason, on in wanted:
        row = HeldMaterial(hold=hold, product_id=reason.product, quantity=from_micro(reason.quantity), needed_on=on)
        row.save()
        demand = Demand(material_ref(row), row.product_id, row.quantity, on, hold_ref(hold), hold.until)
        if reason.source is None:
            now.append(demand)
        else:
            later.append((demand, reason.source))
    if now:
        reservation.reserve(actor=actor, demands=now, partial=False)
    if later:
        reservation.claim(actor=actor, wanted=later)


# Letting go.


@service("production.promise_hold.release")
def promise_hold_release(*, actor: Actor, hold: PromiseHold) -> PromiseHold:
    """Material and capacity are free again before the day. Raises StateRefused when it is not held any more."""
    hold = PromiseHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if hold.state != State.HELD:
        raise StateRefused(_("Nothing is held any more"), state=hold.state)
    _let_go(actor, [hold], State.RELEASED)
    return hold


def _let_go(actor: Actor, holds: Sequence[PromiseHold], state: str) -> None:
    reservation = find(StockReservation)
    lines = [material_ref(row) for row in HeldMaterial.objects.filter(hold__in=holds).order_by("pk")]
    if reservation is not None and lines:
        reservation.release(actor=actor, lines=lines)
    for hold in holds:
        hold.state = state
        hold.save()
    planning_changed(_products(holds))


def _products(holds: Iterable[PromiseHold]) -> set[int]:
    return set(HeldMaterial.objects.filter(hold__in=[hold.pk for hold in holds]).values_list("product_id", flat=True))


def holds_run_out() -> int:
    """The job: what was held until a day that is over is free again. Returns how many."""
    over = PromiseHold.objects.filter(state=State.HELD, until__lt=current().today())
    return sum(_run_out(actor=system("holds"), hold=hold) for hold in over.order_by("pk"))


@service()
def _run_out(*, actor: Actor, hold: PromiseHold) -> int:
    """Looked at again under its lock: what was ordered or extended in between stays."""
    hold = PromiseHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if hold.state != State.HELD or hold.until >= current().today():
        return 0
    _let_go(actor, [hold], State.RUN_OUT)
    return 1


# To whom it goes.


@service()
def promises_hand_over(*, actor: Actor, head: RecordRef, demands: Sequence[Demand]) -> None:
    """Asked through the port PromiseHolds."""
    rows = PromiseHold.objects.select_for_update(of=("self",)).select_related("product")
    holds = list(rows.filter(head_entity=head.entity, head_id=head.id, state=State.HELD).order_by("pk"))
    if not holds:
        return
    taken = _matched(holds, demands)
    _let_go(actor, [hold for hold in holds if hold.pk not in taken], State.RELEASED)
    for hold in holds:
        demand = taken.get(hold.pk)
        if demand is None:
            continue
        if demand.until is None:
            _order(actor, hold, demand)
        elif demand.quantity < hold.quantity:
            promises_hold(actor=actor, demands=[_held_for(hold, demand)])
        elif (hold.line_id, hold.until) != (demand.line.id, demand.until):
            _rename(hold, demand)


def _matched(holds: Sequence[PromiseHold], demands: Sequence[Demand]) -> dict[int, Demand]:
    """Hold → the demand that wants the same: its own line, else one of the same product, the same quantity first."""
    left, found = list(demands), dict[int, Demand]()
    for suits in (
        lambda hold, d: (d.line.entity, d.line.id) == (hold.line_entity, hold.line_id),
        lambda hold, d: d.quantity == hold.quantity,
        lambda hold, d: True,
    ):
        for hold in holds:
            one = next((d for d in left if d.product_id == hold.product_id and suits(hold, d)), None)
            if hold.pk not in found and one is not None:
                found[hold.pk] = one
                left.remove(one)
    return found


def _held_for(hold: PromiseHold, demand: Demand) -> Demand:
    """Less is wanted: what is held is reckoned anew, under the line's own name."""
    _rename(hold, demand)
    return replace(demand, head=RecordRef(hold.head_entity, hold.head_id, hold.head_label))


def _rename(hold: PromiseHold, demand: Demand) -> None:
    assert demand.until is not None
    head = demand.head or RecordRef(hold.head_entity, hold.head_id, hold.head_label)
    hold.head_entity, hold.head_id, hold.head_label = head.entity, head.id, head.label[:60]
    hold.line_entity, hold.line_id, hold.until = demand.line.entity, demand.line.id, demand.until
    hold.save()


def _order(actor: Actor, hold: PromiseHold, demand: Demand) -> None:
    """For good: what has to be made becomes drafts, and what is held of material and time becomes theirs."""
    head = demand.head or RecordRef(hold.head_entity, hold.head_id, hold.head_label)
    hold.head_entity, hold.head_id, hold.head_label = head.entity, head.id, head.label[:60]
    hold.line_entity, hold.line_id = demand.line.entity, demand.line.id
    products = _products([hold])
    drafts_of(actor, hold, demand.line)
    hold.state = State.ORDERED
    hold.save()
    planning_changed(products | {int(lot["product"]) for lot in hold.lots})
