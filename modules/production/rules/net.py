"""Netting of one product: what is needed against what is there and what is coming. Pure.

The conventions are those of rules/netting.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from modules.production.rules.dates import Days, release_of
from modules.production.rules.lots import lots
from modules.production.rules.terms import Component, Item, Message, Plan, Planned, Supply, in_turn

# (day, peg, quantity, of which somebody else follows when it runs out)
Gross = tuple[date, Hashable, int, Component | None]
Parent = tuple[Hashable, date, int]  # of a component: the peg of what needs it, when, and how many of the parent
Lacking = list[tuple[Hashable, int]]
PLANNED, SAFETY, STOCK, BESIDES = "planned", "safety", "stock", "besides"
MATERIAL = "production.order_component"
YEAR = timedelta(days=365)
DEFER_AFTER = 14  # days that an order may lie before it is proposed to come later
_on = itemgetter(0)


def by_day(need: Gross) -> tuple[date, tuple[Any, ...], int]:
    """Documents, proposals and safety stock in an order of their own, whatever the order of the input."""
    return need[0], in_turn(need[1]), need[2]


def net(
    item: Item, gross: list[Gross], supplies: list[Supply], free: int, days: Days, level: int, result: Plan
) -> tuple[list[Parent], dict[int, list[Gross]]]:
    """Pegged supply to its own need, then stock, supply in time, supply to expedite, then new orders: into `result`.
    Answers what its components are needed for, and what is handed on to successors."""
    one = _Product(item, days, level, result)
    if len(gross) > 1:
        gross.sort(key=by_day)
    if item.economic is not None:
        one.yearly = sum(quantity for on, _peg, quantity, _f in gross if on < days.today + YEAR)
    if item.entered:
        supplies = [*supplies, *one.entered()]
    cover = _Cover(item, supplies, result) if supplies else None
    stock = free - item.safety
    restoring: list[Planned] = []  # what restores safety stock; what is over of it, needs may take
    if stock < 0:
        # Below safety: supply on its way restores it, what then lacks is ordered for today.
        nobody, lacking = (SAFETY, item.product), -stock
        if cover is not None:
            lacking -= cover.shared(lacking, days.today, nobody)
        first = len(result.planned)
        stock = one.propose(days.today, [(nobody, lacking)]) if lacking > 0 else 0
        restoring = result.planned[first:]
    handed_on: dict[int, list[Gross]] = {}
    for on, together in groupby(gross, key=_on):
        if one.waiting and on >= one.waits_until:
            stock += one.close_period()
        short: Lacking = []
        for _day, peg, need, follows in together:
            if cover is not None:
                need -= cover.own(need, on, peg)
            apart = not item.stock_first and not _is_material(peg)
            if need > 0 and stock > 0 and not apart:
                part = min(stock, need)
                for lot in restoring:
                    lot.late = lot.late or lot.due_on > on  # somebody waits for it now
                stock -= part
                need -= part
                result.pegging.append((peg, (STOCK, item.product), part))
            if need > 0 and cover is not None and not apart:
                need -= cover.shared(need, on, peg)
            if need > 0:
                if follows is not None and follows.successor is not None:
                    handed_on.setdefault(follows.successor, []).append((on, peg, follows.replaced(need), None))
                else:
                    short.append((peg, need))
        if short:
            stock += one.short(on, short)
    if one.waiting:
        one.close_period()
    if cover is not None:
        result.messages.extend(cover.messages(days))
    return one.parents(), handed_on


class _Product:
    """What is proposed of a product."""

    __slots__ = ("before", "days", "item", "level", "passed_on", "result", "waiting", "waits_since", "yearly")

    def __init__(self, item: Item, days: Days, level: int, result: Plan) -> None:
        self.item, self.days, self.level, self.result = item, days, level, result
        self.before, self.yearly = len(result.planned), 0
        self.passed_on: list[Parent] = []
        self.waiting: Lacking = []
        self.waits_since = days.today

    @property
    def waits_until(self) -> date:
        return self.waits_since + timedelta(days=self.item.period_days)

    def entered(self) -> list[Supply]:
        """What the master plan says: proposals that stand, and supply as orders are."""
        item, found = self.item, []
        for n, entry in enumerate(item.entered):
            release, due, late = self.days.entered(entry.on, item, entry.quantity)
            self.result.planned.append(
                Planned(item.product, item.make, entry.quantity, release, due, late, self.level, entry=entry.entry)
            )
            found.append(Supply(item.product, entry.quantity, due, (PLANNED, item.product, n)))
        return found

    def short(self, on: date, lacking: Lacking) -> int:
        """What lacks on a day: ordered now, or together with what lacks in the days after. Answers what is over."""
        item = self.item
        if item.to_order:
            return sum(self.propose(on, [one]) for one in lacking)
        if not item.period_days or item.phantom:
            return self.propose(on, lacking)
        if not self.waiting:
            self.waits_since = on
        self.waiting += lacking
        return 0

    def close_period(self) -> int:
        lacking, self.waiting = self.waiting, []
        return self.propose(self.waits_since, lacking)

    def propose(self, on: date, lacking: Lacking) -> int:
        """One net requirement, for all who lack something then; answers what is over, for later needs."""
        item, planned = self.item, self.result.planned
        if item.phantom:
            self.passed_on.extend((peg, on, quantity) for peg, quantity in lacking if _is_parent(peg))
            lacking = [(peg, quantity) for peg, quantity in lacking if not _is_parent(peg)]
            if not lacking:
                return 0
        wanted = lacking[0][1] if len(lacking) == 1 else sum([quantity for _peg, quantity in lacking])
        quantities = lots(wanted, item, self.yearly)
        # Stock below safety is restored as soon as it can be: nobody waits for it, so it is not late.
        awaited = len(lacking) > 1 or lacking[0][0] != (SAFETY, item.product)
        if len(quantities) == 1:
            [lot] = quantities
            release, due, late = self.days.of(on, item, lot)
            planned.append(Planned(item.product, item.make, lot, release, due, late and awaited, self.level, lacking))
            return lot - wanted
        waiting = iter(lacking)
        peg, rest = next(waiting)
        for lot in quantities:
            release, due, late = self.days.of(on, item, lot)
            proposal = Planned(item.product, item.make, lot, release, due, late and awaited, self.level)
            planned.append(proposal)
            while lot > 0 and rest > 0:
                part = min(lot, rest)
                proposal.pegs.append((peg, part))
                lot -= part
                rest -= part
                if rest == 0:
                    peg, rest = next(waiting, (peg, 0))
        return sum(quantities) - wanted

    def parents(self) -> list[Parent]:
        """Of its components; and what is to be released today says so."""
        product, today, messages = self.item.product, self.days.today, self.result.messages
        found = self.passed_on
        planned = self.result.planned
        for n in range(len(planned) - self.before):
            proposal = planned[self.before + n]
            peg = (PLANNED, product, n)
            found.append((peg, proposal.release_on, proposal.quantity))
            if proposal.release_on <= today:
                messages.append(Message("release", product, peg, proposal.quantity, proposal.release_on))
        return found


def _is_material(peg: Hashable) -> bool:
    """What an order, planned or open, takes: of what is in stock, whoever it was made for."""
    return isinstance(peg, tuple) and peg[0] in (PLANNED, MATERIAL)


def _is_parent(peg: Hashable) -> bool:
    return isinstance(peg, tuple) and peg[0] == PLANNED


class _Cover:
    """The open supply of a product, while needs take of it."""

    def __init__(self, item: Item, supplies: list[Supply], result: Plan) -> None:
        self.item, self.result = item, result
        self.ordered = sorted(supplies, key=lambda s: (s.on, in_turn(s.source)))
        self.left = {id(s): s.quantity for s in self.ordered}
        self.used_on: dict[int, date] = {}
        self.pegged: dict[Hashable, list[Supply]] = defaultdict(list)
        for supply in self.ordered:
            if supply.peg is not None:
                self.pegged[supply.peg].append(supply)
        self.free = [s for s in self.ordered if s.peg is None]
        self.position = 0  # all before are used up

    def _take(self, supplies: Iterable[Supply], need: int, on: date, peg: Hashable) -> int:
        taken = 0
        for supply in supplies:
            if taken == need:
                break
            if supply.by_product and supply.on > on:
                continue  # it comes when its order does
            part = min(self.left[id(supply)], need - taken)
            if part > 0:
                self.left[id(supply)] -= part
                self.used_on[id(supply)] = min(on, self.used_on.get(id(supply), on))
                self.result.pegging.append((peg, supply.source, part))
                taken += part
        return taken

    def own(self, need: int, on: date, peg: Hashable) -> int:
        """Of supply that is made or bought for this need and no other."""
        return self._take(self.pegged[peg], need, on, peg) if peg in self.pegged else 0

    def shared(self, need: int, on: date, peg: Hashable) -> int:
        """Of all other supply, the earliest first. Before new is planned, what is late is asked to come sooner."""
        while self.position < len(self.free) and self.left[id(self.free[self.position])] == 0:
            self.position += 1
        return self._take(self.free[self.position :], need, on, peg) if self.position < len(self.free) else 0

    def messages(self, days: Days) -> Iterable[Message]:
        """What to do about each, the most urgent only."""
        product, today = self.item.product, days.today
        # What several have a claim to comes in pieces: it is one order all the same.
        orders: dict[Hashable, list[Supply]] = {}
        for one in self.ordered:
            if not one.by_product:
                orders.setdefault(one.source, []).append(one)
        for source, pieces in orders.items():
            supply = pieces[0]
            quantity, rest = sum(s.quantity for s in pieces), sum(self.left[id(s)] for s in pieces)
            if rest == quantity:
                yield Message("cancel", product, source, rest, None)
                continue
            needed = min(self.used_on[id(s)] for s in pieces if id(s) in self.used_on)
            if supply.on < today:
                yield Message("past_due", product, source, quantity, max(needed, today))
            elif supply.on > max(needed, today):
                yield Message("expedite", product, source, quantity, max(needed, today))
            elif (needed - supply.on).days > DEFER_AFTER and rest == 0:
                yield Message("defer", product, source, quantity, needed)
            elif not supply.firm and (start := release_of(supply.on, self.item, days.calendar)) <= today:
                yield Message("release", product, source, quantity, start)
