"""Receiving goods from suppliers, and sending them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, Receipt, ReceiptLine, StockMove, Warehouse
from modules.inventory.rules.parts import value_of_part
from modules.inventory.selectors.moves import moves_of_lines
from modules.inventory.selectors.places import default_place, place_of_kind
from modules.inventory.services.lines import (
    LineInput,
    check_lines_known,
    check_step,
    quantities_by_line,
    read_lines,
    record_of,
)
from modules.inventory.services.moves import Movement, lock_costs, post_moves, step
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.progress import record_purchases
from modules.shared.contracts.events import GoodsReceived, LineFact
from modules.shared.contracts.posting import PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product, PurchaseOrder, PurchaseOrderLine
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import publish, service
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "inventory.receipt"
# Also what has come whole: a last truck may bring more within the tolerance, and what went back may come again. How
# much a line takes is said by the line.
OPEN = (PurchaseOrder.Status.CONFIRMED, PurchaseOrder.Status.PART_RECEIVED, PurchaseOrder.Status.RECEIVED)


def ref(receipt: Receipt) -> RecordRef:
    return RecordRef(ENTITY, receipt.pk, receipt.number)


@service("inventory.receipt.create")
def receipt_create(
    *, actor: Actor, order: PurchaseOrder | int, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Receipt:
    """A draft against a confirmed purchase order; without lines, it is filled with all that is still open.
    Raises Invalid, StateRefused."""
    of = record_of(PurchaseOrder.objects.all(), order, "order")
    _check_open(of)
    open_lines = list(of.lines.filter(product__kind=Product.Kind.GOODS).select_related("product"))
    place = record_of(
        Location.objects.all(), values.pop("location", None), "location", required=False
    ) or default_place(_ordered_to(of))
    _check_place(place)
    receipt = Receipt(
        number=next_number("GR"), order=of, supplier_id=of.supplier_id, location=place,
        received_on=values.pop("received_on", None) or current().today(), **values,
    )  # fmt: skip
    receipt.save()
    if not lines:
        wanted = [LineInput(line, line.open_quantity) for line in open_lines if line.open_quantity > 0]
        if not wanted:
            raise StateRefused(_("Nothing of this order is still to be received."))
    else:
        wanted = read_lines(lines, open_lines)
    _write_lines(receipt, wanted)
    return receipt


@service("inventory.receipt.update")
def receipt_update(
    *, actor: Actor, receipt: Receipt, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Receipt:
    """Changes a draft; `lines`, when given, replace what there was. Raises StateRefused once it is posted."""
    receipt = _lock_draft(receipt)
    for name, value in values.items():
        setattr(receipt, name, value)
    if "order" in values and receipt.order_id != Receipt.objects.values_list("order_id", flat=True).get(pk=receipt.pk):
        raise Invalid.field("order", _("The order of a receipt stays: make another receipt."), "write_once")
    _check_place(receipt.location)
    receipt.save()
    if lines is not None:
        known = list(receipt.order.lines.filter(product__kind=Product.Kind.GOODS).select_related("product"))
        wanted = read_lines(lines, known, {x.pk: x.order_line_id for x in receipt.lines.all()})
        for old in receipt.lines.all():
            old.delete()
        _write_lines(receipt, wanted)
    return receipt


def _ordered_to(order: PurchaseOrder) -> Warehouse | None:
    """The warehouse that the order names, while it is in use."""
    named = order.deliver_to or {}
    if named.get("entity") != "inventory.warehouse":
        return None
    return Warehouse.objects.filter(pk=named.get("id") or 0, is_active=True).select_related("stock_place").first()


def _write_lines(receipt: Receipt, wanted: Sequence[LineInput]) -> None:
    if len({(x.order_line.pk, x.location and x.location.pk) for x in wanted}) < len(wanted):
        raise Invalid.field("lines", _("An order line stands on a receipt once for each place."), "unique")
    for position, line in enumerate(wanted, 1):
        if line.location is not None:
            _check_place(line.location)
        ReceiptLine(
            receipt=receipt, position=position, order_line=line.order_line, product=line.order_line.product,
            quantity=line.quantity, rejected=line.rejected, location=line.location,
        ).save()  # fmt: skip


def _check_place(place: Location) -> None:
    if place.kind not in (Location.Kind.STOCK, Location.Kind.QUARANTINE) or not place.is_active:
        raise Invalid.field("location", _("Goods are received into an open stock place."), "kind")


def _check_open(order: PurchaseOrder) -> None:
    if order.is_migrated:
        raise StateRefused(_("This order is history from before: nothing is received for it here."))
    if order.status not in OPEN:
        raise StateRefused(_("Goods are received for confirmed orders only."))


def _lock_draft(receipt: Receipt) -> Receipt:
    locked = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if locked.status != Receipt.Status.DRAFT:
        raise StateRefused(_("Only a draft can be changed or posted."))
    return locked


@service("inventory.receipt.post")
def receipt_post(*, actor: Actor, receipt: Receipt) -> Receipt:
    """Takes the goods in: what was accepted moves from the supplier to its place at the order's price, the order's
    lines advance, the ledger accrues (暂估) in the same transaction. Emits GoodsReceived.

    Raises StateRefused, OverDelivery (cumulative over all receipts), Invalid on an empty receipt or a future day."""
    receipt = _lock_draft(receipt)
    order = PurchaseOrder.objects.select_for_update().get(pk=receipt.order_id)
    _check_open(order)
    lines = list(receipt.lines.select_related("product"))
    if not lines:
        raise Invalid.field("lines", _("There is nothing on this receipt."), "required")
    order_lines = {x.pk: x for x in PurchaseOrderLine.objects.select_for_update().filter(order=order).order_by("pk")}
    accepted_so_far = {pk: x.received - x.rejected for pk, x in order_lines.items()}
    supplier, smallest = place_of_kind(Location.Kind.SUPPLIER), step()
    movements: list[Movement] = []
    deltas: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in lines:
        ordered = order_lines[line.order_line_id]
        accepted = line.quantity - line.rejected
        line.value = ZERO
        if accepted:
            worth = ordered.subtotal * order.exchange_rate
            before = accepted_so_far[ordered.pk]
            line.value = value_of_part(worth, ordered.base_quantity, before, accepted, smallest)
            movements.append(
                Movement(
                    line.product_id,
                    StockMove.Kind.RECEIPT,
                    supplier.pk,
                    line.location_id or receipt.location_id,
                    accepted,
                    line.value,
                    line_id=line.pk,
                )
            )
        accepted_so_far[ordered.pk] += accepted
        deltas[ordered.pk]["received"] += line.quantity
        deltas[ordered.pk]["rejected"] += line.rejected
    record_purchases(actor, deltas)
    post_moves(movements, on=receipt.received_on, source=ref(receipt), day_field="received_on")
    for line in lines:
        line.save(update_fields=["value"])
    receipt.status = Receipt.Status.POSTED
    receipt.save(update_fields=["status"])
    post_entries(actor, [entry("goods_receipt", receipt.received_on, ref(receipt), _accruals(receipt, lines, 1))])
    publish(
        GoodsReceived(
            receipt.pk,
            receipt.number,
            order.pk,
            receipt.received_on,
            tuple(LineFact(x.order_line_id, x.product_id, x.quantity - x.rejected, x.value or ZERO) for x in lines),
        )
    )
    return receipt


def _accruals(receipt: Receipt, lines: Sequence[ReceiptLine], sign: int) -> list[PostingLine]:
    return [
        PostingLine(
            sign * (line.value or ZERO),
            product_id=line.product_id,
            party_id=receipt.supplier_id,
            purchase_order_line_id=line.order_line_id,
        )
        for line in lines
    ]


@service("inventory.receipt.cancel")
def receipt_cancel(*, actor: Actor, receipt: Receipt) -> Receipt:
    """Drops a draft. What was posted goes back by a return. Raises StateRefused."""
    receipt = _lock_draft(receipt)
    receipt.status = Receipt.Status.CANCELLED
    receipt.save(update_fields=["status"])
    return receipt


@service("inventory.receipt.return")
def receipt_return(*, actor: Actor, receipt: Receipt, lines: Any = None, on: date | None = None) -> Receipt:
    """Sends goods of a posted receipt back to the supplier: `lines` maps receipt lines to quantities, left out all that
    was accepted and not yet returned. Stock leaves at what it is valued at now (under FIFO the goods of this receipt
    first); the supplier owes the purchase price; the difference is posted openly as purchase variance (domain rule 9).

    Raises StateRefused, Invalid on more than was accepted, InsufficientStock."""
    original = Receipt.objects.select_for_update().get(pk=receipt.pk)
    if original.status != Receipt.Status.POSTED or original.kind != Receipt.Kind.RECEIPT:
        raise StateRefused(_("Only a posted receipt can be returned."))
    if on is not None and on < original.received_on:
        raise Invalid.field("on", _("Nothing goes back before it was received."), "range")
    PurchaseOrder.objects.select_for_update().get(pk=original.order_id)
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for back in ReceiptLine.objects.filter(original__receipt=original).order_by("pk"):
        taken[back.original_id or 0] += back.quantity
    rows = list(original.lines.select_related("product__unit"))
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
    came_with = moves_of_lines(ENTITY, [r.pk for r in rows])
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
        back = ReceiptLine(
            receipt=document, position=row.position, order_line_id=row.order_line_id, product=row.product,
            quantity=quantity, location_id=row.location_id, original=row,
        )  # fmt: skip
        back.save()
        backs.append(back)
        stated.append(value_of_part(row.value or ZERO, row.quantity - row.rejected, taken[row.pk], quantity, smallest))
        movements.append(
            Movement(
                row.product_id,
                StockMove.Kind.RECEIPT_RETURN,
                row.location_id or original.location_id,
                supplier.pk,
                quantity,
                line_id=back.pk,
                undoes=tuple(move.pk for move in came_with[row.pk]),
            )
        )
    if not backs:
        raise StateRefused(_("Nothing of this receipt is left to return."))
    values = post_moves(movements, on=document.received_on, source=ref(document))
    variances = []
    for back, value, price in zip(backs, values, stated, strict=True):
        back.value = value
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
            entry("goods_receipt_return", document.received_on, ref(document), _accruals(document, backs, 1)),
            entry("purchase_variance", document.received_on, ref(document), variances),
        ],
    )
    return document


def _returned(backs: Sequence[ReceiptLine]) -> dict[int, dict[str, Decimal]]:
    deltas: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for back in backs:
        deltas[back.order_line_id]["returned"] += back.quantity
    return deltas
