"""When the material of open orders is there: what each waits for of purchases and of other production orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from modules.production.rules.material import covered
from modules.production.rules.terms import Need, Supply, micro
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import OpenDemand, OpenSupply, StockAvailability, StockReservation
from tenon import ports
from tenon.tenancy.context import current

ORDER, MATERIAL = "production.order", "production.order_component"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Waits:
    """For a supply, and the day on which it is there."""

    supply: RecordRef
    on: date


def material_waits(lines: Mapping[int, tuple[int, int]]) -> dict[int, list[Waits]]:
    """Of production orders, by their id, what their material waits for; `lines`: component line → (order, product) of
    those that still lack some. Without inventory nobody knows, and nobody waits. A constant number of queries."""
    stock = ports.find(StockAvailability)
    if stock is None or not lines:
        return {}
    products, today = sorted({product for _order, product in lines.values()}), current().today()
    demands = [d for provider in ports.find_all(OpenDemand) for d in provider.open_demand(products)]
    locked = _locked({d.line.entity: [x.line for x in demands if x.line.entity == d.line.entity] for d in demands})
    needs = [
        Need(d.product_id, micro(left), d.needed_on or today, (d.line.entity, d.line.id))
        for d in demands
        if (left := d.quantity - locked.get((d.line.entity, d.line.id), ZERO)) > 0
    ]
    refs: dict[tuple[str, int], RecordRef] = {}
    supplies = []
    for provider in ports.find_all(OpenSupply):
        for s in provider.open_supply(products):
            key = (s.source.entity, s.source.id)
            refs[key] = s.source
            # What is late has not come today.
            on = s.due_on if s.due_on >= today else today + timedelta(days=1)
            made_for = None if s.peg is None else (s.peg.entity, s.peg.id)
            supplies.append(Supply(s.product_id, micro(s.quantity), on, key, made_for))
    found: dict[int, list[Waits]] = defaultdict(list)
    free = {p: micro(q) for p, q in stock.free(products).items()}
    for peg, waits in covered(needs, supplies, free).items():
        line = lines.get(peg[1]) if peg[0] == MATERIAL else None  # type: ignore[index]
        if line is not None:
            found[line[0]] += [Waits(refs[supply.source], supply.on) for supply in waits]  # type: ignore[index]
    return found


def _locked(lines: Mapping[str, Collection[RecordRef]]) -> dict[tuple[str, int], Decimal]:
    reservation = ports.find(StockReservation)
    if reservation is None:
        return {}
    return {
        (entity, pk): quantity
        for entity, refs in lines.items()
        for pk, quantity in reservation.reserved_for(list(refs)).items()
    }
