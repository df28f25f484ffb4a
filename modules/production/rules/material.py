"""Which supply each need of material is covered by, and in which turn orders come. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from modules.production.rules.terms import Need, Supply, in_turn


def covered(needs: Sequence[Need], supplies: Sequence[Supply], free: Mapping[int, int]) -> dict[Hashable, list[Supply]]:
    """Peg of each need → the open supply that it waits for, beside what is free in stock: what is made or bought for it
    first, then stock and other supply as it comes, to the needs by their day, as planning nets (rules/netting.py)."""
    found = allotted(needs, supplies, free)
    return {peg: [supply for supply, _part in share.supplies] for peg, share in found.items()}


@dataclass
class Share:
    """What one need is given: so much of free stock, and so much of which supply."""

    stock: int = 0
    supplies: list[tuple[Supply, int]] = field(default_factory=list)


def allotted(needs: Sequence[Need], supplies: Sequence[Supply], free: Mapping[int, int]) -> dict[Hashable, Share]:
    """The same with quantities, and with what is free."""
    own: dict[Hashable, list[Supply]] = defaultdict(list)
    shared: dict[int, list[Supply]] = defaultdict(list)
    for supply in sorted(supplies, key=lambda s: (s.on, in_turn(s.source))):
        if supply.peg is None:
            shared[supply.product].append(supply)
        else:
            own[supply.peg].append(supply)
    stock = dict(free)
    left = {id(s): s.quantity for s in supplies}
    found: dict[Hashable, Share] = {}
    for need in sorted(needs, key=lambda n: (n.product, n.on, in_turn(n.peg))):
        share = found.setdefault(need.peg, Share())
        wanted = _take(own[need.peg], need.quantity, left, share.supplies)
        part = min(max(stock.get(need.product, 0), 0), wanted)
        stock[need.product] = stock.get(need.product, 0) - part
        share.stock += part
        _take(shared[need.product], wanted - part, left, share.supplies)
    return found


def _take(supplies: Iterable[Supply], wanted: int, left: dict[int, int], taken: list[tuple[Supply, int]]) -> int:
    for supply in supplies:
        if wanted <= 0:
            break
        part = min(left[id(supply)], wanted)
        if part > 0:
            left[id(supply)] -= part
            wanted -= part
            taken.append((supply, part))
    return wanted


@dataclass(frozen=True)
class Made:
    """An order, for the turn it comes in."""

    key: int
    product: int


def without_circles(parts: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """Order → the orders that make its material, less those that wait for each other in a circle: material that goes
    both ways is not what either of them waits for."""
    feeds: dict[int, set[int]] = defaultdict(set)
    waiting = {order: len(below) for order, below in parts.items()}
    for order, below in parts.items():
        for one in below:
            feeds[one].add(order)
            waiting.setdefault(one, 0)
    ready = [order for order, count in waiting.items() if not count]
    for order in ready:
        for parent in feeds[order]:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    done = set(ready)
    return {
        order: {one for one in below if order in done or one in done} for order, below in parts.items()
    }  # fmt: skip


def turns(orders: Sequence[Made], parts: Mapping[int, set[int]]) -> dict[int, int]:
    """Order → its turn: who was ordered first comes first, and with it, before it, what is made for it, the deepest
    level first. `parts` has no circles."""
    root: dict[int, int] = {}
    depth: dict[int, int] = {}

    def below(order: int, top: int, deep: int) -> None:
        if root.setdefault(order, top) != top:
            return
        if depth.get(order, -1) >= deep:
            return
        depth[order] = deep
        for one in sorted(parts.get(order, ())):
            below(one, top, deep + 1)

    used = {one for below_ in parts.values() for one in below_}
    for made in sorted(orders, key=lambda m: (m.key in used, m.key)):
        below(made.key, made.key, 0)
    ranked = sorted(orders, key=lambda m: (root[m.key], -depth[m.key], m.product, m.key))
    return {made.key: turn for turn, made in enumerate(ranked)}
