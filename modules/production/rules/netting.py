"""Material requirements planning, level by level. Pure.

Quantities are integers in millionths of the stock unit: exact like decimals, quick like machine words. Conventions
(docs of the module, kept by tests):

- due = last working day on or before the need; release = due − lead time in working days, the release day not counted;
  purchase lead times are calendar days, rolled back to a working day.
- components are due on the parent's release.
- supply of a day covers that day; supply after the need is no cover, but is first proposed to be expedited.
- needs of one day are one net requirement; stock below safety raises an order that restores it.
- lots: at least the minimum, then rounded up to the multiple, then split at the maximum.
- quantity of a component = parent quantity × per ÷ (1 − scrap), and once per order what setting up takes.
- a phantom is made on the way: what its parents need is taken from its stock, then its components are needed instead,
  on the same day and for the same parent. Whoever asks for a phantom itself gets an order for it.
- a component that runs out is taken from stock and from what is on order; what then lacks is asked of its successor,
  and so is everything after its last day.
- what a bill makes besides is supply of its own product on the day that the order is due; nobody plans an order, or
  moves one, for the sake of it.
- what the master plan says stands, as an order does: it is supply of its day, its components are needed for its
  release, and what nobody needs or needs sooner says so; nothing is planned beside it that it covers.
- a release in the past is planned forward from today and flagged late; nothing new is due inside the frozen fence.
- a proposal whose release has come says so; so does an order that was firmed and waits.
- who is named stays the same from run to run: a proposal is called by its product and its number among those of it.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from modules.production.rules.dates import Days
from modules.production.rules.net import BESIDES, Gross, Parent, net
from modules.production.rules.structure import beside, low_level_codes
from modules.production.rules.terms import Component, Item, Need, Output, Plan, Planned, Supply
from modules.shared.data.rules.calendars import WorkCalendar


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
    with uncollected():
        return _plan(items, needs, supplies, on_hand, calendar, today, tell)


@contextmanager
def uncollected() -> Iterator[None]:
    """Tens of thousands of tuples, none of them in a circle: looking through them again and again for circles is a
    third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _plan(
    items: Mapping[int, Item],
    needs: Sequence[Need],
    supplies: Sequence[Supply],
    on_hand: Mapping[int, int],
    calendar: WorkCalendar,
    today: date,
    tell: Callable[[int, int], None] | None,
) -> Plan:
    children = children_of(items)
    brings = beside(children, ((p, o.product) for p, i in items.items() for o in i.outputs))
    levels = low_level_codes(children)
    gross: dict[int, list[Gross]] = defaultdict(list)
    for need in needs:
        gross[need.product].append((need.on, need.peg, need.quantity, None))
    open_supply: dict[int, list[Supply]] = defaultdict(list)
    for supply in supplies:
        open_supply[supply.product].append(supply)
    result, days = Plan([], [], []), Days(calendar, today)
    # Only what has a demand, a supply to judge or a safety stock to hold needs netting.
    wanted = {p for p in (*gross, *open_supply) if p in items} | {p for p, i in items.items() if i.safety or i.entered}
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
            item, before = items[product], len(result.planned)
            parents, handed_on = net(
                item, gross[product], open_supply.get(product, []), on_hand.get(product, 0), days, level, result
            )
            for output in item.outputs:
                if (product, output.product) in brings:
                    open_supply[output.product] += besides(product, output, result.planned[before:])
            for below, asked in taken_below(item, parents, handed_on, items):
                gross[below] += asked
                if below not in queued:
                    queued.add(below)
                    order[levels[below]].append(below)
    return result


def besides(product: int, output: Output, planned: Sequence[Planned]) -> list[Supply]:
    """What the proposals of a product bring of a by-product."""
    return [
        Supply(output.product, output.of(p.quantity), p.due_on, (BESIDES, product, n, output.product), by_product=True)
        for n, p in enumerate(planned)
    ]


def taken_below(
    item: Item, parents: list[Parent], handed_on: Mapping[int, list[Gross]], known: Collection[int]
) -> list[tuple[int, list[Gross]]]:
    """What a product asks of others: of its components for its orders, and of successors what it hands on."""
    down = [*handed_on.items()]
    for component in item.components if parents else ():
        down += _taken(component, parents, known).items()
    return down


def _taken(component: Component, parents: list[Parent], known: Collection[int]) -> dict[int, list[Gross]]:
    """What the parents need of a component, or of what follows it, by product."""
    product, fixed = component.product, component.fixed
    if component.successor is component.valid_from is component.valid_until is component.ends is None:
        # Nearly all of them: tens of thousands in a run.
        above, under = component.per.as_integer_ratio()
        needs: list[Gross] = [(on, peg, -(-quantity * above // under) + fixed, None) for peg, on, quantity in parents]
        return {product: needs} if product in known else {}
    found: dict[int, list[Gross]] = {}
    for peg, on, quantity in parents:
        taken = component.on(on)
        if taken is None:
            continue
        needed, follows = taken.needed_for(quantity), taken if taken.successor in known else None
        if taken.product in known:
            found.setdefault(taken.product, []).append((on, peg, needed, follows))
        elif follows is not None and follows.successor is not None:
            found.setdefault(follows.successor, []).append((on, peg, follows.replaced(needed), None))
    return found


def children_of(items: Mapping[int, Item]) -> dict[int, list[int]]:
    """What is netted after what: components after their parents, successors after what they follow."""
    children = {p: [c.product for c in i.components] for p, i in items.items()}
    for item in items.values():
        for component in item.components:
            if component.successor is not None:
                children[item.product].append(component.successor)
                children.setdefault(component.product, []).append(component.successor)
    return children
