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
- a release in the past is planned forward from today and flagged late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from modules.production.rules.structure import beside, low_level_codes
from modules.production.rules.terms import Component, Item, Message, Need, Output, Plan, Planned, Supply
from modules.shared.data.rules.calendars import WorkCalendar


def lots(net: int, item: Item) -> list[int]:
    """Net requirement to order quantities: whole steps, minimum, multiple, split at the maximum. Every lot, the last
    too, is at least the minimum and a multiple: nobody sells half a carton."""
    if not (item.lot_min or item.lot_multiple or item.lot_max):
        return [-(-net // item.step) * item.step]
    multiple = item.lot_multiple or 1

    def sized(quantity: int) -> int:
        return -(-max(quantity, item.lot_min) // multiple) * multiple

    quantity = sized(-(-net // item.step) * item.step)
    most = max(item.lot_max // multiple * multiple, multiple) if item.lot_max else quantity
    if quantity <= most:
        return [quantity]
    full, rest = divmod(quantity, most)
    return [most] * full + ([sized(rest)] if rest else [])


def release_of(due: date, item: Item, calendar: WorkCalendar) -> date:
    if item.make:
        return calendar.back(due, item.lead_days)
    return calendar.on_or_before(due - timedelta(days=item.lead_days))


def arrival_of(release: date, item: Item, calendar: WorkCalendar) -> date:
    if item.make:
        return calendar.forward(release, item.lead_days)
    return calendar.on_or_after(release + timedelta(days=item.lead_days))


_Gross = tuple[date, int, Hashable, Component | None]  # the last: of which somebody else follows when it runs out
Parent = tuple[Hashable, date, int]  # of a component: the peg of what needs it, when, and how many of the parent


def _is_parent(peg: Hashable) -> bool:
    return isinstance(peg, tuple) and peg[0] == "planned"


class _Days:
    """When to release and when it is due: many products need the same days."""

    def __init__(self, calendar: WorkCalendar, today: date) -> None:
        self.calendar, self.today = calendar, today
        self._known: dict[tuple[date, bool, int], tuple[date, date, bool]] = {}

    def of(self, on: date, item: Item) -> tuple[date, date, bool]:
        """(release, due, late) of a proposal for a need on a day."""
        key = (on, item.make, item.lead_days)
        if key not in self._known:
            self._known[key] = self._worked_out(on, item)
        return self._known[key]

    def _worked_out(self, on: date, item: Item) -> tuple[date, date, bool]:
        calendar, today = self.calendar, self.today
        due = calendar.on_or_before(max(on, today))
        due = due if due >= today else calendar.on_or_after(today)
        release = release_of(due, item, calendar)
        if release >= today:
            return release, due, False
        release = calendar.on_or_after(today)
        return release, arrival_of(release, item, calendar), True


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
    children = _children(items)
    brings = beside(children, ((p, o.product) for p, i in items.items() for o in i.outputs))
    levels = low_level_codes(children)
    gross: dict[int, list[_Gross]] = defaultdict(list)
    for need in needs:
        gross[need.product].append((need.on, need.quantity, need.peg, None))
    open_supply: dict[int, list[Supply]] = defaultdict(list)
    for supply in supplies:
        open_supply[supply.product].append(supply)
    result, days = Plan([], [], []), _Days(calendar, today)
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
            item, before = items[product], len(result.planned)
            parents, handed_on = _net(
                item, gross[product], open_supply[product], on_hand.get(product, 0), days, level, result
            )
            for output in item.outputs:
                if (product, output.product) in brings:
                    open_supply[output.product] += _besides(output, result.planned, before)
            down = [*handed_on.items()]
            for component in item.components if parents else ():
                down += _taken(component, parents, items).items()
            for below, asked in down:
                gross[below] += asked
                if below not in queued:
                    queued.add(below)
                    order[levels[below]].append(below)
    return result


def _besides(output: Output, planned: Sequence[Planned], since: int) -> list[Supply]:
    """What the proposals from `since` on bring of a by-product."""
    return [
        Supply(output.product, output.of(p.quantity), p.due_on, ("besides", n, output.product), by_product=True)
        for n, p in enumerate(planned[since:], since)
    ]


def _taken(component: Component, parents: list[Parent], items: Mapping[int, Item]) -> dict[int, list[_Gross]]:
    """What the parents need of a component, or of what follows it, by product."""
    product, fixed = component.product, component.fixed
    if component.successor is None and component.valid_from is None and component.valid_until is None:
        # Nearly all of them: tens of thousands in a run.
        above, under = component.per.as_integer_ratio()
        needs: list[_Gross] = [(on, -(-quantity * above // under) + fixed, peg, None) for peg, on, quantity in parents]
        return {product: needs} if product in items else {}
    found: dict[int, list[_Gross]] = {}
    for peg, on, quantity in parents:
        taken = component.on(on)
        if taken is None:
            continue
        needed, follows = taken.needed_for(quantity), taken if taken.successor in items else None
        if taken.product in items:
            found.setdefault(taken.product, []).append((on, needed, peg, follows))
        elif follows is not None and follows.successor is not None:
            found.setdefault(follows.successor, []).append((on, follows.replaced(needed), peg, None))
    return found


def _children(items: Mapping[int, Item]) -> dict[int, list[int]]:
    """What is netted after what: components after their parents, successors after what they follow."""
    children = {p: [c.product for c in i.components] for p, i in items.items()}
    for item in items.values():
        for component in item.components:
            if component.successor is not None:
                children[item.product].append(component.successor)
                children.setdefault(component.product, []).append(component.successor)
    return children


def _by_day(need: _Gross) -> tuple[date, tuple[Any, ...]]:
    peg = need[2]
    return need[0], peg if isinstance(peg, tuple) else (repr(peg),)


def _net(
    item: Item,
    gross: list[_Gross],
    supplies: list[Supply],
    free: int,
    days: _Days,
    level: int,
    result: Plan,
) -> tuple[list[Parent], dict[int, list[_Gross]]]:
    """One product: pegged supply to its own need, then stock, supply in time, supply to expedite, then new orders.
    Answers what its components are needed for, and what is handed on to successors."""
    if len(gross) > 1:
        gross.sort(key=_by_day)
    today, before = days.today, len(result.planned)
    passed_on: list[Parent] = []
    handed_on: dict[int, list[_Gross]] = {}
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
        if item.phantom:
            passed_on.extend((peg, on, quantity) for peg, quantity in lacking if _is_parent(peg))
            lacking = [(peg, quantity) for peg, quantity in lacking if not _is_parent(peg)]
            if not lacking:
                return 0
        net = sum([quantity for _peg, quantity in lacking])
        release, due, late = days.of(on, item)
        # Stock below safety is restored as soon as it can be: nobody waits for it, so it is not late.
        late = (late or due > on) and any(peg != ("safety", item.product) for peg, _quantity in lacking)
        quantities = lots(net, item)
        if len(quantities) == 1:
            [lot] = quantities
            result.planned.append(Planned(item.product, item.make, lot, release, due, late, level, lacking))
            return lot - net
        waiting = iter(lacking)
        peg, rest = next(waiting)
        for lot in quantities:
            proposal = Planned(item.product, item.make, lot, release, due, late, level)
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
            if supply.by_product and supply.on > today:
                continue
            lacking -= take(supply, lacking, today, ("safety", item.product))
        stock = propose(today, [(("safety", item.product), lacking)]) if lacking > 0 else 0
    for on, together in groupby(gross, key=itemgetter(0)):
        short: list[tuple[Hashable, int]] = []
        for _on, quantity, peg, follows in together:
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
                if late_supply.by_product:
                    continue
                need -= take(late_supply, need, on, peg)
            if need > 0 and follows is not None and follows.successor is not None:
                handed_on.setdefault(follows.successor, []).append((on, follows.replaced(need), peg, None))
            elif need > 0:
                short.append((peg, need))
        if short:
            stock += propose(on, short)
    for supply in ordered:
        rest, source = left[id(supply)], supply.source
        if supply.by_product:
            continue
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
    new = enumerate(result.planned[before:], before)
    return [*passed_on, *((("planned", n), p.release_on, p.quantity) for n, p in new)], handed_on
