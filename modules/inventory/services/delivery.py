"""Shipping goods to customers: drafts, and the moment of shipping."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from modules.inventory.models import (
    Delivery,
    DeliveryLine,
    Location,
    Reservation,
    StockBalance,
    SupplyClaim,
    Warehouse,
)
from modules.inventory.selectors.picking import is_picking
from modules.inventory.selectors.ship_from import ship_from
from modules.inventory.selectors.stock import consigned_quantities, free_quantities
from modules.inventory.services.delivery_leaving import leaving
from modules.inventory.services.lines import LineInput, read_lines, record_of
from modules.inventory.services.moves import lock_costs, post_moves
from modules.inventory.services.packing import require_packed
from modules.inventory.services.posting import entry, post_entries
from modules.inventory.services.progress import SALES_LINE, record_sales
from modules.inventory.services.reservation import active_of, add_reserved, change_reservations
from modules.inventory.services.second_quantity import seconds_of
from modules.inventory.services.supply_claims import claims_shrink
from modules.inventory.services.wave import picks_cancel
from modules.shared.contracts.events import GoodsShipped, LineFact
from modules.shared.contracts.posting import PostingLine
from modules.shared.contracts.refs import RecordRef
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine
from modules.shared.data.services.order_credit import check_credit_of_shipment
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.numbering import next_number
from tenon.records.service import frame, publish, service, touch_ids
from tenon.tenancy.context import current

ZERO = Decimal(0)
ENTITY = "inventory.delivery"
SECOND = ("product__second_unit", "product__second_nominal", "product__second_tolerance")
_OF_LINE = (
    "delivery", "position", "order_line", "quantity", "second_quantity", "value", "lots", "lot_reason",
    "product__code", "product__kind", "product__tracking", *SECOND,
)  # fmt: skip
OPEN = (SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)


def ref(delivery: Delivery) -> RecordRef:
    return RecordRef(ENTITY, delivery.pk, delivery.number)


@service("inventory.delivery.create")
def delivery_create(
    *, actor: Actor, order: SalesOrder | int, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Delivery:
    """A draft for a confirmed sales order. Without lines it is filled with what is open and can be shipped now: what is
    locked for the order, and beyond it what is free. It leaves the order's warehouse where one was said. Raises
    Invalid, StateRefused when nothing can be shipped."""
    of = record_of(SalesOrder.objects.all(), order, "order")
    _check_open(of)
    known = _order_lines(of)
    if not values.get("warehouse") and not values.get("consigned_place"):
        site = ship_from(of)
        values["warehouse"] = Warehouse.objects.filter(pk=site).first() if site else None
    delivery = Delivery(
        number=next_number("DN"), order=of, customer_id=of.customer_id,
        shipped_on=values.pop("shipped_on", None) or current().today(), **values,
    )  # fmt: skip
    _check_consigned(delivery)
    delivery.save()
    wanted = read_lines(lines, known) if lines else _shippable(known, delivery)
    if not wanted:
        raise StateRefused(_("Nothing of this order can be shipped now."))
    _write_lines(delivery, wanted)
    return delivery


def _order_lines(order: SalesOrder) -> list[SalesOrderLine]:
    """The order's lines with the few columns a delivery needs of them and their products."""
    rows = order.lines.select_related("product").prefetch_related("product__unit").order_by("position", "id")
    return list(
        rows.only(
            "order", "position", "base_quantity", "cancelled", "delivered", "reserved", "product__code",
            "product__name", "product__kind", "product__unit", *SECOND,
        )
    )  # fmt: skip


def _shippable(lines: Sequence[SalesOrderLine], delivery: Delivery) -> list[LineInput]:
    at = delivery.consigned_place_id
    # What is locked for the order is there: how much is free is asked of the rest only.
    products = {x.product_id for x in lines if at or x.reserved < x.open_quantity}
    free = consigned_quantities(products, at) if at else free_quantities(products, warehouse_id=delivery.warehouse_id)
    wanted = []
    for line in lines:
        quantity = line.open_quantity
        if line.product.kind == Product.Kind.GOODS:
            locked = ZERO if at else min(line.reserved, quantity)
            more = min(quantity - locked, max(free.get(line.product_id, ZERO), ZERO))
            free[line.product_id] = free.get(line.product_id, ZERO) - more
            quantity = locked + more
        if quantity > 0:
            wanted.append(LineInput(line, quantity))
    return wanted


@service("inventory.delivery.update")
def delivery_update(
    *, actor: Actor, delivery: Delivery, lines: Sequence[Mapping[str, Any]] | None = None, **values: Any
) -> Delivery:
    """Changes a draft; `lines`, when given, replace what there was. Raises StateRefused once it is shipped."""
    delivery = _lock_draft(delivery)
    if "order" in values and record_of(SalesOrder.objects.all(), values.pop("order"), "order").pk != delivery.order_id:
        raise Invalid.field("order", _("The order of a delivery stays: make another delivery."), "write_once")
    for name, value in values.items():
        setattr(delivery, name, value)
    _check_consigned(delivery)
    delivery.save()
    if lines is not None:
        if delivery.work:
            raise StateRefused(_("It is being picked: give the picking up first."))
        known = _order_lines(delivery.order)
        wanted = read_lines(lines, known, {x.pk: x for x in delivery.lines.all()})
        for old in delivery.lines.all():
            old.delete()
        _write_lines(delivery, wanted)
    return delivery


def _write_lines(delivery: Delivery, wanted: Sequence[LineInput]) -> None:
    member_id = frame().actor.member_id
    rows = [
        DeliveryLine(
            delivery=delivery,
            position=position,
            order_line=line.order_line,
            product=line.order_line.product,
            quantity=line.quantity,
            second_quantity=line.second,
            lots=line.details.get("lots", ""),
            lot_reason=line.details.get("lot_reason", ""),
            created_by_id=member_id,
            changed_by_id=member_id,
        )
        for position, line in enumerate(wanted, 1)
    ]
    twice = len({r.order_line_id for r in rows}) < len(rows)
    if twice:
        raise Invalid.field("lines", _("An order line stands on a delivery once."), "unique")
    for index, row in enumerate(rows):
        if row.lots and not row.lot_reason:
            message = _("Say why other lots go than those that expire first.")
            raise Invalid.field(f"lines.{index}.lot_reason", message, "required")
    DeliveryLine.objects.bulk_create(rows)
    touch_ids(DeliveryLine, "insert", {r.pk for r in rows})


def _check_consigned(delivery: Delivery) -> None:
    place = delivery.consigned_place
    if place is not None and (place.kind != Location.Kind.CONSIGNED or place.party_id != delivery.customer_id):
        raise Invalid.field("consigned_place", _("Choose a place of this customer with goods of ours."), "kind")


def _check_open(order: SalesOrder) -> None:
    if order.is_migrated:
        raise StateRefused(_("This order is history from before: nothing is shipped for it here."))
    if order.status not in OPEN:
        raise StateRefused(_("Goods are shipped for confirmed orders only."))


def _lock_draft(delivery: Delivery) -> Delivery:
    locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if locked.status != Delivery.Status.DRAFT:
        raise StateRefused(_("Only a draft can be changed or shipped."))
    return locked


@service("inventory.delivery.cancel")
def delivery_cancel(*, actor: Actor, delivery: Delivery) -> Delivery:
    """Drops a draft; what was picked goes back to its bins; the order keeps its reservations. Raises StateRefused when
    parcels are packed."""
    delivery = _lock_draft(delivery)
    picks_cancel(actor, delivery)
    delivery.status = Delivery.Status.CANCELLED
    delivery.save(update_fields=["status"])
    return delivery


@service("inventory.delivery.post")
def delivery_post(*, actor: Actor, delivery: Delivery) -> Delivery:
    """Ships: stock locked for the lines goes first, then free stock; cost of goods sold is posted in the same
    transaction; what the order still waits for stays open as its back-order. Emits GoodsShipped.

    Raises StateRefused, CreditExceeded, OverDelivery, InsufficientStock."""
    delivery = _lock_draft(delivery)
    order = SalesOrder.objects.select_for_update().get(pk=delivery.order_id)
    _check_open(order)
    rows = delivery.lines.select_related("product").order_by("position", "id")
    lines = list(rows.only(*_OF_LINE))
    if not lines:
        raise Invalid.field("lines", _("There is nothing on this delivery."), "required")
    if is_picking(delivery):
        raise StateRefused(_("Not everything is picked yet."))
    check_credit_of_shipment(order, {x.order_line_id: x.quantity for x in lines})
    goods = [x for x in lines if x.product.kind == Product.Kind.GOODS]
    require_packed(delivery, goods)
    seconds = seconds_of(goods)
    costs = lock_costs(x.product_id for x in goods)
    balances, (movements, freed, fulfilled) = leaving(delivery, goods)
    surplus = _surplus(goods, freed, fulfilled, balances)
    record_sales(actor, _progress(lines, freed, surplus, seconds))
    values = post_moves(
        movements, on=delivery.shipped_on, source=ref(delivery), costs=costs, day_field="shipped_on", seconds=seconds
    )
    if fulfilled:
        change_reservations({pk: -quantity for pk, quantity in fulfilled.items()}, fulfilled=True)
    _release(surplus, balances)
    _forgo_claims(actor, goods)
    cost: dict[int, Decimal] = defaultdict(Decimal)
    for movement, value in zip(movements, values, strict=True):
        cost[movement.line_id or 0] += value
    _write_costs(lines, cost)
    delivery.status = Delivery.Status.POSTED
    delivery.save(update_fields=["status"])
    posting = [
        PostingLine(
            x.value or ZERO,
            product_id=x.product_id,
            party_id=order.customer_id,
            sales_order_id=order.pk,
            sales_order_line_id=x.order_line_id,
            component="material",
        )
        for x in goods
    ]
    post_entries(actor, [entry("delivery", delivery.shipped_on, ref(delivery), posting)])
    publish(
        GoodsShipped(
            delivery.pk,
            delivery.number,
            order.pk,
            delivery.shipped_on,
            tuple(LineFact(x.order_line_id, x.product_id, x.quantity, x.value or ZERO) for x in lines),
        )
    )
    return delivery


def _surplus(
    goods: Sequence[DeliveryLine],
    freed: Mapping[int, Decimal],
    fulfilled: Mapping[int, Decimal],
    balances: Sequence[StockBalance],
) -> dict[int, tuple[Reservation, Decimal]]:
    """What stays locked beyond what the order still waits for: when free stock of another place was shipped."""
    rows = SalesOrderLine.objects.filter(pk__in=[x.order_line_id for x in goods])
    known = rows.values_list("pk", "reserved", F("base_quantity") - F("cancelled") - F("delivered"))
    shipped = {x.order_line_id: x.quantity for x in goods}
    places = {(b.product_id, b.location_id, b.lot) for b in balances}
    surplus: dict[int, tuple[Reservation, Decimal]] = {}
    over = {
        pk: (reserved - freed.get(pk, ZERO)) - max(open_quantity - shipped[pk], ZERO)
        for pk, reserved, open_quantity in known
    }
    over = {pk: quantity for pk, quantity in over.items() if quantity > 0}
    if not over:
        return surplus
    for row in active_of(RecordRef(SALES_LINE, pk) for pk in over):
        if (row.product_id, row.location_id, row.lot) not in places:
            continue
        take = min(row.quantity - fulfilled.get(row.pk, ZERO), over[row.demand_id])
        if take > 0:
            over[row.demand_id] -= take
            surplus[row.pk] = (row, take)
    return surplus


def _release(surplus: Mapping[int, tuple[Reservation, Decimal]], balances: Sequence[StockBalance]) -> None:
    if not surplus:
        return
    keys = {(b.product_id, b.location_id, b.lot): b.pk for b in balances}
    deltas: dict[int, Decimal] = defaultdict(Decimal)
    for row, quantity in surplus.values():
        deltas[keys[(row.product_id, row.location_id, row.lot)]] -= quantity
    add_reserved(deltas)
    change_reservations({pk: -quantity for pk, (_row, quantity) in surplus.items()})


def _forgo_claims(actor: Actor, goods: Sequence[DeliveryLine]) -> None:
    """What was shipped need not come any more: claims beyond what the lines still wait for are let go."""
    claimed = SupplyClaim.objects.filter(
        demand_entity=SALES_LINE, demand_id__in=[x.order_line_id for x in goods], state=SupplyClaim.State.ACTIVE
    )
    ids = set(claimed.values_list("demand_id", flat=True))
    if ids:
        rows = SalesOrderLine.objects.filter(pk__in=ids).order_by("pk")
        keep = {RecordRef(SALES_LINE, x.pk): x.open_quantity - x.reserved for x in rows}
        claims_shrink(actor=actor, keep=keep)


def _progress(
    lines: Sequence[DeliveryLine],
    freed: Mapping[int, Decimal],
    surplus: Mapping[int, tuple[Reservation, Decimal]],
    seconds: Mapping[int, Decimal],
) -> dict[int, dict[str, Decimal]]:
    unlocked: dict[int, Decimal] = defaultdict(Decimal, freed)
    for row, quantity in surplus.values():
        unlocked[row.demand_id] += quantity
    progress = {
        x.order_line_id: {"delivered": x.quantity, "reserved": -unlocked.get(x.order_line_id, ZERO)} for x in lines
    }
    for line in lines:
        if line.pk in seconds:
            progress[line.order_line_id]["second_delivered"] = seconds[line.pk]
    return progress


def _write_costs(lines: Sequence[DeliveryLine], cost: Mapping[int, Decimal]) -> None:
    for line in lines:
        line.value = cost.get(line.pk, ZERO)
    with connection.cursor() as cursor:
        cursor.execute(
            """update inventory_deliveryline l set value = d.value, version = l.version + 1, changed_at = now(),
                      changed_by_id = %s from unnest(%s::bigint[], %s::numeric[]) as d(id, value) where l.id = d.id""",
            [frame().actor.member_id, [x.pk for x in lines], [x.value for x in lines]],
        )
    touch_ids(DeliveryLine, "update", {x.pk for x in lines})
