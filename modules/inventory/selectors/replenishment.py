"""The replenishment board: projected stock of each policy against its reorder point, and who has goods to spare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from math import ceil

from django.db.models import F, Sum

from modules.inventory.models import (
    Location,
    ReplenishmentAlert,
    ReplenishmentPolicy,
    RequisitionLine,
    StockBalance,
)
from modules.inventory.rules.reorder import missing, order_sizes
from modules.inventory.selectors.places import home_warehouse
from modules.inventory.selectors.requisitions import ordered_quantities
from modules.inventory.selectors.ship_from import ship_from_of
from modules.shared.contracts.refs import RecordRef
from modules.shared.contracts.stock import OpenDemand, OpenSupply
from modules.shared.data.models import PurchaseOrderLine
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)
WEEK = 7 / 5
PURCHASE_LINE = "shared.purchase_order_line"
Key = tuple[int, int]  # product, warehouse


@dataclass(frozen=True)
class Transfer:
    """What another warehouse has above its own needs."""

    warehouse_id: int
    quantity: Decimal


@dataclass(frozen=True)
class Row:
    """One policy. `projected`: on hand, plus firm supply, less demand within the lead time. `asked`: on drafts and
    requisitions, not counted on yet. `point` is the one in force: `point_from` says whose."""

    policy: ReplenishmentPolicy
    on_hand: Decimal
    incoming: Decimal
    outgoing: Decimal
    asked: Decimal
    projected: Decimal
    point: Decimal
    point_from: str  # manual | computed | product
    fill: Decimal
    need: Decimal
    sizes: tuple[Decimal, ...]
    until: date
    documents: tuple[RecordRef, ...]
    transfers: tuple[Transfer, ...] = ()
    alert_since: datetime | None = None

    @property
    def is_short(self) -> bool:
        return self.projected < self.point


def point_of(policy: ReplenishmentPolicy) -> tuple[Decimal, str]:
    """The reorder point in force, and whose it is: what was entered, else what was computed, else the product's own."""
    if policy.minimum is not None:
        return policy.minimum, "manual"
    if policy.computed_point is not None:
        return policy.computed_point, "computed"
    return max(policy.product.reorder_point, policy.product.safety_stock), "product"


def fill_of(policy: ReplenishmentPolicy, point: Decimal) -> Decimal:
    """Up to where it is filled; 0: exactly what is missing."""
    if policy.maximum is not None:
        return policy.maximum
    if not policy.daily_demand:
        return ZERO
    step = Decimal(1).scaleb(-policy.product.unit.decimals)
    return ((point + policy.daily_demand * policy.cover_days) / step).to_integral_value(ROUND_CEILING) * step


def board(policy_ids: Collection[int] | None = None) -> list[Row]:
    """All active policies, or those named; what falls short first. A constant number of queries."""
    policies = ReplenishmentPolicy.objects.filter(is_active=True, product__is_active=True, warehouse__is_active=True)
    every = list(policies.select_related("product__unit", "warehouse").order_by("product__code", "pk"))
    if not every:
        return []
    today, home = current().today(), home_warehouse() or 0
    products = {policy.product_id for policy in every}
    until = {(p.product_id, p.warehouse_id): today + timedelta(days=_lead(p)) for p in every}
    stock, free = _stock(products)
    incoming, outgoing, asked, documents = _flows(products, home, until)
    since = dict(ReplenishmentAlert.objects.filter(resolved_at=None).values_list("policy_id", "raised_at"))
    rows = []
    for policy in every:
        key = (policy.product_id, policy.warehouse_id)
        point, whose = point_of(policy)
        fill = fill_of(policy, point)
        there = stock.get(key, ZERO)
        projected = there + incoming[key] - outgoing[key]
        need = missing(projected + asked[key], point, fill)
        sizes = order_sizes(need, *(_own(policy, name) for name in ("order_min", "order_multiple", "order_max")))
        rows.append(
            Row(
                policy, there, incoming[key], outgoing[key], asked[key], projected, point, whose, fill, need,
                tuple(sizes), until[key], tuple(dict.fromkeys(documents[key])), (), since.get(policy.pk),
            )
        )  # fmt: skip
    surplus = _surplus(rows, free)
    chosen = [row for row in rows if policy_ids is None or row.policy.pk in policy_ids]
    answers = [_with_transfers(row, surplus) for row in chosen]
    return sorted(answers, key=lambda row: (not row.is_short, _urgency(row), row.policy.product.code))


def _urgency(row: Row) -> float:
    """How little of the reorder point is projected."""
    return float(row.projected / row.point) if row.point else 1e9


def _own(policy: ReplenishmentPolicy, name: str) -> Decimal | None:
    own = getattr(policy, name)
    return own if own is not None else getattr(policy.product, name)


def _lead(policy: ReplenishmentPolicy) -> int:
    if policy.lead_days is not None:
        return ceil(policy.lead_days)
    return ceil(policy.product.lead_time_days * WEEK)


def _stock(products: Collection[int]) -> tuple[dict[Key, Decimal], dict[Key, Decimal]]:
    """On hand, and of it not locked, by product and warehouse."""
    rows = (
        StockBalance.objects.filter(product_id__in=products, location__kind=Location.Kind.STOCK)
        .values_list("product_id", "location__warehouse_id")
        .annotate(there=Sum("on_hand"), open=Sum(F("on_hand") - F("reserved")))
    )
    there: dict[Key, Decimal] = {}
    free: dict[Key, Decimal] = {}
    for product, warehouse, on_hand, open_ in rows:
        there[(product, warehouse)], free[(product, warehouse)] = on_hand, open_
    return there, free


def _flows(
    products: Collection[int], home: int, until: dict[Key, date]
) -> tuple[dict[Key, Decimal], dict[Key, Decimal], dict[Key, Decimal], dict[Key, list[RecordRef]]]:
    """Firm supply and demand within each policy's time, what is only asked for, and the documents of all supply."""
    incoming: dict[Key, Decimal] = defaultdict(Decimal)
    outgoing: dict[Key, Decimal] = defaultdict(Decimal)
    asked: dict[Key, Decimal] = defaultdict(Decimal)
    documents: dict[Key, list[RecordRef]] = defaultdict(list)
    ids, today = sorted(products), current().today()
    supplies = [s for provider in ports.find_all(OpenSupply) for s in provider.open_supply(ids)]
    lines = [s.source.id for s in supplies if s.source.entity == PURCHASE_LINE]
    heads = {
        line: (RecordRef("shared.purchase_order", order, number), int((place or {}).get("id") or home))
        for line, order, number, place in PurchaseOrderLine.objects.filter(pk__in=lines).values_list(
            "pk", "order_id", "order__number", "order__deliver_to"
        )
    }
    for supply in supplies:
        known = heads.get(supply.source.id) if supply.source.entity == PURCHASE_LINE else None
        document, warehouse = known or (supply.source, home)
        key = (supply.product_id, warehouse)
        if not supply.firm:
            asked[key] += supply.quantity
        elif supply.due_on <= until.get(key, today):
            incoming[key] += supply.quantity
        documents[key].append(document)
    demands = [d for provider in ports.find_all(OpenDemand) for d in provider.open_demand(ids)]
    sites = ship_from_of(d.line for d in demands)
    for demand in demands:
        key = (demand.product_id, sites.get((demand.line.entity, demand.line.id), home))
        if (demand.needed_on or today) <= until.get(key, today):
            outgoing[key] += demand.quantity
    requested = list(
        RequisitionLine.objects.filter(
            product_id__in=ids, requisition__status__in=("draft", "requested", "approved", "ordered")
        ).select_related("requisition")
    )
    ordered = ordered_quantities([line.pk for line in requested])
    for line in requested:
        left, head = line.base_quantity - ordered.get(line.pk, ZERO), line.requisition
        if left > 0:
            key = (line.product_id, head.warehouse_id or home)
            asked[key] += left
            documents[key].append(RecordRef("inventory.requisition", head.pk, head.number))
    return incoming, outgoing, asked, documents


def _surplus(rows: Collection[Row], free: dict[Key, Decimal]) -> dict[int, dict[int, Decimal]]:
    """Product → warehouse → what is free there beyond its own reorder point."""
    of = {(row.policy.product_id, row.policy.warehouse_id): row for row in rows}
    out: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for (product, warehouse), open_ in free.items():
        row = of.get((product, warehouse))
        spare = open_ if row is None else min(open_, row.projected - row.point)
        if spare > 0:
            out[product][warehouse] = spare
    return out


def _with_transfers(row: Row, surplus: dict[int, dict[int, Decimal]]) -> Row:
    if row.need <= 0:
        return row
    others = surplus.get(row.policy.product_id, {})
    proposals = tuple(
        Transfer(warehouse, min(spare, row.need))
        for warehouse, spare in sorted(others.items(), key=lambda item: (-item[1], item[0]))
        if warehouse != row.policy.warehouse_id
    )
    return replace(row, transfers=proposals)
