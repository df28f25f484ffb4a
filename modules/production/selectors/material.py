"""When the material of open orders is there: what each waits for of purchases and of other production orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from modules.production.rules.material import covered
from modules.production.rules.terms import Need, Supply, micro
from modules.production.selectors.open_supply import supply_by_claims
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand, OpenDemand, StockAvailability, StockReservation
from tenon import ports
from tenon.tenancy.context import current

ORDER, MATERIAL = "production.order", "production.order_component"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Waits:
    """For a supply of a product, and the day on which it is there."""

    supply: RecordRef
    on: date
    product: int


@dataclass(frozen=True)
class OpenMaterial:
    """What is wanted beyond what is locked, what is to come (by whom it is claimed), and what is free in stock, of some
    products; quantities in millionths, demands and supplies called by (entity, id)."""

    needs: list[Need]
    supplies: list[Supply]
    free: dict[int, int]
    refs: dict[tuple[str, int], RecordRef]
    demands: dict[tuple[str, int], Demand]


def open_material(products: Sequence[int]) -> OpenMaterial | None:
    """Without inventory nobody knows. A constant number of queries."""
    stock = ports.find(StockAvailability)
    if stock is None:
        return None
    today = current().today()
    demands = [d for provider in ports.find_all(OpenDemand) for d in provider.open_demand(products)]
    locked = _locked({d.line.entity: [x.line for x in demands if x.line.entity == d.line.entity] for d in demands})
    needs = [
        Need(d.product_id, micro(left), d.needed_on or today, (d.line.entity, d.line.id))
        for d in demands
        if (left := d.quantity - locked.get((d.line.entity, d.line.id), ZERO)) > 0
    ]
    refs: dict[tuple[str, int], RecordRef] = {}
    supplies = []
    for s in supply_by_claims(products):
        key = (s.source.entity, s.source.id)
        refs[key] = s.source
        # What is late has not come today.
        on = s.due_on if s.due_on >= today else today + timedelta(days=1)
        made_for = None if s.peg is None else (s.peg.entity, s.peg.id)
        supplies.append(Supply(s.product_id, micro(s.quantity), on, key, made_for, firm=s.firm))
    free = {p: micro(q) for p, q in stock.free(products).items()}
    return OpenMaterial(needs, supplies, free, refs, {(d.line.entity, d.line.id): d for d in demands})


def material_waits(lines: Mapping[int, tuple[int, int]]) -> dict[int, list[Waits]]:
    """Of production orders, by their id, what their material waits for; `lines`: component line → (order, product) of
    those that still lack some. Without inventory nobody waits."""
    there = open_material(sorted({product for _order, product in lines.values()})) if lines else None
    if there is None:
        return {}
    found: dict[int, list[Waits]] = defaultdict(list)
    for peg, waits in covered(there.needs, there.supplies, there.free).items():
        line = lines.get(peg[1]) if peg[0] == MATERIAL else None  # type: ignore[index]
        if line is not None:
            found[line[0]] += [Waits(there.refs[s.source], s.on, s.product) for s in waits]  # type: ignore[index]
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
