"""Material requirements planning, level by level. Pure.

Quantities are integers in millionths of the stock unit: exact like decimals, quick like machine words. Conventions
(docs of the module, kept by tests):

- due = last working day on or before the need; release = due − lead time in working days, the release day not counted;
  purchase lead times are calendar days, rolled back to a working day.
- components are due on the parent's release.
- supply of a day covers that day; supply after the need is no cover, but is first proposed to be expedited.
- needs of one day are one net requirement; stock below safety raises an order that restores it.
- lots: at least the minimum, then rounded up to the multiple, then split at the maximum.
- quantity of a component = parent quantity × per ÷ (1 − scrap).
- a release in the past is planned forward from today and flagged late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from operator import itemgetter

from modules.production.rules.structure import low_level_codes
from modules.shared.data.rules.calendars import WorkCalendar

MICRO = 1_000_000


@dataclass(frozen=True)
class Component:
    """`per` parent unit as an exact fraction, scrap included already (see `with_scrap`)."""

    product: int
    per: Fraction
    valid_from: date | None = None
    valid_until: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def with_scrap(per: Fraction, scrap: Fraction) -> Fraction:
    """per ÷ (1 − scrap): 100 wanted at 4 % scrap need 104.1666…, not 104. Raises ValueError unless 0 ≤ scrap < 1."""
    if not 0 <= scrap < 1:
        raise ValueError("scrap must lie in 0 … 1")
    return per / (1 - scrap)


@dataclass(frozen=True)
class Item:
    """A product as planning sees it. `make` products with components are exploded."""

    product: int
    make: bool
    lead_days: int = 0
    safety: int = 0
    lot_min: int = 0
    lot_multiple: int = 0
    lot_max: int = 0
    step: int = MICRO  # smallest piece of the unit
    components: tuple[Component, ...] = ()


@dataclass(frozen=True)
class Need:
    """Independent demand. `peg` identifies it (a document line)."""

    product: int
    quantity: int
    on: date
    peg: Hashable


@dataclass(frozen=True)
class Supply:
    """Open supply that exists: an order. `source` identifies it; `peg` binds it to one need."""

    product: int
    quantity: int
    on: date
    source: Hashable
    peg: Hashable | None = None


@dataclass
class Planned:
    """A proposal. `pegs`: (peg of the need, or ("planned", index of the parent), or ("safety", product); quantity)."""

    product: int
    make: bool
    quantity: int
    release_on: date
    due_on: date
    late: bool = False
    level: int = 0
    pegs: list[tuple[Hashable, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Message:
    """What to do about supply that exists: expedite or defer to a day, or cancel. `on` is the day it is needed."""

    kind: str  # expedite | defer | cancel | past_due
    product: int
    source: Hashable
    quantity: int
    on: date | None


@dataclass
class Plan:
    planned: list[Planned]
    messages: list[Message]
    pegging: list[tuple[Hashable, Hashable, int]]  # (need, what covers it: "stock" or a source, quantity)


def lots(net: int, item: Item) -> list[int]:
    """Net requirement to order quantities: whole steps, minimum, multiple, split at the maximum (last ≥ minimum)."""
    quantity = -(-net // item.step) * item.step
    quantity = max(quantity, item.lot_min)
    if item.lot_multiple:
        quantity = -(-quantity // item.lot_multiple) * item.lot_multiple
    if not item.lot_max or quantity <= item.lot_max:
        return [quantity]
    full, rest = divmod(quantity, item.lot_max)
    return [item.lot_max] * full + ([max(rest, item.lot_min)] if rest else [])


def release_of(due: date, item: Item, calendar: WorkCalendar) -> date:
    if item.make:
        return calendar.back(due, item.lead_days)
    return calendar.on_or_before(due - timedelta(days=item.lead_days))


def arrival_of(release: date, item: Item, calendar: WorkCalendar) -> date:
    if item.make:
        return calendar.forward(release, item.lead_days)
    return calendar.on_or_after(release + timedelta(days=item.lead_days))


def plan(
    items: Mapping[int, Item],
    needs: Sequence[Need],
    supplies: Sequence[Supply],
    on_hand: Mapping[int, int],
    calendar: WorkCalendar,
    today: date,
    tell: Callable[[int, int], None] | None = None,
) -> Plan:
    """Nets every product against stock and open supply, top level first. `on_hand` is free stock (not reserved);
    `tell` hears how many products are done, of how many that are known by then.

    Deterministic: equal input gives equal output, so an unchanged re-run changes nothing. Raises CycleError."""
    levels = low_level_codes({p: [c.product for c in i.components] for p, i in items.items()})
    gross: dict[int, list[tuple[date, int, Hashable]]] = defaultdict(list)
    for need in needs:
        gross[need.product].append((need.on, need.quantity, need.peg))
    open_supply: dict[int, list[Supply]] = defaultdict(list)
    for supply in supplies:
        open_supply[supply.product].append(supply)
    result = Plan([], [], [])
    # Only what has a demand, a supply to judge or a safety stock to hold needs netting.
    wanted = {p for p in (*gross, *open_supply) if p in items} | {p for p, i in items.items() if i.safety}
    order: list[list[int]] = [[] for _ in range(max(levels.values(), default=0) + 1)]
    queued = set(wanted)
    for product in wanted:
        order[levels.get(product, 0)].append(product)
    done = 0
    for level in range(len(order)):
        for product in sorted(order[level]):
            if tell is not None:
                tell(done, len(queued))
            done += 1
            item = items[product]
            before = len(result.planned)
            _net(item, gross[product], open_supply[product], on_hand.get(product, 0), calendar, today, level, result)
            for index in range(before, len(result.planned)):
                parent = result.planned[index]
                for component in item.components:
                    if not component.valid_on(parent.release_on) or component.product not in items:
                        continue
                    per = component.per
                    quantity = -(-parent.quantity * per.numerator // per.denominator)  # rounded up, exactly
                    gross[component.product].append((parent.release_on, quantity, ("planned", index)))
                    if component.product not in queued:
                        queued.add(component.product)
                        order[levels[component.product]].append(component.product)
    return result


def _net(
    item: Item,
    gross: list[tuple[date, int, Hashable]],
    supplies: list[Supply],
    free: int,
    calendar: WorkCalendar,
    today: date,
    level: int,
    result: Plan,
) -> None:
    """One product: pegged supply to its own need, then stock, supply in time, supply to expedite, then new orders."""
    gross.sort(key=lambda g: (g[0], repr(g[2])))
    ordered = sorted(supplies, key=lambda s: (s.on, repr(s.source)))
    left = {id(s): s.quantity for s in ordered}
    used_on: dict[int, date] = {}
    pegged: dict[Hashable, list[Supply]] = defaultdict(list)
    for supply in ordered:
        if supply.peg is not None:
            pegged[supply.peg].append(supply)
    shared = [s for s in ordered if s.peg is None]
    stock, position = free - item.safety, 0

    def take(supply: Supply, need: int, on: date, peg: Hashable) -> int:
        part = min(left[id(supply)], need)
        if part > 0:
            left[id(supply)] -= part
            used_on[id(supply)] = min(on, used_on.get(id(supply), on))
            result.pegging.append((peg, supply.source, part))
        return part

    def propose(on: date, lacking: list[tuple[Hashable, int]]) -> int:
        """One net requirement of a day, for all who lack something then; returns what is over, for later needs."""
        net = sum(quantity for _peg, quantity in lacking)
        due = calendar.on_or_before(max(on, today))
        due = due if due >= today else calendar.on_or_after(today)
        release, late = release_of(due, item, calendar), False
        if release < today:
            release = calendar.on_or_after(today)
            due, late = arrival_of(release, item, calendar), True
        quantities = lots(net, item)
        waiting = iter(lacking)
        peg, rest = next(waiting)
        for lot in quantities:
            # Stock below safety is restored as soon as it can be: nobody waits for it, so it is not late.
            awaited = any(peg != ("safety", item.product) for peg, _quantity in lacking)
            proposal = Planned(item.product, item.make, lot, release, due, awaited and (late or due > on), level)
            result.planned.append(proposal)
            while lot > 0 and rest > 0:
                part = min(lot, rest)
                proposal.pegs.append((peg, part))
                lot -= part
                rest -= part
                if rest == 0:
                    peg, rest = next(waiting, (peg, 0))
        return sum(quantities) - net

    if stock < 0:
        # Below safety: supply on its way restores it, what then lacks is ordered for today.
        lacking = -stock
        for supply in shared:
            lacking -= take(supply, lacking, today, ("safety", item.product))
        stock = propose(today, [(("safety", item.product), lacking)]) if lacking > 0 else 0
    for on, together in groupby(gross, key=itemgetter(0)):
        short: list[tuple[Hashable, int]] = []
        for _on, quantity, peg in together:
            need = quantity
            for supply in pegged.get(peg, ()):
                need -= take(supply, need, on, peg)
            if need > 0 and stock > 0:
                part = min(stock, need)
                stock -= part
                need -= part
                result.pegging.append((peg, "stock", part))
            while need > 0 and position < len(shared) and shared[position].on <= on:
                need -= take(shared[position], need, on, peg)
                if left[id(shared[position])] == 0 or need > 0:
                    position += 1
            for late_supply in shared[position:]:
                # Before new is planned, what exists is asked to come sooner.
                if need <= 0:
                    break
                need -= take(late_supply, need, on, peg)
            if need > 0:
                short.append((peg, need))
        if short:
            stock += propose(on, short)
    for supply in ordered:
        rest, source = left[id(supply)], supply.source
        if rest == supply.quantity:
            result.messages.append(Message("cancel", item.product, source, rest, None))
            continue
        needed = used_on[id(supply)]
        if supply.on < today:
            result.messages.append(Message("past_due", item.product, source, supply.quantity, max(needed, today)))
        elif supply.on > max(needed, today):
            result.messages.append(Message("expedite", item.product, source, supply.quantity, max(needed, today)))
        elif (needed - supply.on).days > 14 and rest == 0:
            result.messages.append(Message("defer", item.product, source, supply.quantity, needed))
