"""What becomes of goods that are not as they should be: thrown away, or back to the supplier. Asked through the port
RefusedGoods by who has checked a permission of their own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, Receipt, ReceiptLine, StockAdjustment, StockBalance, StockMove
from modules.inventory.services.adjustment import adjustment_create, adjustment_post
from modules.inventory.services.adjustment import ref as adjustment_ref
from modules.inventory.services.hand_locks import make_room
from modules.inventory.services.inspecting import kept_and_there
from modules.inventory.services.moves import lock_costs, shortage
from modules.inventory.services.receipt import ENTITY, ref
from modules.inventory.services.receipt_return import receipt_return
from modules.shared.contracts.quality import Disposed
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product
from tenon.access.actor import Actor
from tenon.problems import StateRefused
from tenon.records.service import service

ZERO = Decimal(0)
OURS = (Location.Kind.QUARANTINE, Location.Kind.STOCK)
CODES = ("inventory.adjustment.create", "inventory.adjustment.post", "inventory.receipt.return")


def _entitled(actor: Actor) -> Actor:
    """Who decides about refused goods need not be of the warehouse: the decision is the permission."""
    return replace(actor, permissions=actor.permissions | frozenset(CODES))


@service()
def refused_scrap(*, actor: Actor, product_id: int, lot: str, quantity: Decimal, reason: str) -> Disposed:
    """A posted adjustment over the places where they lie. Raises InsufficientStock."""
    lock_costs([product_id])
    product = Product.objects.get(pk=product_id)
    lines: list[dict[str, Any]] = [
        {"product": product, "location": place, "lot": lot, "quantity": part}
        for place, part in _lying(product_id, lot, quantity)
    ]
    entitled = _entitled(actor)
    made = adjustment_create(actor=entitled, kind=StockAdjustment.Kind.SCRAP, reason=reason[:200], lines=lines)
    made = adjustment_post(actor=entitled, adjustment=made)
    source = adjustment_ref(made)
    moves = StockMove.objects.filter(source_entity=source.entity, source_id=source.id)
    return Disposed(source, sum(moves.values_list("value", flat=True), ZERO))


@service()
def refused_give_back(
    *, actor: Actor, product_id: int, lot: str, quantity: Decimal, came_with: RecordRef | None
) -> list[Disposed]:
    """A return of each receipt, the first received first, from the places where they lie. Raises StateRefused,
    InsufficientStock."""
    lines = _receipt_lines(product_id, lot, came_with)
    # Documents before stock, as everywhere.
    heads = sorted({line.receipt_id for line in lines})
    list(Receipt.objects.select_for_update().filter(pk__in=heads).order_by("pk"))
    lock_costs([product_id])
    lying = _lying(product_id, lot, quantity)
    out: list[Disposed] = []
    entitled = _entitled(actor)
    for line in lines:
        left = _not_returned(line, lot)
        while left > 0 and lying:
            place, there = lying[0]
            part = min(left, there)
            make_room(product_id, place.pk, lot, part)
            back = receipt_return(
                actor=entitled, receipt=line.receipt, lines={line.pk: part}, lots={line.pk: lot} if lot else None,
                location=place,
            )  # fmt: skip
            out.append(Disposed(ref(back), sum((x.value or ZERO for x in back.lines.all()), ZERO)))
            left -= part
            lying = [(place, there - part), *lying[1:]] if there > part else lying[1:]
    if lying:
        raise StateRefused(_("Not so many of them came from a supplier, or they went back already."))
    return out


def _lying(product_id: int, lot: str, quantity: Decimal) -> list[tuple[Location, Decimal]]:
    """Places and quantities, quarantine first, but what other inspections keep there. Raises InsufficientStock."""
    rows = StockBalance.objects.filter(product_id=product_id, lot=lot, location__kind__in=OURS, on_hand__gt=0)
    kept, there = kept_and_there([] if lot else [product_id])
    free = there[product_id] - kept[product_id][0] if product_id in kept else None
    found, left = [], quantity
    for row in sorted(rows.select_related("location"), key=lambda b: (OURS.index(b.location.kind), b.pk)):
        part = min(row.on_hand, left)
        if free is not None and row.location.kind == Location.Kind.QUARANTINE:
            part = min(part, free)
            free -= part
        if part > 0:
            found.append((row.location, part))
            left -= part
    if left > 0:
        raise shortage({product_id: (quantity, quantity - left)})
    return found


def _receipt_lines(product_id: int, lot: str, came_with: RecordRef | None) -> list[ReceiptLine]:
    moves = StockMove.objects.filter(
        kind=StockMove.Kind.RECEIPT, product_id=product_id, lot=lot, source_entity=ENTITY
    ).order_by("pk")
    if came_with is not None and came_with.entity == ENTITY:
        moves = moves.filter(source_id=came_with.id)
    ids = dict.fromkeys(pk for pk in moves.values_list("source_line_id", flat=True) if pk)
    rows = ReceiptLine.objects.select_related("receipt").in_bulk(ids)
    if not rows:
        raise StateRefused(_("These goods did not come from a supplier."))
    return [rows[pk] for pk in ids if pk in rows]


def _not_returned(line: ReceiptLine, lot: str) -> Decimal:
    """What came of the lot with a line of a receipt and did not go back."""
    net: dict[str, Decimal] = defaultdict(Decimal)
    backs = ReceiptLine.objects.filter(original=line).values_list("pk", flat=True)
    moves = StockMove.objects.filter(source_entity=ENTITY, source_line_id__in=[line.pk, *backs], lot=lot)
    for kind, moved in moves.values_list("kind", "quantity"):
        net[kind] += moved
    return net[StockMove.Kind.RECEIPT] - net[StockMove.Kind.RECEIPT_RETURN]
