"""What lots allow: which stock may be used, in which order, and how long it must last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import (
    DateField,
    DecimalField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Extract, NullIf

from modules.inventory.models import HOLDING, Location, Lot, RemainingLife, StockBalance
from modules.inventory.rules.picking import Shelf
from modules.shared.data.models import SalesOrderLine
from tenon.access.actor import Actor
from tenon.tenancy.context import current

ZERO = Decimal(0)
LAST = date.max


def shelves(balances: Sequence[StockBalance], on: date) -> list[Shelf]:
    """What may be taken of these balances, which stand in picking order: nothing held, rejected or expired on that day;
    what expires first comes first (FEFO). One query, none where no lots are named; the balances come with their
    locations."""
    keys = {(b.product_id, b.lot) for b in balances if b.lot}
    if not keys:
        return [Shelf(b.pk, b.product_id, b.on_hand - b.reserved, site=b.location.warehouse_id) for b in balances]
    rows = Lot.objects.filter(product_id__in={p for p, _n in keys}, number__in={n for _p, n in keys})
    known = {(p, n): (q, until) for p, n, q, until in rows.values_list("product_id", "number", "quality", "expires_on")}
    offered = []
    for b in balances:
        quality, until = known.get((b.product_id, b.lot), (Lot.Quality.RELEASED, None))
        if quality == Lot.Quality.RELEASED and (until is None or until >= on):
            offered.append(Shelf(b.pk, b.product_id, b.on_hand - b.reserved, until, b.location.warehouse_id))
    return sorted(offered, key=lambda shelf: shelf.until or LAST)  # stable: the picking order stays within a day


def good_until(sales_line_ids: Iterable[int], offered: Sequence[Shelf], on: date) -> dict[int, date]:
    """Order line → the day until which its customer wants to be able to use the goods. Two queries, none where nothing
    that is offered expires."""
    if not any(shelf.until for shelf in offered):
        return {}
    lines = SalesOrderLine.objects.filter(pk__in=set(sales_line_ids)).values_list("pk", "product_id", "order__customer")
    rows = list(lines)
    lives = RemainingLife.objects.filter(customer_id__in={customer for _pk, _product, customer in rows})
    days: dict[tuple[int, int | None], int] = {
        (customer, product): n for customer, product, n in lives.values_list("customer_id", "product_id", "days")
    }
    out = {}
    for pk, product, customer in rows:
        wanted = days.get((customer, product), days.get((customer, None)))
        if wanted is not None:
            out[pk] = on + timedelta(days=wanted)
    return out


def usable(on: date) -> Q:
    """Balances that may be taken: in stock places, and of no lot that is held, rejected or expired on that day."""
    stopped = Lot.objects.filter(product_id=OuterRef("product_id"), number=OuterRef("lot")).filter(
        Q(expires_on__lt=on) | ~Q(quality=Lot.Quality.RELEASED)
    )
    return Q(location__kind=Location.Kind.STOCK) & (Q(lot="") | Q(~Exists(stopped)))


def lot_list(*, actor: Actor) -> QuerySet[Lot]:
    """Lots with what is on hand of them, the days they have left and what that is worth."""
    quantity = DecimalField(max_digits=18, decimal_places=6)
    money = DecimalField(max_digits=18, decimal_places=4)
    there = StockBalance.objects.filter(
        product_id=OuterRef("product_id"), lot=OuterRef("number"), location__kind__in=HOLDING
    ).order_by()
    total = there.values("product_id").annotate(total=Sum("on_hand")).values("total")
    left = ExpressionWrapper(F("expires_on") - Value(current().today(), DateField()), DurationField())
    unit = Coalesce(F("product__stock_cost__value") / NullIf(F("product__stock_cost__quantity"), Value(ZERO)), ZERO)
    lots = Lot.objects.annotate(
        on_hand=Coalesce(Subquery(total, quantity), ZERO, output_field=quantity),
        days_left=Cast(Extract(left, "day"), IntegerField()),
    )
    return lots.annotate(worth=Cast(F("on_hand") * Cast(unit, money), money))
