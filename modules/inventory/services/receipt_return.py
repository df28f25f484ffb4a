"""Goods that go back to suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, Receipt, ReceiptLine, StockMove
from modules.inventory.rules.parts import value_of_part
from modules.inventory.selectors.moves import moves_of_lines
from modules.inventory.selectors.places import place_of_kind
from modules.inventory.services.inspecting import lies_at, unjudged_left
from modules.inventory.services.lines import check_lines_known, check_step, quantities_by_line
from modules.inventory.services.lots_back import lots_by_line, parts_back
from modules.inventory.services.moves import Movement, lock_costs, post_moves, step
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.progress import record_purchases
from modules.inventory.services.receipt import ENTITY, accruals, ref
from modules.inventory.services.second_quantity import plain, second_back
from modules.shared.contracts.posting import PostingLine
from modules.shared.data.models import PurchaseOrder
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("inventory.receipt.return")
def receipt_return(
    *, actor: Actor, receipt: Receipt, lines: Any = None, lots: Any = None, seconds: Any = None,
    on: date | None = None, location: Location | None = None,
) -> Receipt:  # fmt: skip
    """Sends goods of a posted receipt back to the supplier: `lines` maps receipt lines to quantities, left out all that
    was accepted and not yet returned; `lots` says which of them, `seconds`, of goods in two quantities, what they
    weigh, by receipt line. They leave `location`, left out where they came in, or quarantine while they wait there for
    their inspection. Stock leaves at what it is valued at now (under FIFO the goods of this receipt first); the
    supplier owes the purchase price; the difference is posted openly as purchase variance (domain rule 9).

    Raises StateRefused, Invalid on more than was accepted, InsufficientStock."""
    original = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if original.status != Receipt.Status.POSTED or original.kind != Receipt.Kind.RECEIPT:
        raise StateRefused(_("Only a posted receipt can be returned."))
    if on is not None and on < original.received_on:
        raise Invalid.field("on", _("Nothing goes back before it was received."), "range")
    PurchaseOrder.objects.select_for_update().get(pk=original.order_id)
    taken: dict[int, Decimal] = defaultdict(Decimal)
    second_taken: dict[int, Decimal] = defaultdict(Decimal)
    first_of: dict[int, int] = {}  # line of an earlier return → line of the receipt
    for back in ReceiptLine.objects.filter(original__receipt=original).order_by("pk"):
        taken[back.original_id or 0] += back.quantity
        second_taken[back.original_id or 0] += back.second_quantity or ZERO
        first_of[back.pk] = back.original_id or 0
    lots_back: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    said = lots_by_line(lots)
    rows = list(original.lines.select_related("product__unit", "order_line", "location"))
    weights = quantities_by_line(seconds)
    wanted = quantities_by_line(lines) or {r.pk: r.quantity - r.rejected - taken[r.pk] for r in rows}
    check_lines_known(wanted, rows)
    document = Receipt(
        number=next_number("GR"), kind=Receipt.Kind.RETURN, order_id=original.order_id,
        supplier_id=original.supplier_id, location_id=original.location_id, original=original,
        received_on=on or current().today(), status=Receipt.Status.POSTED,
    )  # fmt: skip
    document.save()
    lock_costs(r.product_id for r in rows)
    supplier, smallest = place_of_kind(Location.Kind.SUPPLIER), step()
    movements, backs, stated = [], [], []
    weighed: dict[int, Decimal] = {}
    came_with, waits = moves_of_lines(ENTITY, [r.pk for r in rows]), lies_at(ENTITY, [r.pk for r in rows])
    for line, moves in moves_of_lines(ENTITY, list(first_of)).items() if first_of else ():
        for move in moves:
            lots_back[first_of[line]][move.lot] += move.quantity
    for row in rows:
        quantity = wanted.get(row.pk, ZERO)
        left = row.quantity - row.rejected - taken[row.pk]
        if not 0 <= quantity <= left:
            message = _("%(product)s: at most %(left)s can go back.") % {
                "product": row.product,
                "left": f"{left.normalize():f}",
            }
            raise Invalid.field("lines", message, "range")
        if not quantity:
            continue
        check_step(quantity, row.product, "lines")
        second_left = (row.second_quantity or ZERO) - second_taken[row.pk]
        rest = second_left if quantity == left else None
        second = second_back(row.product, quantity, weights.get(row.pk), (), rest=rest)
        place = location or waits.get(row.pk) or row.location or original.location
        back = ReceiptLine(
            receipt=document, position=row.position, order_line_id=row.order_line_id, product=row.product,
            quantity=quantity, second_quantity=second, original=row,
            location_id=row.location_id if location is None else place.pk,
        )  # fmt: skip
        back.save()
        backs.append(back)
        whole, before, part = row.quantity - row.rejected, taken[row.pk], quantity
        if second is not None:
            weighed[back.pk] = second
            if second > second_left:
                words = {"product": row.product, "left": plain(second_left)}
                raise Invalid.field("seconds", _("%(product)s: at most %(left)s can go back.") % words, "range")
            if row.order_line.priced_by_second:
                whole, before, part = row.second_quantity or ZERO, second_taken[row.pk], second
        stated.append(value_of_part(row.value or ZERO, whole, before, part, smallest))
        movements += [
            Movement(
                row.product_id,
                StockMove.Kind.RECEIPT_RETURN,
                place.pk,
                supplier.pk,
                part.quantity,
                lot=part.lot,
                line_id=back.pk,
                undoes=part.moves,
            )
            for part in parts_back(row.product, quantity, came_with[row.pk], lots_back[row.pk], said.get(row.pk, ""))
        ]
    if not backs:
        raise StateRefused(_("Nothing of this receipt is left to return."))
    unjudged_left(movements, ref(original))
    worth: dict[int, Decimal] = defaultdict(Decimal)
    moved = post_moves(movements, on=document.received_on, source=ref(document), seconds=weighed)
    for movement, value in zip(movements, moved, strict=True):
        worth[movement.line_id or 0] += value
    variances = []
    for back, price in zip(backs, stated, strict=True):
        value = back.value = worth[back.pk]
        back.save(update_fields=["value"])
        variances.append(
            PostingLine(
                value - price,
                product_id=back.product_id,
                party_id=document.supplier_id,
                purchase_order_line_id=back.order_line_id,
            )
        )
    record_purchases(actor, _returned(backs))
    post_entries(
        actor,
        [
            entry("goods_receipt_return", document.received_on, ref(document), accruals(document, backs, 1)),
            entry("purchase_variance", document.received_on, ref(document), variances),
        ],
    )
    return document


def _returned(backs: Sequence[ReceiptLine]) -> dict[int, dict[str, Decimal]]:
    deltas: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for back in backs:
        deltas[back.order_line_id]["returned"] += back.quantity
        if back.second_quantity is not None:
            deltas[back.order_line_id]["second_returned"] += back.second_quantity
    return deltas
