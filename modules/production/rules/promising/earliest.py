"""When a quantity can be there. Pure; quantities in millionths of the stock unit.

As planning nets (rules/netting.py), so are promises netted: products level by level, each from free stock and open
supply first, and what then lacks is bought or made in lots of its own. As the schedule places, so is what has to be
made placed: the deepest level first, from the moment on at which all its material is there, into the time that is free.
So a promise is what a re-plan finds (tests: property of 1,000 quotes)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from modules.production.rules.dates import Days, arrival_of
from modules.production.rules.lots import lots
from modules.production.rules.netting import children_of
from modules.production.rules.promising.capacity import Capacity
from modules.production.rules.promising.terms import Answer, Clock, Ready, Reason, Routing
from modules.production.rules.structure import low_level_codes
from modules.production.rules.terms import Component, Item, from_micro, micro
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.rules.promise import Flow, Outlook
from modules.shared.data.rules.promise import promise as from_what_there_is

Pieces = list[tuple[int, Reason]]  # how much of each


@dataclass(slots=True)
class _Made:
    """A lot to be made, and what goes into it."""

    product: int
    number: int
    quantity: int
    reason: Reason
    material: Pieces = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ask:
    """What one lot (None: the customer) wants of a product; `follows`: who is taken when it runs out."""

    by: _Made | None
    quantity: int
    follows: Component | None = None

    @property
    def order(self) -> tuple[int, int]:
        return (0, 0) if self.by is None else (self.by.product, self.by.number)


class Promises:
    """What can be counted on, used up promise by promise: what the first is promised the second does not get.

    `free` stock, `flows` of open supply and other demand by product, `ends` of supply that is scheduled to the minute.
    Without `capacity` what is made takes its lead time."""

    def __init__(
        self,
        items: Mapping[int, Item],
        free: Mapping[int, Decimal],
        flows: Mapping[int, Sequence[Flow]],
        *,
        calendar: WorkCalendar,
        today: date,
        clock: Clock,
        capacity: Capacity | None = None,
        routing: Routing | None = None,
        ends: Mapping[RecordRef, Ready] | None = None,
    ) -> None:
        self.items, self.free, self.calendar, self.today, self.clock = items, free, calendar, today, clock
        self.capacity, self.routing, self.ends = capacity, routing, ends or {}
        self.flows: dict[int, list[Flow]] = defaultdict(list, {p: list(f) for p, f in flows.items()})
        self.days = Days(calendar, today)
        self.levels = low_level_codes(children_of(items))
        self.now = Ready(clock.minute_of(today), today)
        self.count = 0

    def promise(self, product: int, quantity: int, free: Decimal | None = None) -> Answer:
        """`free`: what is free for it, where it is served from one warehouse only."""
        self.count += 1
        return _Promise(self, product, free).of(quantity)


class _Promise:
    """One promise: top down how much of what, then bottom up when."""

    def __init__(self, world: Promises, product: int, free: Decimal | None) -> None:
        self.world, self.top, self.free_of_top = world, product, free
        self.made: list[_Made] = []
        self.known = True  # of everything that lacks somebody knows how to get it

    def of(self, quantity: int) -> Answer:
        found = self._netted(quantity)
        for lot in sorted(self.made, key=lambda m: (-self.world.levels.get(m.product, 0), m.product, m.number)):
            self._place(lot)
        reasons = [reason for _part, reason in found]
        ready = None
        if self.known and all(r.ready is not None for r in reasons):
            ready = max((r.ready for r in reasons if r.ready is not None), default=self.world.now)
            _decide(reasons, ready)
        return Answer(ready, reasons)

    # How much of what.

    def _netted(self, quantity: int) -> Pieces:
        asks: dict[int, list[_Ask]] = defaultdict(list, {self.top: [_Ask(None, quantity)]})
        found: Pieces = []
        levels = self.world.levels
        while asks:
            product = min(asks, key=lambda p: (levels.get(p, 0), p))
            wanted = sorted(asks.pop(product), key=lambda a: a.order)
            short = self._from_what_there_is(product, wanted, found)
            if short:
                self._lacking(product, short, asks, found)
        return found

    def _from_what_there_is(self, product: int, wanted: Sequence[_Ask], found: Pieces) -> list[_Ask]:
        """Stock and open supply go to who asks first; answers what is still wanted."""
        world = self.world
        free = world.free.get(product, Decimal(0))
        if product == self.top and self.free_of_top is not None:
            free = self.free_of_top
        total = sum(ask.quantity for ask in wanted)
        _on, steps = from_what_there_is(Outlook(free, world.flows[product]), from_micro(total), world.today)
        pieces: Pieces = []
        for step in steps:
            part, ready = micro(step.quantity), self._there(step.on, step.source)
            pieces.append((part, Reason(step.kind, product, part, ready, step.note, step.source)))
        there = sum((s.quantity for s in steps), Decimal(0))
        if there:
            world.flows[product].append(Flow(max(s.on for s in steps), -there))
        return self._shared_out(wanted, pieces, found)

    def _there(self, on: date, source: RecordRef | None) -> Ready:
        if source is not None and source in self.world.ends:
            return self.world.ends[source]
        return Ready(self.world.clock.minute_of(on), on)

    def _shared_out(self, wanted: Sequence[_Ask], pieces: Pieces, found: Pieces) -> list[_Ask]:
        left, waiting = [], list(reversed(pieces))
        for ask in wanted:
            need = ask.quantity
            into = found if ask.by is None else ask.by.material
            while need and waiting:
                there, reason = waiting.pop()
                part = min(there, need)
                into.append((part, reason))
                if ask.by is not None:
                    ask.by.reason.below.append(reason)
                need -= part
                if there > part:
                    waiting.append((there - part, reason))
            if need:
                left.append(_Ask(ask.by, need, ask.follows))
        return left

    def _lacking(self, product: int, short: list[_Ask], asks: dict[int, list[_Ask]], found: Pieces) -> None:
        item = self.world.items.get(product)
        new = []
        for ask in short:
            follows = ask.follows
            if follows is not None and follows.successor is not None:
                asks[follows.successor].append(_Ask(ask.by, follows.replaced(ask.quantity)))
            elif item is not None and item.phantom and ask.by is not None:
                self._below(item, ask.by, ask.quantity, asks)
            else:
                new.append(ask)
        if not new:
            return
        total = sum(ask.quantity for ask in new)
        if item is None or not (item.make or item.lead_days):
            self.known = False  # nobody knows how long it takes: no date is better than a wrong one
            self._shared_out(new, [(total, Reason("missing", product, total, None))], found)
            return
        pieces: Pieces = []
        for number, lot in enumerate(lots(total, item)):
            reason = Reason("production" if item.make else "purchase", product, lot, None)
            pieces.append((lot, reason))
            if item.make:
                made = _Made(product, number, lot, reason)
                self.made.append(made)
                self._below(item, made, lot, asks)
            else:
                due = self.world.days.of(self.world.today, item, lot)[1]
                reason.ready = Ready(self.world.clock.minute_of(due), due)
        self._shared_out(new, pieces, found)

    def _below(self, item: Item, by: _Made, quantity: int, asks: dict[int, list[_Ask]]) -> None:
        for line in item.components:
            component = line.on(self.world.today)
            if component is not None:
                follows = component if component.successor is not None else None
                asks[component.product].append(_Ask(by, component.needed_for(quantity), follows))

    # When.

    def _place(self, lot: _Made) -> None:
        world, reason = self.world, lot.reason
        if any(r.ready is None for _part, r in lot.material):
            self.known = False
            return
        there = max((r.ready for _part, r in lot.material if r.ready is not None), default=world.now)
        key: Hashable = ("promise", world.count, lot.product, lot.number)
        tasks = world.routing(lot.product, lot.quantity, key) if world.capacity and world.routing else ()
        if not tasks or world.capacity is None:
            self._by_lead_time(lot, there)
            return
        placed = world.capacity.place(tasks, there.minute)
        if placed is None:
            self.known = False
            return
        reason.begins, reason.wait, reason.bars, reason.tasks = placed.start, placed.wait, placed.bars, list(tasks)
        reason.ready = Ready(placed.end, world.clock.day_of(max(placed.end - 1, 0)))

    def _by_lead_time(self, lot: _Made, there: Ready) -> None:
        world, item = self.world, self.world.items[lot.product]
        start = world.calendar.on_or_after(max(there.on, world.today))
        extra = -(-lot.quantity // item.daily_rate) if item.daily_rate else 0
        fence = world.calendar.forward(world.today, item.fence_days) if item.fence_days else world.today
        on = max(arrival_of(start, item, world.calendar, extra), fence)
        lot.reason.begins = world.clock.minute_of(start)
        lot.reason.ready = Ready(world.clock.minute_of(on), on)


def _decide(reasons: Sequence[Reason], last: Ready) -> None:
    """Marks the chain that the day hangs on (关键路径)."""
    for reason in reasons:
        if reason.ready != last or reason.decides:
            continue
        reason.decides = True
        # What stood in line for a machine would not have begun sooner with its material.
        latest = max((r.ready for r in reason.below if r.ready is not None), default=None)
        if latest is not None and (reason.wait is None or latest.minute >= reason.wait.since):
            _decide(reason.below, latest)
