"""What is made, bought or claimed for the lines of a sales order, and still to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import OpenSupply, StockReservation
from modules.shared.data.models import SalesOrderLine
from tenon.ports import find, find_all

LINE_ENTITY = "shared.sales_order_line"


@dataclass(frozen=True)
class Coming:
    supply: RecordRef
    quantity: Decimal
    due_on: date


def coming_for(lines: Iterable[SalesOrderLine]) -> dict[int, list[Coming]]:
    """Line id → its supplies, pegged to it or claimed for it."""
    rows = list(lines)
    products, ids = sorted({row.product_id for row in rows}), {row.pk for row in rows}
    supplies = [s for provider in find_all(OpenSupply) for s in provider.open_supply(products)]
    by_source = {(s.source.entity, s.source.id): s for s in supplies}
    coming: dict[int, list[Coming]] = defaultdict(list)
    for supply in supplies:
        if supply.peg is not None and supply.peg.entity == LINE_ENTITY and supply.peg.id in ids:
            coming[supply.peg.id].append(Coming(supply.source, supply.quantity, supply.due_on))
    reservation = find(StockReservation)
    for claim in reservation.claims(products) if reservation else ():
        found = by_source.get((claim.supply.entity, claim.supply.id))
        if claim.line.entity == LINE_ENTITY and claim.line.id in ids and found is not None and found.peg is None:
            coming[claim.line.id].append(Coming(claim.supply, claim.quantity, found.due_on))
    return coming
