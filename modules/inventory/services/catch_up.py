"""Catching up with orders that were confirmed, closed or cancelled while inventory was off."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from modules.inventory.models import Reservation
from modules.inventory.selectors.demands import open_claims
from modules.inventory.services.progress import SALES_LINE, record_reserved, record_sales
from modules.inventory.services.reservation import stock_release, stock_reserve
from modules.inventory.services.supply_claims import claims_cut
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Demand
from modules.shared.data.models import Product, SalesOrder, SalesOrderLine
from tenon.access.actor import Actor
from tenon.records.service import service

OPEN = (SalesOrder.Status.CONFIRMED, SalesOrder.Status.PART_DELIVERED)


@service("inventory.reservation.release")
def reservations_catch_up(*, actor: Actor) -> None:
    """Lets go of what is still locked for orders that have ended, then locks what is free for orders that inventory has
    never seen, in the order in which they were confirmed."""
    _release_ended(actor)
    claims_cut(actor=actor, supplies=[claim.supply for claim in open_claims()])
    _reserve_unseen(actor)


def _release_ended(actor: Actor) -> None:
    ended = SalesOrderLine.objects.filter(reserved__gt=0).exclude(order__status__in=OPEN)
    # Documents before stock, as everywhere.
    heads = SalesOrder.objects.select_for_update().filter(pk__in=ended.values("order_id")).order_by("pk")
    numbers = {order.pk: order.number for order in heads}
    lines = list(ended.filter(order_id__in=numbers).order_by("pk"))
    if lines:
        freed = stock_release(
            actor=actor, lines=[RecordRef(SALES_LINE, x.pk, f"{numbers[x.order_id]} / {x.position}") for x in lines]
        )
        record_reserved(actor, {(SALES_LINE, line_id): -quantity for line_id, quantity in freed.items()})


def _reserve_unseen(actor: Actor) -> None:
    seen = Reservation.objects.filter(demand_entity=SALES_LINE, demand_id=OuterRef("pk"))
    waiting = SalesOrderLine.objects.filter(
        order__status__in=OPEN, order__is_migrated=False, product__kind=Product.Kind.GOODS, reserved=0,
        delivered__lt=F("base_quantity") - F("cancelled"),
    ).filter(~Exists(seen))  # fmt: skip
    heads = SalesOrder.objects.select_for_update().filter(pk__in=waiting.values("order_id")).order_by("pk")
    orders = {order.pk: order for order in heads}
    rows = waiting.filter(order_id__in=orders).order_by("order__confirmed_at", "order_id", "position", "pk")
    demands = [
        Demand(
            line=RecordRef(SALES_LINE, row.pk, f"{orders[row.order_id].number} / {row.position}"),
            product_id=row.product_id,
            quantity=row.open_quantity,
            needed_on=row.requested_on or orders[row.order_id].requested_on,
            head=RecordRef("shared.sales_order", row.order_id, orders[row.order_id].number),
        )
        for row in rows
    ]
    if demands:
        answers = stock_reserve(actor=actor, demands=demands)
        record_sales(actor, {a.line.id: {"reserved": a.reserved} for a in answers if a.reserved})
