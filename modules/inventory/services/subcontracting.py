"""Our material at subcontractors (委外): sent there, taken back, used up in production orders. Asked through the port
SubcontractStock, by production, which has checked the permission and knows what is whose. It stays our stock all the
while: nothing is posted until it goes into an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from modules.inventory.models import Location, StockBalance, StockMove
from modules.inventory.rules.picking import Need, Shelf, pick
from modules.inventory.selectors.lots import shelves
from modules.inventory.selectors.places import default_place, place_of_kind
from modules.inventory.services.moves import Movement, lock_balances, lock_costs, post_moves, shortage
from modules.inventory.services.place import place_new
from modules.inventory.services.production import material_out
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Party
from tenon.access.actor import Actor
from tenon.records.service import service

Items = Sequence[tuple[int, Decimal]]
Values = list[tuple[int, Decimal, Decimal]]
ZERO = Decimal(0)


@service()
def subcontract_send(
    *, actor: Actor, supplier_id: int, source: RecordRef, order: RecordRef, items: Items, moved_on: date
) -> Values:
    """[(product, quantity)] to the supplier's place; answers product, quantity and value. Raises InsufficientStock, and
    StateRefused for what is held or has expired."""
    place = _place(supplier_id)
    return material_out(order, items, moved_on, place, StockMove.Kind.TRANSFER, source)


@service()
def subcontract_take_back(*, actor: Actor, supplier_id: int, source: RecordRef, items: Items, moved_on: date) -> None:
    """What was not used comes back into the warehouse. Raises InsufficientStock."""
    _out_of_place(_place(supplier_id), items, moved_on, default_place(), StockMove.Kind.TRANSFER, source)


@service()
def subcontract_consume(*, actor: Actor, supplier_id: int, order: RecordRef, items: Items, moved_on: date) -> Values:
    """Material at the supplier goes into a production order. Raises InsufficientStock."""
    production = place_of_kind(Location.Kind.PRODUCTION)
    return _out_of_place(_place(supplier_id), items, moved_on, production, StockMove.Kind.PRODUCTION_ISSUE, order)


def _place(supplier_id: int) -> Location:
    """The supplier's own, made when goods go there for the first time; who comes second waits for the first."""
    of_supplier = Location.objects.filter(kind=Location.Kind.SUBCONTRACTOR, party=supplier_id).order_by("pk")
    found = of_supplier.first()
    if found is not None:
        return found
    # Not the whole row: documents that name the supplier are written meanwhile.
    supplier = Party.objects.select_for_update(no_key=True).get(pk=supplier_id)
    return of_supplier.first() or place_new(
        name=supplier.name[:120], code=f"SUBCONTRACT/{supplier.code}"[:120], kind=Location.Kind.SUBCONTRACTOR,
        party=supplier,
    )  # fmt: skip


def _all(balances: Sequence[StockBalance]) -> list[Shelf]:
    return [Shelf(b.pk, b.product_id, b.on_hand - b.reserved) for b in balances]


def _out_of_place(place: Location, items: Items, on: date, to: Location, kind: str, source: RecordRef) -> Values:
    wanted = [(product, quantity) for product, quantity in items if quantity > 0]
    if not wanted:
        return []
    costs = lock_costs(product for product, _quantity in wanted)
    there = [b for b in lock_balances(costs, place.pk) if b.location_id == place.pk]
    needs = [Need(i, product, quantity) for i, (product, quantity) in enumerate(wanted)]
    # What is held or has expired comes back all the same.
    offered = shelves(there, on) if kind == StockMove.Kind.PRODUCTION_ISSUE else _all(there)
    picks, short = pick(needs, offered)
    if any(short.values()):
        raise shortage(
            {wanted[i][0]: (wanted[i][1], wanted[i][1] - lacking) for i, lacking in short.items() if lacking}
        )
    by_key = {b.pk: b for b in there}
    movements = [
        Movement(by_key[p.shelf].product_id, kind, place.pk, to.pk, p.quantity, lot=by_key[p.shelf].lot) for p in picks
    ]
    worth: dict[int, Decimal] = defaultdict(Decimal)
    for p, value in zip(picks, post_moves(movements, on=on, source=source, costs=costs), strict=True):
        worth[p.need] += value
    return [(product, quantity, worth[i]) for i, (product, quantity) in enumerate(wanted)]
