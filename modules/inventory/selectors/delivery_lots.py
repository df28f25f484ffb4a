"""Which lots a delivery takes, as a proposal while it is a draft, and took, once it is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from modules.inventory.models import Delivery, DeliveryLine, Location, Lot, Reservation, StockBalance, StockMove
from modules.inventory.rules.lot_entry import EntryError, lots_read
from modules.inventory.selectors.delivery_plan import delivery_plan
from modules.shared.data.models import Product

SALES_LINE = "shared.sales_order_line"


def delivery_lots(delivery: Delivery) -> list[dict[str, Any]]:
    """One row for each line of goods, with what is taken from where. Nothing is locked: shipping plans anew."""
    rows = delivery.lines.select_related("product__unit").filter(product__kind=Product.Kind.GOODS)
    lines = list(rows.order_by("position", "id"))
    if delivery.status == Delivery.Status.DRAFT:
        taken = _planned(delivery, lines)
    else:
        taken = _moved(delivery)
    days = _days({(line.product_id, part["lot"]) for line in lines for part in taken.get(line.pk, ())})
    return [
        {
            "line": line.pk,
            "position": line.position,
            "product": {"id": line.product_id, "label": str(line.product)},
            "tracking": line.product.tracking,
            "unit": line.product.unit.code,
            "quantity": line.quantity,
            "lots": line.lots,
            "reason": line.lot_reason,
            "taken": [{**part, **days.get((line.product_id, part["lot"]), {})} for part in taken.get(line.pk, ())],
        }
        for line in lines
    ]


def _planned(delivery: Delivery, lines: Sequence[DeliveryLine]) -> dict[int, list[dict[str, Any]]]:
    products = {x.product_id for x in lines}
    place = Q(location__kind=Location.Kind.STOCK)
    if delivery.consigned_place_id is not None:
        place = Q(location_id=delivery.consigned_place_id)
    elif delivery.warehouse_id is not None:
        place &= Q(location__warehouse_id=delivery.warehouse_id)
    rows = StockBalance.objects.filter(place, product_id__in=products, on_hand__gt=0).select_related("location")
    balances = sorted(rows, key=lambda b: (b.location.pick_order, b.location.path, b.pk))
    held = Reservation.objects.filter(
        demand_entity=SALES_LINE, demand_id__in=[x.order_line_id for x in lines], state=Reservation.State.ACTIVE
    ).order_by("pk")
    plan = delivery_plan(lines, list(held), balances, delivery.shipped_on, _chosen(lines))
    out: dict[int, list[dict[str, Any]]] = {}
    for t in plan.taken:
        out.setdefault(t.line.pk, []).append(
            _part(t.balance.lot, t.balance.location, t.quantity, reserved=t.reservation is not None)
        )
    return out


def _chosen(lines: Sequence[DeliveryLine]) -> dict[int, dict[str, Decimal]]:
    """What cannot be read is proposed anew; shipping refuses it in words."""
    out = {}
    for line in lines:
        try:
            read = lots_read(line.lots, line.quantity, serial=line.product.tracking == Product.Tracking.SERIAL)
        except EntryError:
            continue
        if read:
            out[line.order_line_id] = read
    return out


def _moved(delivery: Delivery) -> dict[int, list[dict[str, Any]]]:
    moves = StockMove.objects.filter(source_entity="inventory.delivery", source_id=delivery.pk)
    out: dict[int, list[dict[str, Any]]] = {}
    for move in moves.select_related("from_location", "to_location").order_by("sequence"):
        back = delivery.kind == Delivery.Kind.RETURN
        place = move.to_location if back else move.from_location
        out.setdefault(move.source_line_id or 0, []).append(_part(move.lot, place, move.quantity))
    return out


def _part(lot: str, place: Location, quantity: Decimal, *, reserved: bool = False) -> dict[str, Any]:
    return {"lot": lot, "place": {"id": place.pk, "label": str(place)}, "quantity": quantity, "reserved": reserved}


def _days(keys: set[tuple[int, str]]) -> dict[tuple[int, str], dict[str, Any]]:
    rows = Lot.objects.filter(product_id__in={p for p, _n in keys}, number__in={n for _p, n in keys})
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for pk, product, number, until in rows.values_list("pk", "product_id", "number", "expires_on"):
        until_: date | None = until
        found[(product, number)] = {"lot_id": pk, "expires_on": until_}
    return found


def lots_shipped(order_line_id: int) -> list[tuple[int, str, Decimal]]:
    """(product, lot, quantity) that a sales order line's deliveries took, less what came back. Two queries."""
    lines = list(DeliveryLine.objects.filter(order_line=order_line_id).values_list("pk", flat=True))
    net: dict[tuple[int, str], Decimal] = {}
    moves = StockMove.objects.filter(source_entity="inventory.delivery", source_line_id__in=lines).exclude(lot="")
    for product, lot, kind, quantity in moves.order_by("pk").values_list("product_id", "lot", "kind", "quantity"):
        back = kind == StockMove.Kind.DELIVERY_RETURN
        net[product, lot] = net.get((product, lot), Decimal(0)) + (-quantity if back else quantity)
    return [(product, lot, quantity) for (product, lot), quantity in net.items() if quantity > 0]
