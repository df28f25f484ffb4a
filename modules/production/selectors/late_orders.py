"""Which orders end late as the schedule stands, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from modules.production.models import ProductionOrder
from modules.production.models import Resource as ToolOrSkill
from modules.production.rules.scheduling.lateness import Reason, Why, lateness
from modules.production.rules.scheduling.terms import Key, ends_of
from modules.production.selectors.material import ORDER, Waits, material_waits
from modules.production.selectors.scheduling import Floor, floor, material_lines
from modules.shared.data.models import Product
from tenon.tenancy.context import current

Row = dict[str, Any]
MOST = 100
BEHIND = 3  # orders that a reason names


def late_orders() -> list[Row]:
    """Orders whose last operation ends after they are due, the latest first, each with its reasons, what takes longest
    first. A constant number of queries."""
    there = floor()
    zone = ZoneInfo(current().time_zone)
    orders = {o.order_id: o.order for o in there.operations.values()}
    starts: dict[Key, int] = {pk: there.minute(_midnight(order.start_on, zone)) for pk, order in orders.items()}
    found = lateness(there.shop, there.bars, starts)
    if not found:
        return []
    ends = ends_of(there.shop, there.bars.values())
    over = {job: ends[job] - (there.shop.jobs[job].due or 0) for job in found if job in orders}
    chosen = sorted(over, key=lambda job: (-over[job], str(job)))[:MOST]
    lines = {line: of for line, of in material_lines().items() if of[0] in over}
    words = _Words(there, material_waits(lines))
    return [
        {
            "order": {"id": job, "label": orders[job].number},  # type: ignore[index]
            "product": _product(orders[job].product),  # type: ignore[index]
            "made_for": orders[job].demand_label,  # type: ignore[index]
            "due_on": orders[job].due_on,  # type: ignore[index]
            "ends": there.moment(ends[job]),
            "minutes": over[job],
            "reasons": [words.of(job, reason) for reason in found[job]],
        }
        for job in chosen
    ]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _product(product: Product) -> Row:
    return {"id": product.pk, "label": product.code, "name": product.name}


class _Words:
    """What reasons name: operations, machines, other orders, material with the day on which it comes."""

    def __init__(self, there: Floor, waits: dict[int, list[Waits]]) -> None:
        self.there, self.orders = there, {o.order_id: o.order for o in there.operations.values()}
        self.tools = dict(ToolOrSkill.objects.values_list("pk", "name"))
        # The last of what is bought: what an order on the floor makes is a reason of its own.
        self.last: dict[int, Waits] = {}
        for order, all_ in waits.items():
            bought = [w for w in all_ if w.supply.entity != ORDER or w.supply.id not in self.orders]
            if bought:
                self.last[order] = max(bought, key=lambda w: (w.on, -w.product))
        self.products = Product.objects.in_bulk({w.product for w in self.last.values()})

    def of(self, job: Key, reason: Reason) -> Row:
        operation = self.there.operations[reason.task]  # type: ignore[index]
        waits = self.last.get(job) if reason.why == Why.MATERIAL else None  # type: ignore[call-overload]
        return {
            "why": reason.why.value,
            "minutes": reason.minutes,
            "operation": {"id": operation.pk, "label": operation.name},
            "resource": self._resource(reason.resource),
            "orders": [self._order(key) for key in reason.jobs[:BEHIND]],
            "more": max(len(reason.jobs) - BEHIND, 0),
            "material": None if waits is None else _product(self.products[waits.product]),
            "on": None if waits is None else waits.on,
        }

    def _resource(self, key: Key | None) -> str:
        if key is None:
            return ""
        kind, pk = cast(tuple[str, int], key)
        return self.there.centres[pk].name if kind == "centre" else self.tools.get(pk, "")

    def _order(self, key: Key) -> Row:
        """Without a number: time that is held for a promise."""
        order: ProductionOrder | None = self.orders.get(key)  # type: ignore[call-overload]
        return {"id": None, "label": ""} if order is None else {"id": order.pk, "label": order.number}
