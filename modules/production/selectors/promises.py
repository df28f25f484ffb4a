"""Promise dates through the bill of materials: from stock, from open supply, else bought or made by lead times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from modules.production.rules.dates import arrival_of
from modules.production.rules.terms import Component, Item, from_micro, micro
from modules.production.selectors.structure import components_to_plan, phantoms
from modules.shared.contracts.stock import (
    Demand,
    OpenDemand,
    OpenSupply,
    Promise,
    PromiseStep,
    StockAvailability,
    StockReservation,
)
from modules.shared.data.models import Product
from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.rules.promise import Flow, Line, Outlook, net_flows, own_claims
from modules.shared.data.rules.promise import promise as from_what_there_is
from modules.shared.data.selectors.calendars import work_calendar
from modules.shared.data.selectors.prices import supplier_offers
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)


class _World:
    """What can be counted on for the products below those asked for; read once, then used up promise by promise."""

    def __init__(
        self, products: set[int], asked: set[tuple[str, int]], components: dict[int, tuple[Component, ...]]
    ) -> None:
        self.today: date = current().today()
        self.calendar: WorkCalendar = work_calendar()
        self.components = components
        ids = sorted(products)
        stock = ports.find(StockAvailability)
        self.free = {p: a.available for p, a in stock.availability(ids).items()} if stock else {}
        self.items, self.phantoms = _items(ids), phantoms()
        self.flows, self.claimed = _flows(ids, asked, self.today)

    def ready(
        self,
        product: int,
        quantity: Decimal,
        free: Decimal | None = None,
        *,
        inside: bool = False,
        follows: Component | None = None,
    ) -> tuple[date | None, list[PromiseStep]]:
        """When `quantity` is there, and the steps that decide it; what is promised is used up. `free`: what is free for
        it, where it is served from one warehouse only. A phantom `inside` its parent is there as soon as its components
        are; where a successor `follows`, nothing new comes of the product itself."""
        item = self.items.get(product)
        outlook = Outlook(self.free.get(product, ZERO) if free is None else free, self.flows[product], None)
        on, steps = from_what_there_is(outlook, quantity, self.today)
        there = sum((s.quantity for s in steps), ZERO)
        shown = [PromiseStep(s.kind, product, s.quantity, s.on, s.note, s.source) for s in steps]
        if there:
            self.flows[product].append(Flow(max((s.on for s in steps), default=self.today), -there))
        if on is not None:
            return on, shown
        if follows is not None and follows.successor is not None:
            rest = from_micro(follows.replaced(micro(quantity - there)))
            later, more = self.ready(follows.successor, rest, inside=True)
            return None if later is None else max([later, *(s.on for s in shown)]), [*shown, *more]
        if item is not None and inside and product in self.phantoms:
            start, below = self._material(item, quantity - there)
            return None if start is None else max([start, *(s.on for s in shown)]), [*shown, *below]
        if item is None or not (item.lead_days or item.make):
            return None, shown  # no lead time is known: no date is better than a wrong one
        start, below = self._material(item, quantity - there)
        if start is None:
            return None, [*shown, *below]
        arrives = arrival_of(start, item, self.calendar)
        kind = "production" if item.make else "purchase"
        steps_all = [*shown, *below, PromiseStep(kind, product, quantity - there, arrives)]
        return max(s.on for s in steps_all if s.product_id == product), steps_all

    def _material(self, item: Item, quantity: Decimal) -> tuple[date | None, list[PromiseStep]]:
        """The first working day on which all material is there, and what it waits for."""
        start, waits = self.today, list[PromiseStep]()
        for line in self.components.get(item.product, ()) if item.make else ():
            component = line.on(self.today)
            if component is None:
                continue
            needed = from_micro(component.needed_for(micro(quantity)))
            follows = component if component.successor is not None else None
            on, steps = self.ready(component.product, needed, inside=True, follows=follows)
            if on is None:
                return None, steps
            waits += [s for s in steps if s.kind != "stock"]
            start = max(start, on)
        return self.calendar.on_or_after(start), waits


def promises(demands: Sequence[Demand]) -> list[Promise]:
    """The earliest day on which each demand can be there in full, one after the other: what the first is promised the
    second does not get. The steps say why, e.g. which part is bought and when it arrives."""
    components = components_to_plan()
    products = _below({d.product_id for d in demands}, components)
    asked = {(d.line.entity, d.line.id) for d in demands}
    world = _World(products, asked, components)
    stock, reservation = ports.find(StockAvailability), ports.find(StockReservation)
    free_for = stock.free_for(demands) if stock else {}
    locked = reservation.reserved_for([d.line for d in demands]) if reservation and demands else {}
    answers = []
    for demand in demands:
        held = min(locked.get(demand.line.id, ZERO), demand.quantity)
        key = (demand.line.entity, demand.line.id)
        claimed = world.claimed.get(key, ())
        on, own = from_what_there_is(Outlook(ZERO), demand.quantity, world.today, held, claimed)
        covered = sum((s.quantity for s in own), ZERO)
        steps = [PromiseStep(s.kind, demand.product_id, s.quantity, s.on, s.note, s.source) for s in own]
        if covered < demand.quantity:
            on, more = world.ready(demand.product_id, demand.quantity - covered, free_for.get(key))
            steps += more
            on = None if on is None else max([on, *(s.on for s in own)])
        answers.append(Promise(demand.line, on, tuple(steps)))
    return answers


def _below(tops: set[int], components: dict[int, tuple[Component, ...]]) -> set[int]:
    found, stack = set(tops), list(tops)
    while stack:
        for component in components.get(stack.pop(), ()):
            new = set(component.products) - found
            found |= new
            stack += new
    return found


def _items(ids: list[int]) -> dict[int, Item]:
    leads = {product: offer.lead_time_days for product, offer in supplier_offers(ids).items()}
    rows = Product.objects.filter(pk__in=ids).values_list("id", "source", "lead_time_days")
    return {
        pk: Item(pk, source == Product.Source.MAKE, own if source == Product.Source.MAKE else leads.get(pk) or own)
        for pk, source, own in rows
    }


def _flows(ids: list[int], asked: set[Line], today: date) -> tuple[dict[int, list[Flow]], dict[Line, list[Flow]]]:
    """Open supply and other demand by product, and what the asked lines have a claim to themselves."""
    supplies = [s for provider in ports.find_all(OpenSupply) for s in provider.open_supply(ids) if s.firm]
    demands = [d for provider in ports.find_all(OpenDemand) for d in provider.open_demand(ids)]
    reservation = ports.find(StockReservation)
    claims = reservation.claims(ids) if reservation else []
    locked: dict[Line, Decimal] = {}
    for entity in {d.line.entity for d in demands} if reservation else ():
        lines = [d.line for d in demands if d.line.entity == entity]
        locked |= {(entity, pk): held for pk, held in reservation.reserved_for(lines).items()}  # type: ignore[union-attr]
    flows = net_flows(supplies, demands, locked=locked, claims=claims, asked=asked, today=today)
    return flows, own_claims(claims, supplies, asked)
