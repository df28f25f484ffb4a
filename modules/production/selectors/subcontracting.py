"""What is outside: operations to order, what suppliers work on, our material there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from modules.production.models import ProductionOrderOperation, SubcontractMaterial, SubcontractOrder
from modules.shared.contracts.stock import StockAvailability, SubcontractStock
from modules.shared.data.models import Party, Product
from tenon import ports
from tenon.money.rounding import round_money
from tenon.tenancy.context import current

ZERO = Decimal(0)
LIVE = (SubcontractOrder.Status.ORDERED, SubcontractOrder.Status.OUTSIDE)
OPEN = ("released", "in_progress")
MOST = 200


def material_outside(product_ids: Collection[int] | None = None) -> dict[tuple[int, int], Decimal]:
    """(production order, product) → what lies at subcontractors for it: their netting is for this order alone. What is
    left there from work that has ended is nobody's. One query."""
    rows = SubcontractMaterial.objects.filter(subcontract__status__in=LIVE, sent__gt=0)
    if product_ids is not None:
        rows = rows.filter(product_id__in=product_ids)
    there = (
        rows.order_by()
        .values_list("subcontract__order_operation__order", "product")
        .annotate(lies=Sum(F("sent") - F("consumed") - F("returned")))
    )
    return {(order, product): quantity for order, product, quantity in there if quantity}


def back_on(order_ids: Collection[int]) -> dict[int, date]:
    """Order → the day on which the last pieces of its last operation come back from outside, by what the supplier says
    or else by when they are due. One query, none without orders."""
    if not order_ids:
        return {}
    last = (
        ProductionOrderOperation.objects.filter(order=OuterRef("order_operation__order"), rework_of__isnull=True)
        .order_by("-position")
        .values("pk")[:1]
    )
    rows = SubcontractOrder.objects.filter(
        status__in=LIVE, order_operation__order__in=list(order_ids), order_operation=Subquery(last)
    )
    found = rows.order_by().values_list("order_operation__order").annotate(
        due=Max("due_on"), said=Max("purchase_line__confirmed_on")
    )  # fmt: skip
    return {order: said or due for order, due, said in found}


def back_from_outside() -> Any:
    """As a subquery on operations of orders: the day on which the last pieces of one come back, by what the supplier
    says or else by when they are due; none where nothing is ordered outside."""
    rows = SubcontractOrder.objects.filter(status__in=LIVE, order_operation=OuterRef("pk"))
    said = Coalesce("purchase_line__confirmed_on", "due_on")
    return rows.annotate(back=said).order_by(F("back").desc()).values("back")[:1]


def outside_desk(*, cost: bool = True) -> dict[str, Any]:
    """The desk of work outside: what may be ordered, what is ordered or with a supplier, what of ours lies at whom;
    with `cost` what the material there is worth. A constant number of queries."""
    today = current().today()
    subcontracts = list(
        SubcontractOrder.objects.filter(status__in=LIVE)
        .select_related("supplier", "order_operation__order__product__unit", "purchase_line__order")
        .prefetch_related("materials__product__unit")
        .order_by("due_on", "pk")[:MOST]
    )
    return {
        "to_order": _to_order(),
        "outside": [_live(s, today) for s in subcontracts],
        "currency": current().currency,
        "at": _at_suppliers(_material(cost), subcontracts),
    }


def _to_order() -> list[dict[str, Any]]:
    rows = (
        ProductionOrderOperation.objects.filter(
            order__status__in=OPEN, supplier__isnull=False, rework_of__isnull=True, quantity__gt=0
        )
        .exclude(status=ProductionOrderOperation.Status.DONE)
        .select_related("order__product__unit", "supplier")
        .annotate(
            away=Sum(
                F("subcontracts__quantity")
                - F("subcontracts__good") - F("subcontracts__rejected") - F("subcontracts__spoiled"),
                filter=Q(subcontracts__status__in=LIVE),
            )
        )
        .order_by("order__due_on", "order_id", "position")[:MOST]
    )  # fmt: skip
    found = []
    for row in rows:
        left = row.open_quantity - (row.away or ZERO)
        if left > 0:
            found.append({
                "id": row.pk, "name": row.name, "quantity": left, "due_on": row.order.due_on,
                "order": {"id": row.order_id, "label": row.order.number},
                "product": _product(row.order.product), "unit": row.order.product.unit.code,
                "supplier": {"id": row.supplier_id, "label": str(row.supplier)},
            })  # fmt: skip
    return found


def _product(product: Product) -> dict[str, Any]:
    return {"id": product.pk, "label": product.code, "name": product.name}


def _live(s: SubcontractOrder, today: date) -> dict[str, Any]:
    order, line = s.order_operation.order, s.purchase_line
    return {
        "id": s.pk, "number": s.number, "status": s.status, "version": s.version, "name": s.order_operation.name,
        "order": {"id": order.pk, "label": order.number}, "product": _product(order.product),
        "unit": order.product.unit.code, "supplier": {"id": s.supplier_id, "label": str(s.supplier)},
        "purchase_order": {"id": line.order_id, "label": line.order.number} if line else None,
        "is_confirmed": line is not None and line.order.status not in ("draft", "cancelled"),
        "quantity": s.quantity, "sent": s.sent, "good": s.good, "rejected": s.rejected, "spoiled": s.spoiled,
        "due_on": s.due_on, "is_late": s.due_on < today,
        "materials": [
            {
                "product": _product(m.product), "unit": m.product.unit.code, "required": m.required, "sent": m.sent,
                "consumed": m.consumed, "there": m.there,
            }
            for m in s.materials.all()
        ],
    }  # fmt: skip


def _at_suppliers(material: list[dict[str, Any]], live: Sequence[SubcontractOrder]) -> list[dict[str, Any]]:
    """By supplier: our material, and pieces from the operation before that wait or are worked on there."""
    found: dict[int, dict[str, Any]] = {}

    def of(supplier: dict[str, Any]) -> dict[str, Any]:
        return found.setdefault(supplier["id"], {"supplier": supplier, "value": None, "material": [], "pieces": []})

    for row in material:
        at = of(row.pop("supplier"))
        at["material"].append(row)
        if row["value"] is not None:
            at["value"] = (at["value"] or ZERO) + row["value"]
    for s in live:
        if s.sent > s.came and not s.materials.all():
            order = s.order_operation.order
            of({"id": s.supplier_id, "label": str(s.supplier)})["pieces"].append({
                "subcontract": {"id": s.pk, "label": s.number}, "name": s.order_operation.name,
                "product": _product(order.product), "unit": order.product.unit.code, "quantity": s.sent - s.came,
            })  # fmt: skip
    return sorted(found.values(), key=lambda at: at["supplier"]["label"])


def _material(cost: bool) -> list[dict[str, Any]]:
    """Ours at each supplier: what there is, how much of it no open order waits for, what it is worth."""
    stock = ports.find(SubcontractStock)
    rows = SubcontractMaterial.objects.order_by().values_list("subcontract__supplier", "product")
    counted = Sum(F("sent") - F("consumed") - F("returned"))
    lies = stock.there() if stock is not None else {(s, p): q for s, p, q in rows.annotate(lies=counted) if q}
    busy = {(s, p): q for s, p, q in rows.filter(subcontract__status__in=LIVE).annotate(lies=counted)}
    left: dict[tuple[int, int], list[int]] = defaultdict(list)
    ended = SubcontractMaterial.objects.exclude(subcontract__status__in=LIVE).filter(
        sent__gt=F("consumed") + F("returned")
    )  # fmt: skip
    for supplier, product, subcontract in ended.values_list("subcontract__supplier", "product", "subcontract"):
        left[(supplier, product)].append(subcontract)
    suppliers = Party.objects.in_bulk({s for s, _p in lies})
    products = Product.objects.select_related("unit").in_bulk({p for _s, p in lies})
    books = ports.find(StockAvailability) if cost else None
    unit_costs = books.unit_costs(sorted(products)) if books is not None and products else {}
    keys: Sequence[tuple[int, int]] = sorted(lies, key=lambda k: (str(suppliers[k[0]]), products[k[1]].code))
    return [
        {
            "supplier": {"id": s, "label": str(suppliers[s])}, "product": _product(products[p]),
            "unit": products[p].unit.code, "quantity": lies[(s, p)],
            "left_over": lies[(s, p)] - busy.get((s, p), ZERO), "left_of": left[(s, p)],
            "value": round_money(lies[(s, p)] * unit_costs[p], current().currency) if p in unit_costs else None,
        }
        for s, p in keys
    ]  # fmt: skip
