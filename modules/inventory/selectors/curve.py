"""The availability of a product over time: stock now, then every supply and demand by its day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from modules.inventory.models import Location, StockBalance
from modules.inventory.selectors.availability import flows_of, free_stock_of
from modules.inventory.selectors.lots import usable
from modules.inventory.selectors.places import home_warehouse
from modules.inventory.selectors.ship_from import ship_from_of
from modules.shared.data.models import PurchaseOrderLine
from modules.shared.data.rules.promise import Flow, Outlook, day_of, look_ahead
from tenon.tenancy.context import current

ZERO = Decimal(0)
PURCHASE_LINE = "shared.purchase_order_line"


@dataclass(frozen=True)
class CurveDay:
    """From this day on, until the next: `projected` is free stock with all that came and went by then, `available` the
    most that may be promised from that day on (the least of all later days), and what comes and goes on the day."""

    on: date
    projected: Decimal
    available: Decimal
    flows: tuple[Flow, ...] = field(default_factory=tuple)


def availability_curve(product_id: int) -> list[CurveDay]:
    """Days ascending, the first is today."""
    free = free_stock_of([product_id]).get(product_id, ZERO)
    return curve(free, flows_of([product_id])[product_id], current().today())


def warehouse_curve(product_id: int, warehouse_id: int) -> tuple[list[CurveDay], list[Flow]]:
    """The same of one warehouse: its free stock, what comes to it and what is served from it; and apart what names no
    warehouse and may come or go anywhere. Supply that names none comes where receipts go by default."""
    free = free_stock_of([product_id], warehouse_id=warehouse_id).get(product_id, ZERO)
    flows = flows_of([product_id])[product_id]
    at = _warehouses(flows)
    here = [flow for flow, site in zip(flows, at, strict=True) if site == warehouse_id]
    unplaced = [flow for flow, site in zip(flows, at, strict=True) if site is None]
    return curve(free, here, current().today()), unplaced


def _warehouses(flows: Sequence[Flow]) -> list[int | None]:
    """Where each comes or goes; None: nobody said."""
    home = home_warehouse()
    bought = [f.source.id for f in flows if f.source is not None and f.source.entity == PURCHASE_LINE]
    named = PurchaseOrderLine.objects.filter(pk__in=bought, order__deliver_to__entity="inventory.warehouse")
    comes_to = dict(named.values_list("pk", "order__deliver_to__id"))
    goes_from = ship_from_of(f.source for f in flows if f.source is not None)
    found: list[int | None] = []
    for flow in flows:
        key = (flow.source.entity, flow.source.id) if flow.source is not None else ("", 0)
        found.append(comes_to.get(key[1], home) if flow.quantity > 0 else goes_from.get(key))
    return found


def curve(free: Decimal, flows: Collection[Flow], today: date) -> list[CurveDay]:
    """The curve of what is free now and what is to come and go."""
    by_day: dict[date, list[Flow]] = {}
    for flow in flows:
        by_day.setdefault(day_of(flow, today), []).append(flow)
    days, running = [], free
    for on, least in look_ahead(Outlook(free, list(flows)), today):
        running += sum((flow.quantity for flow in by_day.get(on, ())), ZERO)
        days.append(CurveDay(on, running, least, tuple(by_day.get(on, ()))))
    return days


def stock_by_warehouse(product_id: int) -> list[Mapping[str, object]]:
    """On hand, locked and free of one product in each warehouse that has any."""
    rows = StockBalance.objects.filter(product_id=product_id, location__kind=Location.Kind.STOCK, on_hand__gt=0).values(
        "location__warehouse_id", "location__warehouse__name"
    )
    free = Sum(F("on_hand") - F("reserved"), filter=usable(current().today()), default=ZERO)
    sums = rows.annotate(held=Sum("on_hand"), locked=Sum("reserved"), free=free).order_by("location__warehouse_id")
    return [
        {
            "warehouse": {"id": row["location__warehouse_id"], "label": row["location__warehouse__name"]},
            "on_hand": row["held"], "reserved": row["locked"], "available": row["free"],
        }
        for row in sums
    ]  # fmt: skip
