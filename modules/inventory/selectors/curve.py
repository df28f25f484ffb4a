"""The availability of a product over time: stock now, then every supply and demand by its day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from modules.inventory.models import Location, StockBalance
from modules.inventory.selectors.availability import flows_of, free_stock_of
from modules.inventory.selectors.lots import usable
from modules.shared.data.rules.promise import Flow, Outlook, day_of, look_ahead
from tenon.tenancy.context import current

ZERO = Decimal(0)


@dataclass(frozen=True)
class CurveDay:
    """From this day on, until the next: `projected` is free stock with all that came and went by then, `available` the
    most that may be promised from that day on (the least of all later days), and what comes and goes on the day."""

    on: date
    projected: Decimal
    available: Decimal
    flows: tuple[Flow, ...] = field(default_factory=tuple)


def availability_curve(product_id: int, *, warehouse_id: int | None = None) -> list[CurveDay]:
    """Days ascending, the first is today. Supply and demand name no warehouse: of one warehouse, its free stock alone
    is counted against all that is to come and go."""
    free = free_stock_of([product_id], warehouse_id=warehouse_id).get(product_id, ZERO)
    return curve(free, flows_of([product_id])[product_id], current().today())


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
