"""What demand lines still wait for, beyond what is locked and claimed for them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet, Sum

from modules.inventory.models import Reservation, SupplyClaim
from modules.inventory.rules.urgency import Urgency, urgency
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import Claim, Demand, OpenDemand
from modules.shared.data.models import SalesOrderLine
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)
SALES_LINE = "shared.sales_order_line"
Line = tuple[str, int]  # entity, id


def all_demand(product_ids: Collection[int] | None = None) -> list[Demand]:
    """Everything that is ordered or planned and not served, of every module."""
    ids = None if product_ids is None else list(product_ids)
    return [demand for provider in ports.find_all(OpenDemand) for demand in provider.open_demand(ids)]


def demand_of(line: RecordRef, product_id: int) -> Demand | None:
    """The open demand of one line, None when it has ended or wants another product."""
    wanted = (line.entity, line.id)
    return next((d for d in all_demand([product_id]) if (d.line.entity, d.line.id) == wanted), None)


def held_of(line: RecordRef) -> tuple[Decimal, Decimal]:
    """Locked in stock and claimed of supply for one line."""
    of = {"demand_entity": line.entity, "demand_id": line.id, "state": "active"}
    locked = Reservation.objects.filter(**of).aggregate(q=Sum("quantity", default=ZERO))["q"]
    claimed = SupplyClaim.objects.filter(**of).aggregate(q=Sum("quantity", default=ZERO))["q"]
    return locked, claimed


def locked_by_line(product_ids: Collection[int] | None = None) -> dict[Line, Decimal]:
    """(entity, id) → what is locked for it in stock, of these products. One query, as SQL: promises ask it of many."""
    some = "" if product_ids is None else "and product_id = any(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select demand_entity, demand_id, sum(quantity) from inventory_reservation
                 where state = 'active' {some} group by demand_entity, demand_id""",
            None if product_ids is None else [list(product_ids)],
        )
        return {(entity, key): quantity for entity, key, quantity in cursor.fetchall()}


def claims_active() -> QuerySet[SupplyClaim]:
    """Active claims on supply of modules that are on: of another nobody can say what is still to come."""
    rows = SupplyClaim.objects.filter(state=SupplyClaim.State.ACTIVE)
    return rows if current().has_module("production") else rows.exclude(supply_entity__startswith="production.")


def open_claims(product_ids: Collection[int] | None = None) -> list[Claim]:
    """What demands have a claim to of supply that is still to come."""
    rows = claims_active()
    if product_ids is not None:
        rows = rows.filter(product_id__in=list(product_ids))
    return [
        Claim(
            RecordRef(row.supply_entity, row.supply_id, row.supply_label),
            RecordRef(row.demand_entity, row.demand_id, row.head_label),
            row.product_id,
            row.quantity,
        )
        for row in rows.order_by("pk")
    ]


def urgencies(demands: Collection[tuple[str, int, object]]) -> dict[Line, Urgency]:
    """(entity, id, day it is needed) → its urgency. One query."""
    lines = {pk for entity, pk, _day in demands if entity == SALES_LINE}
    priorities = dict(SalesOrderLine.objects.filter(pk__in=lines).values_list("pk", "order__priority"))
    return {
        (entity, pk): urgency(priorities.get(pk) if entity == SALES_LINE else None, day)  # type: ignore[arg-type]
        for entity, pk, day in demands
    }
