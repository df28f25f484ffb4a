"""Goods that customers send back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Delivery, DeliveryLine, Location, StockMove
from modules.inventory.rules.parts import value_of_part
from modules.inventory.selectors.moves import moves_of_lines
from modules.inventory.selectors.places import default_place, place_of_kind
from modules.inventory.services.delivery import ENTITY, ref
from modules.inventory.services.lines import check_lines_known, check_step, quantities_by_line
from modules.inventory.services.lots_back import Part, lots_by_line, parts_back
from modules.inventory.services.moves import Movement, lock_costs, post_moves, step
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.progress import record_sales
from modules.inventory.services.second_quantity import plain, second_back
from modules.shared.contracts.posting import PostingLine
from modules.shared.data.models import Product, SalesOrder
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import service
from tenon.tenancy.context import current

ZERO = Decimal(0)


@service("inventory.delivery.return")
def delivery_return(
    *, actor: Actor, delivery: Delivery, lines: Any = None, lots: Any = None, seconds: Any = None,
    location: Location | None = None, on: date | None = None,
) -> Delivery:  # fmt: skip
    """Takes goods of a posted delivery back, at the cost they left with, lot by lot, and what was learned of it since,
    into `location` (a quarantine place, when they are to be looked at first): `lines` maps delivery lines to
    quantities, left out all that has not come back yet; `lots` says which of them, by delivery line, else the last
    shipped first; `seconds`, of goods in two quantities, what they weigh, by delivery line.
    They go back into the lots and layers they were taken from.

    Raises StateRefused, Invalid on more than was shipped and has not come back."""
    original = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if original.status != Delivery.Status.POSTED or original.kind != Delivery.Kind.DELIVERY:
        raise StateRefused(_("Only a shipped delivery can come back."))
    order = SalesOrder.objects.select_for_update().get(pk=original.order_id)
    place = location or default_place(original.warehouse)
    if place.kind not in (Location.Kind.STOCK, Location.Kind.QUARANTINE) or not place.is_active:
        raise Invalid.field("location", _("Goods come back into an open stock place."), "kind")
    if on is not None and on < original.shipped_on:
        raise Invalid.field("on", _("Nothing comes back before it was shipped."), "range")
    came: dict[int, Decimal] = defaultdict(Decimal)
    left_of: dict[int, dict[str, _Left]] = defaultdict(lambda: defaultdict(_Left))
    first_of: dict[int, int] = {}  # line of an earlier return → line of the delivery
    lots_back: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    said = lots_by_line(lots)
    for back in DeliveryLine.objects.filter(original__delivery=original).order_by("pk"):
        came[back.original_id or 0] += back.quantity
        first_of[back.pk] = back.original_id or 0
    rows = list(original.lines.select_related("product__unit"))
    lock_costs(r.product_id for r in rows if r.product.kind == Product.Kind.GOODS)
    went_with = moves_of_lines(ENTITY, [r.pk for r in rows])
    back_with = moves_of_lines(ENTITY, list(first_of))
    for line, moves in back_with.items():
        for move in moves:
            lots_back[first_of[line]][move.lot] += move.quantity
            left_of[first_of[line]][move.lot].take(move.valued, move.value)
    for line, moves in went_with.items():
        for move in moves:
            left_of[line][move.lot].take(-move.valued, -move.value - move.learned)
    weights = quantities_by_line(seconds)
    wanted = quantities_by_line(lines) or {r.pk: r.quantity - came[r.pk] for r in rows}
    check_lines_known(wanted, rows)
    document = Delivery(
        number=next_number("DN"), kind=Delivery.Kind.RETURN, order=order, customer_id=original.customer_id,
        location=place, original=original, shipped_on=on or current().today(), status=Delivery.Status.POSTED,
    )  # fmt: skip
    document.save()
    customer, smallest, movements, backs = place_of_kind(Location.Kind.CUSTOMER), step(), [], []
    for row in rows:
        quantity, left = wanted.get(row.pk, ZERO), row.quantity - came[row.pk]
        if not 0 <= quantity <= left:
            message = _("%(product)s: at most %(left)s can come back.") % {
                "product": row.product,
                "left": f"{left.normalize():f}",
            }
            raise Invalid.field("lines", message, "range")
        if not quantity:
            continue
        check_step(quantity, row.product, "lines")
        parts: list[Part] = []
        if row.product.kind == Product.Kind.GOODS:
            went = list(reversed(went_with[row.pk]))
            parts = parts_back(row.product, quantity, went, lots_back[row.pk], said.get(row.pk, ""))
        rest = left_of[row.pk][parts[0].lot].quantity if quantity == left and len(parts) == 1 else None
        second = second_back(row.product, quantity, weights.get(row.pk), parts, rest=rest)
        if second is not None and second > left_of[row.pk][parts[0].lot].quantity:
            words = {"product": row.product, "left": plain(left_of[row.pk][parts[0].lot].quantity)}
            raise Invalid.field("seconds", _("%(product)s: at most %(left)s can come back.") % words, "range")
        values = [
            left_of[row.pk][part.lot].worth_of(part.quantity if second is None else second, smallest) for part in parts
        ]
        back = DeliveryLine(
            delivery=document, position=row.position, order_line_id=row.order_line_id, product=row.product,
            quantity=quantity, second_quantity=second, original=row, value=sum(values, ZERO),
        )  # fmt: skip
        back.save()
        backs.append(back)
        movements += [
            Movement(
                row.product_id, StockMove.Kind.DELIVERY_RETURN, customer.pk, place.pk, part.quantity, value, part.lot,
                line_id=back.pk, undoes=part.moves, second=second,
            )
            for part, value in zip(parts, values, strict=True)
        ]  # fmt: skip
    if not backs:
        raise StateRefused(_("Nothing of this delivery is left to come back."))
    record_sales(actor, {b.order_line_id: {"returned": b.quantity, **_weight(b)} for b in backs})
    post_moves(movements, on=document.shipped_on, source=ref(document))
    posting = [
        PostingLine(
            b.value or ZERO,
            product_id=b.product_id,
            party_id=order.customer_id,
            sales_order_id=order.pk,
            sales_order_line_id=b.order_line_id,
            component="material",
        )
        for b in backs
    ]
    post_entries(actor, [entry("delivery_return", document.shipped_on, ref(document), posting)])
    return document


def _weight(back: DeliveryLine) -> dict[str, Decimal]:
    return {} if back.second_quantity is None else {"second_returned": back.second_quantity}


@dataclass
class _Left:
    """What has not come back of one lot of a line, by the quantity it is valued by, and what it is worth: each lot left
    with a cost of its own."""

    quantity: Decimal = ZERO
    worth: Decimal = ZERO

    def take(self, quantity: Decimal, worth: Decimal) -> None:
        self.quantity -= quantity
        self.worth -= worth

    def worth_of(self, part: Decimal, smallest: Decimal) -> Decimal:
        return max(value_of_part(self.worth, self.quantity, ZERO, part, smallest), ZERO)
