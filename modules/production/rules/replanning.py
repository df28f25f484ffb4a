"""Planning again only what a change can reach: the same as planning everything. Pure.

Netting goes downward only: what a changed product asks of others, these of others again. Everything above stands, and
so do its proposals: they are asked once more what they take of the products below. Phantoms and what runs out hand on
needs without a proposal of their own; where they lie above, they are netted too, but nothing of them is new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from modules.production.rules.dates import Days
from modules.production.rules.net import PLANNED, Gross, Parent, net
from modules.production.rules.netting import besides, taken_below
from modules.production.rules.terms import Item, Need, Plan, Planned, Supply
from modules.shared.data.rules.calendars import WorkCalendar


@dataclass(frozen=True)
class Graph:
    """What is netted after what (by-products after what brings them: `brings`), with low-level codes; `handing_on`:
    phantoms, and what others follow; `known`: all products that planning knows."""

    children: Mapping[int, Sequence[int]]
    levels: Mapping[int, int]
    brings: Collection[tuple[int, int]]
    handing_on: Collection[int]
    known: Collection[int]

    @cached_property
    def parents(self) -> Mapping[int, Sequence[int]]:
        """`children` the other way round."""
        parents: dict[int, list[int]] = defaultdict(list)
        for product, components in self.children.items():
            for component in components:
                parents[component].append(product)
        return parents


@dataclass(frozen=True)
class Reach:
    """`again`: planned anew. `above`: netted only for what they hand on. `standing`: whose proposals ask for these."""

    again: frozenset[int]
    above: frozenset[int]
    standing: frozenset[int]

    @property
    def netted(self) -> frozenset[int]:
        return self.again | self.above


def reached(graph: Graph, changed: Collection[int]) -> Reach:
    again, waiting = set(changed), [*changed]
    while waiting:
        for below in graph.children.get(waiting.pop(), ()):
            if below not in again:
                again.add(below)
                waiting.append(below)
    above: set[int] = set()
    standing: set[int] = set()
    waiting = [*again]
    while waiting:
        for parent in graph.parents.get(waiting.pop(), ()):
            if parent in again or parent in above:
                continue
            if parent in graph.handing_on:
                above.add(parent)
                waiting.append(parent)
            else:
                standing.add(parent)
    return Reach(frozenset(again), frozenset(above), frozenset(standing))


def replan(
    graph: Graph,
    reach: Reach,
    items: Mapping[int, Item],
    needs: Sequence[Need],
    supplies: Sequence[Supply],
    on_hand: Mapping[int, int],
    standing: Mapping[int, Sequence[Planned]],
    calendar: WorkCalendar,
    today: date,
) -> Plan:
    """What a run over everything would say of `reach.again`. `items`, `needs`, `supplies` and `on_hand` are those of
    what is netted, `items` those of what stands, too; `standing`: its proposals."""
    gross: dict[int, list[Gross]] = defaultdict(list)
    for need in needs:
        gross[need.product].append((need.on, need.peg, need.quantity, None))
    open_supply: dict[int, list[Supply]] = defaultdict(list)
    for supply in supplies:
        open_supply[supply.product].append(supply)

    def bring(item: Item, planned: Sequence[Planned]) -> None:
        for output in item.outputs:
            if (item.product, output.product) in graph.brings:
                open_supply[output.product] += besides(item.product, output, planned)

    for product in sorted(reach.standing & items.keys()):
        item, planned = items[product], standing.get(product, ())
        asking: list[Parent] = [((PLANNED, product, n), p.release_on, p.quantity) for n, p in enumerate(planned)]
        bring(item, planned)
        for below, asked in taken_below(item, asking, {}, graph.known):
            gross[below] += asked
    result, unchanged, days = Plan([], [], []), Plan([], [], []), Days(calendar, today)
    for product in sorted(reach.netted & items.keys(), key=lambda p: (graph.levels.get(p, 0), p)):
        item, into = items[product], result if product in reach.again else unchanged
        before = len(into.planned)
        parents, handed_on = net(
            item, gross[product], open_supply.get(product, []), on_hand.get(product, 0), days,
            graph.levels.get(product, 0), into,
        )  # fmt: skip
        bring(item, into.planned[before:])
        for below, asked in taken_below(item, parents, handed_on, graph.known):
            gross[below] += asked
    return result
