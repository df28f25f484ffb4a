"""Planning again what a change can reach is planning everything again: a thousand worlds, and each changed."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modules.production.rules.netting import children_of, plan
from modules.production.rules.replanning import Graph, reached, replan
from modules.production.rules.structure import beside, low_level_codes
from modules.production.rules.terms import MICRO, Component, Entered, Item, Need, Output, Plan, Planned, Supply
from modules.shared.data.rules.calendars import WorkCalendar

TODAY, CALENDAR = date(2026, 3, 2), WorkCalendar()
World = tuple[dict[int, Item], list[Need], list[Supply], dict[int, int]]


def world_of(seed: int) -> World:
    """Up to twenty products: phantoms, by-products, what runs out, safety, lots of every kind, pegs, what is late."""
    rnd = random.Random(seed)
    count = rnd.randint(3, 20)
    items: dict[int, Item] = {}
    for product in range(count):
        below = rnd.sample(range(product + 1, count), min(rnd.randint(0, 3), count - product - 1))
        components = tuple(_component(rnd, c, count) for c in below)
        make = bool(components)
        items[product] = Item(
            product, make, rnd.randint(0, 6), safety=rnd.choice([0, 0, 0, pcs(3)]),
            lot_min=rnd.choice([0, 0, pcs(10)]), lot_multiple=rnd.choice([0, 0, pcs(4)]),
            lot_max=rnd.choice([0, 0, pcs(20)]), phantom=make and rnd.random() < 0.25,
            lot_fixed=rnd.choice([0, 0, 0, pcs(7)]), period_days=rnd.choice([0, 0, 0, 10]),
            economic=rnd.choice([None, None, None, Fraction(5)]), to_order=rnd.random() < 0.15,
            stock_first=rnd.random() < 0.7, fence_days=rnd.choice([0, 0, 5]), daily_rate=rnd.choice([0, 0, pcs(6)]),
            components=components, entered=_entered(rnd),
            outputs=(Output(rnd.randint(0, count - 1), Fraction(1, 2), 5),) if make and rnd.random() < 0.2 else (),  # type: ignore[arg-type]
        )  # fmt: skip
    many = rnd.randint(1, 9)
    needs = [Need(rnd.randrange(count), pcs(rnd.randint(1, 40)), _day(rnd), ("line", n)) for n in range(many)]
    supplies = []
    for n in range(rnd.randint(0, 8)):
        need = rnd.choice(needs)
        product, peg = (need.product, need.peg) if rnd.random() < 0.3 else (rnd.randrange(count), None)
        supplies.append(Supply(product, pcs(rnd.randint(1, 30)), _day(rnd), ("order", n), peg, firm=rnd.random() < 0.7))
    return items, needs, supplies, {p: pcs(rnd.randint(0, 15)) for p in range(count) if rnd.random() < 0.6}


def pcs(quantity: int) -> int:
    return quantity * MICRO


def _entered(rnd: random.Random) -> tuple[Entered, ...]:
    """Seldom: the master plan says something."""
    days = sorted(_day(rnd) for _n in range(rnd.choice([0, 0, 0, 1, 2])))
    return tuple(Entered(n, pcs(rnd.randint(1, 30)), on) for n, on in enumerate(days))


def _day(rnd: random.Random) -> date:
    return TODAY + timedelta(days=rnd.randint(-5, 120))


def _component(rnd: random.Random, product: int, count: int) -> Component:
    follows = rnd.randint(product + 1, count - 1) if product < count - 1 and rnd.random() < 0.25 else None
    return Component(
        product, Fraction(rnd.randint(1, 4)), fixed=rnd.choice([0, 0, pcs(1)]), successor=follows,
        valid_until=TODAY + timedelta(days=40) if rnd.random() < 0.3 else None, ratio=Fraction(rnd.randint(1, 2)),
    )  # fmt: skip


def changed_in(world: World, seed: int) -> tuple[World, set[int]]:
    """One to three changes of an order, of stock, of supply, of a bill or of how a product is planned; and of which
    products."""
    rnd = random.Random(seed)
    items, needs, supplies, on_hand = dict(world[0]), [*world[1]], [*world[2]], dict(world[3])
    changed: set[int] = set()
    for n in range(rnd.randint(1, 3)):
        product = rnd.choice(sorted(items))
        kind = rnd.choice(["need", "need", "gone", "stock", "supply", "bill", "item"])
        if kind == "need":
            needs.append(Need(product, pcs(rnd.randint(1, 40)), _day(rnd), ("new", n)))
        elif kind == "gone" and needs:
            product = needs.pop(rnd.randrange(len(needs))).product
        elif kind == "stock":
            on_hand[product] = pcs(rnd.randint(0, 30))
        elif kind == "supply":
            supplies.append(Supply(product, pcs(rnd.randint(1, 30)), _day(rnd), ("coming", n)))
        elif kind == "item":
            items[product] = replace(items[product], lead_days=rnd.randint(0, 9), safety=pcs(rnd.randint(0, 4)))
        elif kind == "bill" and items[product].components:
            before = items[product].components
            after = before[1:] if rnd.random() < 0.5 else (replace(before[0], per=before[0].per + 1), *before[1:])
            items[product] = replace(items[product], components=after)
            changed |= {c for line in (*before, *after) for c in line.products}
        changed.add(product)
    return (items, needs, supplies, on_hand), changed


def graph_of(items: dict[int, Item]) -> Graph:
    children = children_of(items)
    brings = beside(children, ((p, o.product) for p, i in items.items() for o in i.outputs))
    followed = {c.product for i in items.values() for c in i.components if c.successor is not None}
    return Graph(
        children, low_level_codes(children), brings, {p for p, i in items.items() if i.phantom} | followed, items
    )


def said(result: Plan, of: frozenset[int] | set[int]) -> dict[int, Any]:
    """By product: its proposals, its pegs in any order, its messages."""
    found: dict[int, Any] = {p: ([], [], []) for p in of}
    for proposal in result.planned:
        if proposal.product in of:
            found[proposal.product][0].append(proposal)
    for message in result.messages:
        if message.product in of:
            found[message.product][1].append(message)
    return found


def pegged(result: Plan) -> set[tuple[object, object, int]]:
    return set(result.pegging)


def again(before: Plan, world: World, changed: set[int]) -> tuple[Plan, frozenset[int]]:
    items, needs, supplies, on_hand = world
    graph = graph_of(items)
    reach = reached(graph, changed)
    standing: dict[int, list[Planned]] = defaultdict(list)
    for proposal in before.planned:
        standing[proposal.product].append(proposal)
    seen = {p: items[p] for p in reach.netted | reach.standing if p in items}
    part = replan(
        graph, reach, seen, [n for n in needs if n.product in reach.netted],
        [s for s in supplies if s.product in reach.netted], on_hand, standing, CALENDAR, TODAY,
    )  # fmt: skip
    return part, reach.again


@pytest.mark.parametrize("chunk", range(20))
def test_a_thousand_worlds_are_planned_alike(chunk: int) -> None:
    alike = 0
    for seed in range(chunk * 50, chunk * 50 + 50):
        world = world_of(seed)
        before = plan(*world, CALENDAR, TODAY)
        now, changed = changed_in(world, seed + 1)
        full = plan(*now, CALENDAR, TODAY)
        part, reached_by = again(before, now, changed)
        assert said(part, reached_by) == said(full, reached_by), seed
        rest = set(now[0]) - reached_by
        assert said(before, rest) == said(full, rest), seed
        assert pegged(part) <= pegged(full), seed
        assert pegged(full) - pegged(part) <= pegged(before), seed
        alike += bool(full.planned)
    assert alike > 35, "most of these worlds have something to plan"


@settings(max_examples=100, deadline=None)
@given(st.integers(10_000, 10**9), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(seed: int, rnd: random.Random) -> None:
    items, needs, supplies, on_hand = world_of(seed)
    first = plan(items, needs, supplies, on_hand, CALENDAR, TODAY)
    for rows in (needs, supplies):
        rnd.shuffle(rows)
    keys = [*items]
    rnd.shuffle(keys)
    assert plan({p: items[p] for p in keys}, needs, supplies, on_hand, CALENDAR, TODAY) == first


@settings(max_examples=200, deadline=None)
@given(st.integers(10_000, 10**9))
def test_what_is_pegged_is_what_is_used_and_never_more_than_there_is(seed: int) -> None:
    """Σ pegged = Σ used of each supply and of stock; each need is covered exactly, whatever covers it."""
    items, needs, supplies, on_hand = world_of(seed)
    result = plan(items, needs, supplies, on_hand, CALENDAR, TODAY)
    used: dict[object, int] = defaultdict(int)
    covered: dict[object, int] = defaultdict(int)
    for peg, source, quantity in result.pegging:
        assert quantity > 0
        used[source] += quantity
        covered[peg] += quantity
    for proposal in result.planned:
        assert sum(q for _peg, q in proposal.pegs) <= proposal.quantity
        for peg, quantity in proposal.pegs:
            covered[peg] += quantity
    assert all(used[s.source] <= s.quantity for s in supplies)
    left_over: dict[int, int] = defaultdict(int)
    for proposal in result.planned:
        left_over[proposal.product] += proposal.quantity - sum(q for _peg, q in proposal.pegs)
    for product in items:
        assert used[("stock", product)] <= on_hand.get(product, 0) + left_over[product]
    followed = {c.product for i in items.values() for c in i.components if c.successor is not None}
    for need in needs:
        if need.product not in followed:
            assert covered[need.peg] == need.quantity


@settings(max_examples=200, deadline=None)
@given(st.integers(10_000, 10**9))
@example(15936271)  # an economic lot above the maximum
def test_stock_never_falls_below_safety_where_time_is_left(seed: int) -> None:
    """Of what is planned alone: day by day what is there, comes and goes stays at safety stock or above, from the day
    on which the last thing arrives that was too late anyway. Supply that is asked to come sooner counts as it is
    asked."""
    items, needs, supplies, on_hand = world_of(seed)
    plain = {
        p: replace(i, phantom=False, to_order=False, stock_first=True, outputs=(), components=tuple(
            Component(c.product, c.per, fixed=c.fixed) for c in i.components
        )) for p, i in items.items()
    }  # fmt: skip
    shared = [replace(s, peg=None) for s in supplies]
    result = plan(plain, needs, shared, on_hand, CALENDAR, TODAY)
    moved = {m.source: m.on for m in result.messages if m.kind in ("expedite", "past_due")}
    for product, item in plain.items():
        own = [p for p in result.planned if p.product == product]
        comes = [(moved.get(("planned", product, n)) or p.due_on, p.quantity) for n, p in enumerate(own)]
        comes += [(moved.get(s.source) or s.on, s.quantity) for s in shared if s.product == product]
        goes = [(max(n.on, TODAY), n.quantity) for n in needs if n.product == product]
        goes += [
            (parent.release_on, c.needed_for(parent.quantity))
            for parent in result.planned for c in plain[parent.product].components if c.product == product
        ]  # fmt: skip
        feasible = max(
            (p.due_on for p in own if p.late or (p.pegs and p.pegs[0][0] == ("safety", product))), default=TODAY
        )
        for day in sorted({d for d, _q in goes if d >= feasible}):
            there = on_hand.get(product, 0) + sum(q for d, q in comes if d <= day) - sum(q for d, q in goes if d <= day)
            assert there >= item.safety, (product, day)
