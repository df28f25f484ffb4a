"""Open supply of all modules as planning counts it: what somebody has a claim to is theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import OpenSupply, StockReservation, Supply
from tenon import ports

ZERO = Decimal(0)


def supply_by_claims(products: Sequence[int] | None = None) -> list[Supply]:
    """A supply that demand lines have claims to comes in pieces: one for each of them, pegged to it, and the rest."""
    reservation = ports.find(StockReservation)
    claimed: dict[tuple[str, int], list[tuple[RecordRef, Decimal]]] = defaultdict(list)
    for claim in reservation.claims(products) if reservation else ():
        claimed[(claim.supply.entity, claim.supply.id)].append((claim.line, claim.quantity))
    found: list[Supply] = []
    for provider in ports.find_all(OpenSupply):
        for supply in provider.open_supply(products):
            found += _pieces(supply, claimed.get((supply.source.entity, supply.source.id), ()))
    return found


def _pieces(supply: Supply, claims: Sequence[tuple[RecordRef, Decimal]]) -> Iterator[Supply]:
    left = supply.quantity
    for line, quantity in claims:
        part = min(quantity, left)
        if part > 0:
            left -= part
            yield replace(supply, quantity=part, peg=line)
    if left > 0:
        yield replace(supply, quantity=left) if claims else supply
