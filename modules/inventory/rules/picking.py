"""Choosing from which balances a set of needs is taken. Pure; the caller holds the locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Shelf:
    """What one balance offers: `key` identifies it, `free` is what may be taken. Given in picking order: what expires
    first comes first (FEFO). `until`: the last day on which it may be used; `site`: the warehouse it lies in."""

    key: int
    product_id: int
    free: Decimal
    until: date | None = None
    site: int | None = None


@dataclass(frozen=True)
class Need:
    """`key` identifies the need in the answer. `good_until`: what expires before that day will not do; `site`: only
    what lies in that warehouse will."""

    key: int
    product_id: int
    quantity: Decimal
    good_until: date | None = None
    site: int | None = None


@dataclass(frozen=True)
class Pick:
    need: int
    shelf: int
    quantity: Decimal


def pick(needs: Sequence[Need], shelves: Sequence[Shelf]) -> tuple[list[Pick], dict[int, Decimal]]:
    """Serves needs in their order. A shelf that serves the whole need is preferred to several, the first such in
    picking order; otherwise shelves are emptied in picking order. Where goods expire, the order alone counts: what
    expires first goes first, over as many lots as it takes (domain rule 36). Returns the picks and what is short, by
    need (every need has an entry)."""
    known = {shelf.key: shelf for shelf in shelves}
    expiring = {shelf.product_id for shelf in shelves if shelf.until is not None}
    free: dict[int, dict[int, Decimal]] = {}
    for shelf in shelves:
        if shelf.free > 0:
            free.setdefault(shelf.product_id, {})[shelf.key] = shelf.free
    picks: list[Pick] = []
    short: dict[int, Decimal] = {}
    for need in needs:
        wanted, offers = need.quantity, free.get(need.product_id, {})
        good = [key for key in offers if _suits(known[key], need)]
        whole = next((key for key in good if offers[key] >= wanted), None)
        if need.product_id in expiring:
            whole = None
        for key in [whole] if whole is not None else good:
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


def _suits(shelf: Shelf, need: Need) -> bool:
    return lasts(shelf.until, need.good_until) and need.site in (None, shelf.site)


def lasts(until: date | None, wanted: date | None) -> bool:
    """Whether what may be used until a day will do for who wants to use it until another."""
    return wanted is None or until is None or until >= wanted
