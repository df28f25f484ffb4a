"""Promise dates through the bill of materials: from stock, from open supply, else bought or made. With finite capacity
what is made goes into the time that the schedule leaves free; without it, it takes its lead time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from modules.production.rules.promising.earliest import Promises
from modules.production.rules.promising.terms import Answer, Ready, Reason
from modules.production.rules.terms import from_micro, micro
from modules.production.selectors.free_capacity import FreeTime, LocalClock, free_time, local_clock, scheduled_ends
from modules.production.selectors.held import kept
from modules.production.selectors.parameters import parameters
from modules.production.selectors.planning_input import planned_items
from modules.production.selectors.structure import products_below
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import (
    Demand,
    OpenDemand,
    OpenSupply,
    Promise,
    PromiseStep,
    StockAvailability,
    StockReservation,
)
from modules.shared.data.rules.promise import Flow, Line, Outlook, net_flows, own_claims
from modules.shared.data.rules.promise import promise as from_what_there_is
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.prices import supplier_offers
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)
FEATURE = "production.promise"
ORDER = "production.order"


@dataclass(frozen=True)
class World:
    """What can be counted on for the products below those asked for; read once, then used up promise by promise."""

    promises: Promises
    claimed: Mapping[Line, Sequence[Flow]]
    locked: Mapping[Line, Decimal]
    clock: LocalClock
    time: FreeTime | None


@dataclass(frozen=True)
class Promised:
    """A promise with all its reasons: `own` is what is held for the demand itself."""

    demand: Demand
    on: date | None
    own: tuple[PromiseStep, ...]
    answer: Answer | None
    steps: tuple[PromiseStep, ...]


def promises(demands: Sequence[Demand]) -> list[Promise]:
    """The earliest day on which each demand can be there in full, one after the other: what the first is promised the
    second does not get. The steps say why, e.g. which part is bought and when it arrives."""
    return [Promise(one.demand.line, one.on, one.steps) for one in promised(demands)[0]]


def promised(demands: Sequence[Demand]) -> tuple[list[Promised], World]:
    """The same with everything that was found on the way. A constant number of queries."""
    products = products_below({d.product_id for d in demands})
    world = _world(products, {(d.line.entity, d.line.id) for d in demands})
    stock = ports.find(StockAvailability)
    free_for = stock.free_for(demands) if stock else {}
    answers = []
    held_lines = kept(d.line for d in demands) if current().has_feature(FEATURE) else {}
    for demand in demands:
        hold = held_lines.get((demand.line.entity, demand.line.id))
        if hold is not None and demand.product_id == hold.product_id and demand.quantity <= hold.quantity:
            day = max(hold.promised_on, world.promises.today)
            step = PromiseStep("held", demand.product_id, demand.quantity, day, decides=True)
            answers.append(Promised(demand, day, (step,), None, (step,)))
            continue
        key = (demand.line.entity, demand.line.id)
        held = min(world.locked.get(key, ZERO), demand.quantity)
        claimed = world.claimed.get(key, ())
        on, found = from_what_there_is(Outlook(ZERO), demand.quantity, world.promises.today, held, claimed)
        covered = sum((s.quantity for s in found), ZERO)
        own = tuple(PromiseStep(s.kind, demand.product_id, s.quantity, s.on, s.note, s.source) for s in found)
        answer, more = None, list[PromiseStep]()
        if covered < demand.quantity:
            answer = world.promises.promise(demand.product_id, micro(demand.quantity - covered), free_for.get(key))
            on = None if answer.ready is None else max([answer.ready.on, *(s.on for s in own)])
            more = [step for depth, reason in answer.all() for step in _steps(world, reason, depth)]
        answers.append(Promised(demand, on, own, answer, (*own, *more)))
    return answers, world


def _steps(world: World, reason: Reason, depth: int) -> list[PromiseStep]:
    """What is in stock for something else needs no words."""
    if reason.ready is None or (reason.kind == "stock" and depth):
        return []
    found = []
    wait = reason.wait
    if wait is not None and world.time is not None and world.clock.day_of(wait.until) > world.clock.day_of(wait.since):
        found.append(
            PromiseStep(
                "capacity", reason.product, from_micro(reason.quantity), world.clock.day_of(wait.until),
                world.time.place_of(wait.place), decides=reason.decides,
            )
        )  # fmt: skip
    said = PromiseStep(
        reason.kind, reason.product, from_micro(reason.quantity), reason.ready.on, reason.note, reason.source,
        reason.decides,
    )  # fmt: skip
    return [*found, said]


def _world(products: Collection[int], asked: set[Line]) -> World:
    ids, today, clock = sorted(products), current().today(), local_clock()
    stock = ports.find(StockAvailability)
    items = planned_items(supplier_offers(ids), parameters(ids), ids)
    finite = current().has_feature(FEATURE)
    time = free_time({p: item.decimals for p, item in items.items() if item.make}, clock) if finite else None
    reservation = ports.find(StockReservation)
    locked = reservation.locked(ids) if reservation else {}
    flows, claimed, ends = _flows(ids, asked, locked, today, clock if finite else None)
    free = stock.free(ids) if stock else {}
    found = Promises(
        items, free, flows, calendar=work_calendar(), today=today, clock=clock,
        capacity=time.capacity if time else None, routing=time.routing if time else None, ends=ends,
    )  # fmt: skip
    return World(found, claimed, locked, clock, time)


def _flows(
    ids: list[int], asked: set[Line], locked: Mapping[Line, Decimal], today: date, clock: LocalClock | None
) -> tuple[dict[int, list[Flow]], dict[Line, list[Flow]], dict[RecordRef, Ready]]:
    """Open supply and other demand by product, and what the asked lines have a claim to themselves. What is scheduled
    comes when the schedule says."""
    supplies = [s for provider in ports.find_all(OpenSupply) for s in provider.open_supply(ids) if s.firm]
    ends: dict[RecordRef, Ready] = {}
    if clock is not None:
        scheduled = scheduled_ends([s.source.id for s in supplies if s.source.entity == ORDER], clock)
        for n, supply in enumerate(supplies):
            ready = scheduled.get(supply.source.id) if supply.source.entity == ORDER else None
            if ready is not None:
                ends[supply.source] = ready
                supplies[n] = replace(supply, due_on=ready.on)
    demands = [d for provider in ports.find_all(OpenDemand) for d in provider.open_demand(ids)]
    reservation = ports.find(StockReservation)
    claims = reservation.claims(ids) if reservation else []
    flows = net_flows(supplies, demands, locked=locked, claims=claims, asked=asked, today=today)
    return flows, own_claims(claims, supplies, asked), ends
