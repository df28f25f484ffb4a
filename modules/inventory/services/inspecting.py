"""Goods that come in wait for their inspection, where somebody inspects (质检): lots are held where they lie, goods
without numbers are kept apart in a quarantine place of their warehouse until the verdict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from modules.inventory.models import Location, Receipt, ReceiptLine, StockBalance, StockMove, Warehouse
from modules.inventory.selectors.places import default_place
from modules.inventory.services.moves import Movement, lock_costs, post_moves
from modules.inventory.services.place import place_new
from modules.shared.contracts.quality import Arrival, QualityGate
from modules.shared.contracts.refs import RecordRef
from tenon import ports
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)
Kind = Location.Kind


def inspect_arrivals(
    actor: Actor,
    stage: Literal["incoming", "final"],
    source: RecordRef,
    goods: Sequence[tuple[int, str, Decimal]],
    supplier_id: int | None = None,
) -> set[int]:
    """(product, lot, quantity) that come in; their lots are there, and nothing is locked of them yet. Answers the
    products that are to be kept apart."""
    gate = ports.find(QualityGate)
    if gate is None or not goods:
        return set()
    return gate.goods_came(
        actor=actor, stage=stage, source=source, goods=[Arrival(*part) for part in goods],
        supplier_id=supplier_id,
    )  # fmt: skip


def kept_apart(movements: Sequence[Movement], products: Collection[int]) -> list[Movement]:
    """The same movements, what must be kept apart of them into quarantine."""
    if not products:
        return list(movements)
    places = Location.objects.in_bulk({m.to_id for m in movements})
    apart = {
        pk: quarantine_of(places[pk]).pk
        for pk in {m.to_id for m in movements if not m.lot and m.product_id in products}
    }
    return [replace(m, to_id=apart[m.to_id]) if not m.lot and m.product_id in products else m for m in movements]


def quarantine_of(place: Location) -> Location:
    """The quarantine place of its warehouse, made when there is none yet."""
    if place.kind == Kind.QUARANTINE:
        return place
    # Two receipts at once make one place: under the lock of the warehouse.
    warehouse = Warehouse.objects.select_for_update().get(pk=place.warehouse_id or 0)
    found = Location.objects.filter(warehouse=warehouse, kind=Kind.QUARANTINE, is_active=True).order_by("pk").first()
    if found is not None:
        return found
    with translation.override(current().language):
        name = _("Quarantine")
    code, taken = f"{warehouse.code}/Q", Location.objects.values_list("code", flat=True)
    while code in taken:
        code += "Q"
    return place_new(code=code, name=name, warehouse=warehouse, kind=Kind.QUARANTINE)


def refuse_unjudged(movements: Iterable[Movement]) -> None:
    """Goods that wait in quarantine for a verdict do not leave it. Raises StateRefused."""
    for _product_id, (_missing, number) in sorted(_unjudged(movements).items()):
        raise StateRefused(_("Inspection %(number)s decides about these goods.") % {"number": number})


def unjudged_left(movements: Iterable[Movement], source: RecordRef) -> None:
    """Goods that wait in quarantine for a verdict went back to who sent them: the inspections of what they came with
    have so much less to decide about, then others of the product."""
    gate = ports.find(QualityGate)
    for product_id, (missing, _number) in sorted(_unjudged(movements).items()):
        if gate is not None:
            gate.goods_left(source=source, product_id=product_id, quantity=missing)


def _unjudged(movements: Iterable[Movement]) -> dict[int, tuple[Decimal, str]]:
    """Product → how much less than what inspections keep would lie in quarantine, and the first of them. Of goods
    without numbers: a lot waits by its state."""
    leaving: dict[int, Decimal] = defaultdict(Decimal)
    moves = [m for m in movements if not m.lot]
    kinds = dict(
        Location.objects.filter(pk__in={pk for m in moves for pk in (m.from_id, m.to_id)}).values_list("pk", "kind")
    )
    for m in moves:
        if kinds[m.from_id] == Kind.QUARANTINE and kinds[m.to_id] != Kind.QUARANTINE:
            leaving[m.product_id] += m.quantity
    waiting, there = kept_and_there(leaving)
    return {
        product_id: (quantity - there[product_id] + leaving[product_id], number)
        for product_id, (quantity, number) in waiting.items()
        if there[product_id] - leaving[product_id] < quantity
    }


def kept_and_there(product_ids: Collection[int]) -> tuple[dict[int, tuple[Decimal, str]], dict[int, Decimal]]:
    """Of goods without numbers what inspections keep, with the first of them, and what lies in quarantine."""
    gate = ports.find(QualityGate) if product_ids else None
    waiting = gate.kept_apart(product_ids) if gate is not None else {}
    there: dict[int, Decimal] = defaultdict(Decimal)
    if waiting:
        rows = StockBalance.objects.filter(product_id__in=waiting, location__kind=Kind.QUARANTINE, lot="")
        for product_id, on_hand in rows.values_list("product_id", "on_hand"):
            there[product_id] += on_hand
    return waiting, there


def lies_at(entity: str, line_ids: Collection[int]) -> dict[int, Location]:
    """Line of a receipt → the quarantine place its goods without numbers came into, while some lie there."""
    moves = StockMove.objects.filter(
        source_entity=entity, source_line_id__in=line_ids, lot="", to_location__kind=Kind.QUARANTINE,
        to_location__balances__product=F("product"), to_location__balances__lot="",
        to_location__balances__on_hand__gt=0,
    )  # fmt: skip
    return {m.source_line_id or 0: m.to_location for m in moves.select_related("to_location")}


@service()
def quarantine_let_in(*, actor: Actor, source: RecordRef, product_id: int, quantity: Decimal, reason: str) -> None:
    """What came with a receipt or an order without numbers leaves quarantine for the place it came for, as far as it
    still lies there. Asked through the port: who gives the verdict has the permission."""
    costs = lock_costs([product_id])
    came = StockMove.objects.filter(
        source_entity=source.entity, source_id=source.id, product=product_id, lot="",
        to_location__kind=Kind.QUARANTINE,
    )  # fmt: skip
    movements: list[Movement] = []
    for move in came.select_related("to_location__warehouse").order_by("pk"):
        there = StockBalance.objects.filter(product=product_id, location=move.to_location, lot="").first()
        free = there.on_hand - there.reserved if there is not None else ZERO
        taken = sum((m.quantity for m in movements if m.from_id == move.to_location_id), ZERO)
        take = min(quantity, move.quantity, free - taken)
        if take > 0:
            quantity -= take
            target = _came_for(source, move)
            if target.pk != move.to_location_id:
                movements.append(Movement(product_id, StockMove.Kind.TRANSFER, move.to_location_id, target.pk, take))
    if movements:
        post_moves(movements, on=current().today(), costs=costs, reason=reason[:200])


def _came_for(source: RecordRef, move: StockMove) -> Location:
    """The place named by the receipt, while it is open; else the warehouse's place for receipts."""
    place = None
    if source.entity == "inventory.receipt":
        line = ReceiptLine.objects.select_related("location").filter(pk=move.source_line_id or 0).first()
        place = line.location if line is not None else None
        place = place or Receipt.objects.select_related("location").get(pk=source.id).location
    return place if place is not None and place.is_active else default_place(move.to_location.warehouse)
