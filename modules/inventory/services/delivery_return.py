"""Goods that customers send back."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from modules.inventory.models import Delivery, DeliveryLine, Location, StockMove
from modules.inventory.rules.parts import value_of_part
from modules.inventory.selectors.places import default_place, place_of_kind
from modules.inventory.services.delivery import ref
from modules.inventory.services.lines import check_lines_known, check_step, quantities_by_line
from modules.inventory.services.moves import Movement, post_moves, step
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.progress import record_sales
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
    *, actor: Actor, delivery: Delivery, lines: Any = None,
    location: Location | None = None, on: date | None = None,
) -> Delivery:  # fmt: skip
    """Takes goods of a posted delivery back, at the cost they left with, into `location`: `lines` maps delivery lines
    to quantities, left out all that has not come back yet.

    Raises StateRefused, Invalid on more than was shipped and has not come back."""
    original = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if original.status != Delivery.Status.POSTED or original.kind != Delivery.Kind.DELIVERY:
        raise StateRefused(_("Only a shipped delivery can come back."))
    order = SalesOrder.objects.select_for_update().get(pk=original.order_id)
    place = location or default_place(original.warehouse)
    if place.kind != Location.Kind.STOCK or not place.is_active:
        raise Invalid.field("location", _("Goods come back into an open stock place."), "kind")
    if on is not None and on < original.shipped_on:
        raise Invalid.field("on", _("Nothing comes back before it was shipped."), "range")
    came: dict[int, Decimal] = defaultdict(Decimal)
    for back in DeliveryLine.objects.filter(original__delivery=original).order_by("pk"):
        came[back.original_id or 0] += back.quantity
    rows = list(original.lines.select_related("product__unit"))
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
        back = DeliveryLine(
            delivery=document, position=row.position, order_line_id=row.order_line_id, product=row.product,
            quantity=quantity, original=row,
            value=value_of_part(row.value or ZERO, row.quantity, came[row.pk], quantity, smallest),
        )  # fmt: skip
        back.save()
        backs.append(back)
        if row.product.kind == Product.Kind.GOODS:
            movements.append(
                Movement(
                    row.product_id,
                    StockMove.Kind.DELIVERY_RETURN,
                    customer.pk,
                    place.pk,
                    quantity,
                    back.value,
                    line_id=back.pk,
                )
            )
    if not backs:
        raise StateRefused(_("Nothing of this delivery is left to come back."))
    record_sales(actor, {b.order_line_id: {"returned": b.quantity} for b in backs})
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
