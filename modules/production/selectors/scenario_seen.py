"""What the changes of a what-if stand on, in words that can be laid beside each other: what was there when the branch
was calculated and what is there now."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from modules.production.models import ScenarioChange, WorkTimeChange
from modules.shared.data.models import Party, Product, SalesOrderLine, SupplierPrice

Kind = ScenarioChange.Kind
Seen = dict[str, Any]


def seen_now(change: ScenarioChange) -> Seen:
    """By name: what the change would overwrite, or hangs on. `gone` where it is not there any more."""
    return _READ[change.kind](change)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _line(change: ScenarioChange) -> Seen:
    row = SalesOrderLine.objects.select_related("order", "product").filter(pk=change.order_line or 0).first()
    if row is None:
        return {"gone": True}
    on = row.requested_on or row.order.requested_on or row.promised_on
    return {
        "status": row.order.status, "product": row.product.code, "on": on and on.isoformat(),
        "quantity": _text(row.quantity), "delivered": _text(row.delivered), "cancelled": _text(row.cancelled),
    }  # fmt: skip


def _order(change: ScenarioChange) -> Seen:
    party, product = Party.objects.get(pk=change.party_id or 0), Product.objects.get(pk=change.product_id or 0)
    return {"customer": party.is_active and party.is_customer, "product": product.is_active}


def _time(change: ScenarioChange) -> Seen:
    rows = WorkTimeChange.objects.filter(
        work_centre=change.work_centre_id, starts_at__lt=change.ends_at, ends_at__gt=change.starts_at
    )
    return {
        "hours": [
            [kind, start.isoformat(), end.isoformat()]
            for kind, start, end in rows.order_by("starts_at", "id").values_list("kind", "starts_at", "ends_at")
        ]
    }


def _supplier(change: ScenarioChange) -> Seen:
    rows = SupplierPrice.objects.filter(product=change.product_id).select_related("supplier").order_by("id")
    return {
        "offers": [
            [r.supplier.code, f"{r.price.normalize():f} {r.currency}", r.lead_time_days, r.is_preferred] for r in rows
        ]
    }


def _planning(change: ScenarioChange) -> Seen:
    row = Product.objects.get(pk=change.product_id or 0)
    return {
        "safety_stock": _text(row.safety_stock), "order_min": _text(row.order_min),
        "order_multiple": _text(row.order_multiple), "lead_time_days": row.lead_time_days,
    }  # fmt: skip


_READ: dict[str, Callable[[ScenarioChange], Seen]] = {
    Kind.LINE: _line, Kind.ORDER: _order, Kind.OVERTIME: _time, Kind.STOP: _time, Kind.SUPPLIER: _supplier,
    Kind.PLANNING: _planning,
}  # fmt: skip
