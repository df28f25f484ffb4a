"""Choosing from which balances a set of needs is taken. Pure; the caller holds the locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Shelf:
    """What one balance offers: `key` identifies it, `free` is what may be taken. Given in picking order."""

    key: int
    product_id: int
    free: Decimal


@dataclass(frozen=True)
class Need:
    """`key` identifies the need in the answer."""

    key: int
    product_id: int
    quantity: Decimal


@dataclass(frozen=True)
class Pick:
    need: int
    shelf: int
    quantity: Decimal


def pick(needs: Sequence[Need], shelves: Sequence[Shelf]) -> tuple[list[Pick], dict[int, Decimal]]:
    """Serves needs in their order. A shelf that serves the whole need is preferred to several, the first such in
    picking order; otherwise shelves are emptied in picking order. Returns the picks and what is short, by need (every
    need has an entry)."""
    free: dict[int, dict[int, Decimal]] = {}
    for shelf in shelves:
        if shelf.free > 0:
            free.setdefault(shelf.product_id, {})[shelf.key] = shelf.free
    picks: list[Pick] = []
    short: dict[int, Decimal] = {}
    for need in needs:
        wanted, offers = need.quantity, free.get(need.product_id, {})
        whole = next((key for key, quantity in offers.items() if quantity >= wanted), None)
        for key in [whole] if whole is not None else list(offers):
            take = min(wanted, offers[key])
            if take <= 0:
                continue
            picks.append(Pick(need.key, key, take))
            wanted -= take
            offers[key] -= take
            if not offers[key]:
                del offers[key]
        short[need.key] = max(wanted, ZERO)
    return picks, short
