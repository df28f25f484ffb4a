"""Receiving goods from suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Location, Receipt, ReceiptLine, StockMove, Warehouse
from modules.inventory.rules.costing import rounded
from modules.inventory.rules.parts import value_of_part
from modules.inventory.selectors.places import default_place, place_of_kind
from modules.inventory.services.inspecting import inspect_arrivals, kept_apart
from modules.inventory.services.lines import (
    LineInput,
    read_lines,
    record_of,
)
from modules.inventory.services.lots import NewLot, lots_ensure, lots_of_line
from modules.inventory.services.moves import Movement, post_moves, step
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.progress import PURCHASE_LINE, record_purchases
from modules.inventory.services.second_quantity import second_read
from modules.inventory.services.supply_claims import claims_arrived, claims_cut, claims_prepare
from modules.shared.contracts.events import GoodsReceived, LineFact
from modules.shared.contracts.posting import PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product, PurchaseOrder, PurchaseOrderLine
from modules.shared.data.services.order_lines import net_price
from tenon.access.actor import Actor
from tenon.money.rounding import allocate
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
        wanted = read_lines(lines, known, {x.pk: x for x in receipt.lines.all()})
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
            second_quantity=line.second,
            **{name: value for name, value in line.details.items() if name != "lot_reason"},
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
    supplies = {pk: RecordRef(PURCHASE_LINE, pk) for pk in order_lines}
    claims_prepare(supplies.values())
    accepted_so_far = {pk: x.received - x.rejected for pk, x in order_lines.items()}
    outside, smallest = receipt.from_place or place_of_kind(Location.Kind.SUPPLIER), step()
    movements: list[Movement] = []
    coming: list[NewLot] = []
    deltas: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for index, line in enumerate(lines):
        ordered = order_lines[line.order_line_id]
        accepted = line.quantity - line.rejected
        line.value = ZERO
        if accepted:
            worth = ordered.subtotal * order.exchange_rate
            before = accepted_so_far[ordered.pk]
            line.value = value_of_part(worth, ordered.base_quantity, before, accepted, smallest)
            parts = lots_of_line(line.product, line.lots, accepted, f"lines.{index}.lots")
            if line.product.second_unit_id is not None:
                second = _weigh(line, index, parts)
                if ordered.priced_by_second:
                    line.value = rounded(net_price(ordered) * order.exchange_rate * second, smallest)
                deltas[ordered.pk]["second_received"] += second
            coming += lots_coming(line, receipt.supplier_id, parts)
            shares = allocate(line.value, list(parts.values()), smallest)
            movements += [
                Movement(
                    line.product_id,
                    StockMove.Kind.RECEIPT,
                    outside.pk,
                    line.location_id or receipt.location_id,
                    quantity,
                    value,
                    lot,
                    line_id=line.pk,
                    second=line.second_quantity,
                )
                for (lot, quantity), value in zip(parts.items(), shares, strict=True)
            ]
        accepted_so_far[ordered.pk] += accepted
        deltas[ordered.pk]["received"] += line.quantity
        deltas[ordered.pk]["rejected"] += line.rejected
    record_purchases(actor, deltas)
    lots_ensure(coming)
    goods = [(m.product_id, m.lot, m.quantity) for m in movements]
    movements = kept_apart(movements, inspect_arrivals(actor, "incoming", ref(receipt), goods, receipt.supplier_id))
    post_moves(movements, on=receipt.received_on, source=ref(receipt), day_field="received_on")
    arrivals: dict[tuple[RecordRef, int, str], Decimal] = defaultdict(Decimal)
    ordered_on = {line.pk: line.order_line_id for line in lines}
    for movement in movements:
        supply = supplies[ordered_on[movement.line_id or 0]]
        arrivals[(supply, movement.to_id, movement.lot)] += movement.quantity
    claims_arrived(actor, arrivals)
    claims_cut(actor=actor, supplies=list({key[0] for key in arrivals}))
    for line in lines:
        line.save(update_fields=["value"])
    receipt.status = Receipt.Status.POSTED
    receipt.save(update_fields=["status"])
    post_entries(actor, [entry("goods_receipt", receipt.received_on, ref(receipt), accruals(receipt, lines, 1))])
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


def _weigh(line: ReceiptLine, index: int, parts: Mapping[str, Decimal]) -> Decimal:
    """What the accepted pieces of a line weigh. Raises Invalid when nobody said, or one figure is to stand for the
    pieces of several lots."""
    at, accepted = f"lines.{index}.second_quantity", line.quantity - line.rejected
    second = second_read(line.product, accepted, line.second_quantity, at)
    if len(parts) > 1:
        message = _("%(product)s: each lot and each serial number weighs its own. Receive one at a time.")
        raise Invalid.field(at, message % {"product": line.product}, "second-lots")
    return second or ZERO


def lots_coming(line: ReceiptLine, supplier_id: int, numbers: Iterable[str]) -> list[NewLot]:
    """What is known of the lots of a line."""
    return [
        NewLot(line.product_id, number, supplier_id, line.supplier_lot, line.made_on, line.expires_on)
        for number in numbers
    ]


def accruals(receipt: Receipt, lines: Sequence[ReceiptLine], sign: int) -> list[PostingLine]:
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
