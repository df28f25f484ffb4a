"""What an engineering change does to what is there: stock, what is on order, orders, cost, customers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from modules.production.models import BillOfMaterials, EngineeringChange, ProductionOrder
from modules.production.selectors.estimates import unit_costs
from modules.production.selectors.structure import components_of
from modules.production.selectors.where_used import uses_of
from modules.shared.contracts.stock import OpenDemand, OpenSupply, StockAvailability
from modules.shared.data.models import Product, SalesOrderLine
from tenon import ports
from tenon.tenancy.context import current

ZERO = Decimal(0)
Row = dict[str, Any]
OPEN = (ProductionOrder.Status.DRAFT, ProductionOrder.Status.RELEASED, ProductionOrder.Status.IN_PROGRESS)
SALES_LINE = "shared.sales_order_line"


def change_effect(change: EngineeringChange) -> list[Row]:
    """One row for each version that the change brings."""
    lines = change.lines.select_related("bom__product", "replaced").order_by("pk")
    return [_of_version(change, line.bom, line.replaced) for line in lines]


def _of_version(change: EngineeringChange, bom: BillOfMaterials, replaced: BillOfMaterials | None) -> Row:
    old = replaced or BillOfMaterials.objects.filter(product=bom.product_id, is_active=True).first()
    before = {c.product: c for c in components_of(bom.product_id, old.pk)} if old is not None else {}
    after = {c.product: c for c in components_of(bom.product_id, bom.pk)}
    costs = unit_costs([bom.product_id, *before, *after])
    orders = ProductionOrder.objects.filter(product=bom.product_id, status__in=OPEN).select_related("bom")
    return {
        "product": _product(bom.product),
        "old": None if old is None else {"id": old.pk, "label": old.revision},
        "new": {"id": bom.pk, "label": bom.revision},
        "material_before": _material(before, costs),
        "material_after": _material(after, costs),
        "removed": _holdings([p for p in before if p not in after]),
        "added": _holdings([p for p in after if p not in before]),
        "orders": [
            {
                "id": order.pk,
                "label": order.number,
                "status": order.status,
                "start_on": order.start_on,
                "quantity": order.open_quantity,
                "version": order.bom.revision if order.bom else "",
                "follows": order.bom_id == bom.pk
                or (order.status == "draft" and order.start_on >= change.effective_on),
            }
            for order in orders.order_by("start_on", "pk")
        ],
        "customers": _customers(bom.product_id),
    }


def _product(product: Product) -> Row:
    return {"id": product.pk, "label": product.code, "name": product.name}


def _material(components: dict[int, Any], costs: dict[int, dict[str, Decimal]]) -> Decimal:
    """What the material of one piece costs, fixed losses spread over the batch of the bill."""
    total = Fraction(0)
    for product, c in components.items():
        each = sum(costs.get(product, {}).values(), ZERO)
        total += (c.per + Fraction(c.fixed, c.batch)) * Fraction(each)
    return (Decimal(total.numerator) / Decimal(total.denominator)).quantize(Decimal("0.0001"))


def _holdings(products: Sequence[int]) -> list[Row]:
    """Stock and open purchases of components that come or go, and what the stock is worth."""
    if not products:
        return []
    stock = ports.find(StockAvailability)
    there = stock.availability(products) if stock is not None else {}
    cost = stock.unit_costs(products) if stock is not None else {}
    coming: dict[int, list[Row]] = {}
    for provider in ports.find_all(OpenSupply):
        for s in provider.open_supply(products):
            coming.setdefault(s.product_id, []).append(
                {
                    "entity": s.source.entity,
                    "id": s.source.id,
                    "label": s.source.label,
                    "quantity": s.quantity,
                    "due_on": s.due_on,
                }
            )
    rows = Product.objects.filter(pk__in=products).select_related("unit").order_by("code")
    return [
        {
            "product": _product(p),
            "unit": p.unit.code,
            "on_hand": there[p.pk].on_hand if p.pk in there else ZERO,
            "value": round((there[p.pk].on_hand if p.pk in there else ZERO) * cost.get(p.pk, ZERO), 2),
            "on_order": sum((row["quantity"] for row in coming.get(p.pk, ())), ZERO),
            "supplies": coming.get(p.pk, []),
        }
        for p in rows
    ]


def _customers(product_id: int) -> list[Row]:
    """Whose open orders are for the product, or for something that it goes into."""
    above = {use.product_id for use in uses_of([product_id], current().today())}
    wanted: dict[int, Decimal] = {}
    for provider in ports.find_all(OpenDemand):
        for demand in provider.open_demand([product_id, *sorted(above)]):
            if demand.line.entity == SALES_LINE:
                wanted[demand.line.id] = demand.quantity
    lines = SalesOrderLine.objects.filter(pk__in=wanted).select_related("order__customer", "product")
    return [
        {
            "customer": {"id": line.order.customer_id, "label": line.order.customer.name},
            "order": {"id": line.order_id, "label": line.order.number},
            "product": _product(line.product),
            "quantity": wanted[line.pk],
        }
        for line in lines.order_by("order__customer__name", "order__number", "position")
    ]
