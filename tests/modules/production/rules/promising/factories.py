"""Random works in which quotes are promised, ordered and planned anew.

Planning anew shares nothing with promising but the words: it nets *all* demand with the product's own MRP, takes every
bar off the board, and schedules all orders from nothing with the product's own scheduler. What orders are made from is
linked by the pegs that the MRP gives."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

from modules.production.rules.dates import Days
from modules.production.rules.netting import children_of, plan
from modules.production.rules.promising.capacity import Capacity
from modules.production.rules.promising.earliest import Promises
from modules.production.rules.promising.terms import Answer, Ready
from modules.production.rules.scheduling.listing import forward
from modules.production.rules.scheduling.terms import Bar, Job, Key, Link, Mode, Resource, Schedule, Shop, Task
from modules.production.rules.structure import low_level_codes
from modules.production.rules.terms import MICRO, Component, Item, Need, Plan, Planned, Supply, from_micro
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.rules.calendars import WorkCalendar
from modules.shared.data.rules.promise import Flow
from tests.modules.production.rules.scheduling.worlds import DAY, weekly

TODAY = date(2026, 3, 2)  # a Monday
NOW = 7 * 60
MATERIAL = "production.order_component"
SHIFTS = ([(480, 720), (780, 1020)], [(360, 840), (840, 1320)], [(0, 1440)])
Peg = Any  # a tuple


class Days0:
    """Midnight of TODAY is minute 0."""

    @staticmethod
    def minute_of(day: date) -> int:
        return (day - TODAY).days * DAY

    @staticmethod
    def day_of(minute: int) -> date:
        return TODAY + timedelta(days=minute // DAY)


@dataclass
class Step:
    setup: int
    run: Fraction  # minutes for one piece
    ways: list[tuple[Key, ...]]
    gap: int
    family: str


@dataclass
class Order:
    """What is made: its operations with what they wait for."""

    number: int
    product: int
    quantity: int
    tasks: list[Task]
    due: int


@dataclass
class Coming:
    """Of a supply what one need has (`peg`), or what is free of it."""

    source: tuple[str, int]  # ("order" | "purchase", number)
    product: int
    quantity: int
    peg: Peg | None
    on: date  # of a purchase


@dataclass
class Works:
    items: dict[int, Item]
    steps: dict[int, list[Step]]
    resources: dict[Key, Resource]
    stock: dict[int, int]
    coming: list[Coming]
    orders: dict[int, Order] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    bars: dict[Key, Bar] = field(default_factory=dict)
    lines: int = 0
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def __post_init__(self) -> None:
        self.levels = low_level_codes(children_of(self.items))

    def routing(self, product: int, quantity: int, job: Key) -> list[Task]:
        tasks: list[Task] = []
        for n, step in enumerate(self.steps.get(product, ())):
            minutes = max(ceil(step.run * quantity / MICRO), 1)
            modes = tuple(Mode(way, minutes + 3 * rank, step.setup) for rank, way in enumerate(step.ways))
            after = (Link((job, n - 1), step.gap),) if n else ()
            tasks.append(Task((job, n), job, modes, after, step.family))
        return tasks

    def shop(self, more: dict[int, Order] | None = None) -> Shop:
        orders = self.orders | (more or {})
        return Shop(
            self.resources,
            {task.key: task for order in orders.values() for task in order.tasks},
            {n: Job(n, order.due, turn=n) for n, order in orders.items()},
            now=NOW,
        )

    def end_of(self, number: int, bars: dict[Key, Bar] | None = None) -> int:
        return (bars or self.bars)[self.orders[number].tasks[-1].key].end

    # Promising.

    def promises(self) -> Promises:
        flows: dict[int, list[Flow]] = {}
        ends: dict[RecordRef, Ready] = {}
        for one in self.coming:
            if one.peg is not None:
                continue
            ref = RecordRef(one.source[0], one.source[1])
            on = one.on
            if one.source[0] == "order":
                end = self.end_of(one.source[1])
                on = Days0.day_of(end - 1)
                ends[ref] = Ready(end, on)
            flows.setdefault(one.product, []).append(Flow(on, from_micro(one.quantity), "", ref))
        served: dict[Peg, int] = {}
        for one in self.coming:
            if one.peg is not None:
                served[one.peg] = served.get(one.peg, 0) + one.quantity
        for need in self.needs:
            left = need.quantity - served.get(need.peg, 0)
            if left > 0:
                flows.setdefault(need.product, []).append(Flow(need.on, from_micro(-left)))
        return Promises(
            self.items,
            {p: from_micro(q) for p, q in self.stock.items()},
            flows,
            calendar=self.calendar,
            today=TODAY,
            clock=Days0(),
            capacity=Capacity(self.shop(), self.bars),
            routing=self.routing,
            ends=ends,
        )

    def promise(self, product: int, quantity: int) -> Answer:
        return self.promises().promise(product, quantity)

    # Planning anew.

    def replan(self, product: int, quantity: int, on: date) -> Replan:
        """All demand and this line, ordered for the day it was promised for."""
        line: Peg = ("line", self.lines)
        needs = [*self.needs, Need(product, quantity, on, line)]
        supplies = []
        for one in self.coming:
            day = Days0.day_of(self.end_of(one.source[1]) - 1) if one.source[0] == "order" else one.on
            supplies.append(Supply(one.product, one.quantity, day, one.source, one.peg))
        found = plan(self.items, needs, supplies, self.stock, self.calendar, TODAY)
        return Replan(self, line, product, found, on)

    def order(self, made: Replan) -> None:
        """The line is ordered, what was proposed is firmed."""
        self.orders |= made.made
        self.bars = dict(made.schedule.bars)
        self.lines += 1
        left = {id(one): one.quantity for one in self.coming}
        # What the line and its material take, of stock and of supply, is theirs from now on.
        locked: dict[Peg, int] = {}
        for peg, source, quantity in made.pegging:
            if source[0] == "stock" and made.is_new(peg):
                self.stock[source[1]] -= quantity
                locked[made.known_as(peg, source[1])] = quantity
        for (_planned, product, _n), order_number in made.numbers.items():
            start = min(self.bars[t.key].start for t in made.made[order_number].tasks)
            for component in self.items[product].components:
                peg = (MATERIAL, order_number, component.product)
                wanted = component.needed_for(made.made[order_number].quantity) - locked.get(peg, 0)
                if wanted:
                    self.needs.append(Need(component.product, wanted, Days0.day_of(start), peg))
        for peg, source, quantity in made.pegging:
            if source[0] == "stock" or not made.is_new(peg):
                continue
            free = [c for c in self.coming if c.source == source and c.peg is None and left[id(c)]]
            for one in free:
                part = min(quantity, one.quantity)
                one.quantity -= part
                quantity -= part
                self.coming.append(Coming(one.source, one.product, part, made.known_as(peg, one.product), one.on))
                left[id(self.coming[-1])] = 0
        for proposal, source in made.sources:
            rest = proposal.quantity
            for peg, quantity in proposal.pegs:
                peg = made.known_as(peg, proposal.product)
                self.coming.append(Coming(source, proposal.product, quantity, peg, made.there(proposal)))
                rest -= quantity
            if rest:
                self.coming.append(Coming(source, proposal.product, rest, None, made.there(proposal)))
        self.coming = [c for c in self.coming if c.quantity]
        wanted = sum(quantity for _source, quantity in made.of_line) - locked.get(made.line, 0)
        if wanted:
            self.needs.append(Need(made.product, wanted, made.on, made.line))


class Replan:
    def __init__(self, works: Works, line: Peg, product: int, found: Plan, on: date) -> None:
        self.works, self.line, self.product, self.plan, self.on = works, line, product, found, on
        counted: dict[int, int] = {}
        numbered: list[tuple[Planned, int]] = []
        peg: Peg
        makes = []
        self.pegging: list[tuple[Any, Any, int]] = list(found.pegging)
        self.purchases: dict[Any, Planned] = {}
        self.sources: list[tuple[Planned, tuple[str, int]]] = []
        for proposal in found.planned:
            n = counted.get(proposal.product, 0)
            counted[proposal.product] = n + 1
            numbered.append((proposal, n))
            peg = ("planned", proposal.product, n)
            if proposal.make:
                makes.append((-works.levels.get(proposal.product, 0), proposal.product, n, proposal))
            else:
                self.purchases[peg] = proposal
                self.sources.append((proposal, ("purchase", 1000 * works.lines + len(self.purchases))))
        makes.sort(key=lambda m: m[:3])
        first = max(works.orders, default=0) + 1
        self.numbers = {("planned", p, n): first + i for i, (_l, p, n, _m) in enumerate(makes)}
        # Who needs what of whom: (peg of the need) → covers.
        self.covers: dict[Any, list[tuple[Any, int]]] = {}
        for peg, source, quantity in self.pegging:
            self.covers.setdefault(peg, []).append((source, quantity))
        for proposal, n in numbered:
            for peg, quantity in proposal.pegs:
                self.covers.setdefault(peg, []).append((("planned", proposal.product, n), quantity))
        self.of_line = self.covers.get(line, [])
        due = Days0.minute_of(on + timedelta(days=1))
        self.made: dict[int, Order] = {}
        for _level, product, n, proposal in makes:
            number = self.numbers["planned", product, n]
            self.sources.append((proposal, ("order", number)))
            tasks = works.routing(product, proposal.quantity, number)
            self.made[number] = Order(number, product, proposal.quantity, tasks, due)
            self._waits_for(self.made[number], [("planned", product, n)])
        for number, order in works.orders.items():
            self._waits_for(order, [(MATERIAL, number, c.product) for c in works.items[order.product].components])
        self.shop = works.shop(self.made)
        self.schedule: Schedule = forward(self.shop)

    def is_new(self, peg: Peg) -> bool:
        return peg == self.line or (isinstance(peg, tuple) and peg[0] == "planned")

    def known_as(self, peg: Peg, product: int) -> Peg:
        """A lot that was proposed is an order now."""
        is_lot = isinstance(peg, tuple) and peg[0] == "planned"
        return (MATERIAL, self.numbers[peg], product) if is_lot else peg

    def there(self, proposal: Planned) -> date:
        item = self.works.items[proposal.product]
        return Days(self.works.calendar, TODAY).of(TODAY, item, proposal.quantity)[1]

    def _waits_for(self, order: Order, pegs: list[Peg]) -> None:
        """The first operation waits for what the order is made from."""
        links: list[Link] = []
        earliest = 0
        for peg in pegs:
            more, at = self._material(peg)
            links, earliest = links + more, max(earliest, at)
        first = order.tasks[0]
        order.tasks[0] = Task(first.key, first.job, first.modes, tuple(links), first.family, earliest)

    def _material(self, peg: Peg) -> tuple[list[Link], int]:
        """What the first operation waits for."""
        links, earliest = [], 0
        for source, _quantity in self.covers.get(peg, []):
            kind = source[0]
            if kind == "order":
                links.append(Link(self.works.orders[source[1]].tasks[-1].key))
            elif kind == "purchase":
                on = next(c.on for c in self.works.coming if c.source == source)
                earliest = max(earliest, Days0.minute_of(on))
            elif source in self.purchases:
                earliest = max(earliest, Days0.minute_of(self.there(self.purchases[source])))
            elif kind == "planned":
                number = self.numbers[source]
                last = len(self.works.steps[source[1]]) - 1
                links.append(Link((number, last)))
        return links, earliest

    @property
    def ready(self) -> date:
        """The day on which all of the line is there."""
        days = [TODAY]
        for source, _quantity in self.of_line:
            kind = source[0]
            if kind == "purchase":
                days.append(next(c.on for c in self.works.coming if c.source == source))
            elif source in self.purchases:
                days.append(self.there(self.purchases[source]))
            elif kind != "stock":
                number = source[1] if kind == "order" else self.numbers[source]
                order = self.works.orders.get(number) or self.made[number]
                days.append(Days0.day_of(self.schedule.bars[order.tasks[-1].key].end - 1))
        return max(days)


def works(chance: random.Random) -> Works:
    """Products on up to five levels below what is sold; three to six work centres, perhaps a tool."""
    depth = chance.randint(1, 5)
    count = [chance.randint(1, 2), *(chance.randint(1, 3) for _ in range(depth - 1)), chance.randint(2, 4)]
    levels: list[list[int]] = []
    number = 1
    for many in count:
        levels.append(list(range(number, number + many)))
        number += many
    resources: dict[Key, Resource] = {}
    for n in range(chance.randint(3, 6)):
        week = dict.fromkeys(range(1, chance.choice([6, 6, 7])), chance.choice(SHIFTS))
        resources[f"M{n}"] = Resource(f"M{n}", weekly(week, days=300), chance.choice([1, 1, 2]))
    machines = list(resources)
    resources["tool"] = Resource("tool", units=1)
    items: dict[int, Item] = {}
    steps: dict[int, list[Step]] = {}
    for level, products in enumerate(levels):
        for product in products:
            if level == len(levels) - 1:
                items[product] = Item(
                    product, False, chance.randint(1, 12), lot_min=chance.choice([0, 0, 20 * MICRO]),
                    lot_multiple=chance.choice([0, 0, 5 * MICRO]),
                )  # fmt: skip
                continue
            below = [chance.choice(levels[level + 1])]
            others = [p for lower in levels[level + 1 :] for p in lower if p not in below]
            below += chance.sample(others, min(len(others), chance.randint(0, 2)))
            items[product] = Item(
                product, True, components=tuple(Component(p, Fraction(chance.randint(1, 3))) for p in below),
                lot_min=chance.choice([0, 0, 0, 10 * MICRO]), lot_max=chance.choice([0, 0, 0, 15 * MICRO]),
            )  # fmt: skip
            steps[product] = [_step(chance, machines) for _ in range(chance.randint(1, 3))]
    stock = {p: chance.choice([0, 0, 10, 40]) * MICRO for p in items}
    coming = [
        Coming(("purchase", -p), p, chance.randint(5, 60) * MICRO, None, TODAY + timedelta(days=chance.randint(1, 25)))
        for p, item in items.items()
        if not item.make and chance.random() < 0.5
    ]
    return Works(items, steps, resources, stock, coming)


def _step(chance: random.Random, machines: list[Key]) -> Step:
    ways: list[tuple[Key, ...]] = [
        (machine, *(("tool",) if chance.random() < 0.15 else ()))
        for machine in chance.sample(machines, chance.choice([1, 1, 1, 2]))
    ]
    return Step(
        chance.choice([0, 15, 30]), Fraction(chance.randint(2, 40), 2), ways, chance.choice([0, 0, 60]),
        chance.choice(["", "red", "blue"]),
    )  # fmt: skip


def quote(chance: random.Random, where: Works) -> tuple[int, int]:
    """What is asked for: mostly what nothing else is made of."""
    top = [p for p, level in where.levels.items() if level == 0 and where.items[p].make]
    product = chance.choice(top) if chance.random() < 0.7 else chance.choice(list(where.items))
    return product, chance.randint(1, 25) * MICRO
