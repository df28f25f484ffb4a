"""What material is planned to cost when an order is released."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from modules.production.selectors.estimates import unit_costs
from modules.shared.contracts.stock import StockAvailability
from modules.shared.data.models import Product
from tenon import ports


def planned_unit_costs(product_ids: Sequence[int]) -> dict[int, Decimal]:
    """product_id → cost of a stock unit in base currency: what it costs in stock, else its standard cost, else rolled
    up. Products without any of them are left out."""
    stock = ports.find(StockAvailability)
    found = {p: c for p, c in stock.unit_costs(product_ids).items() if c} if stock is not None else {}
    rest = [p for p in product_ids if p not in found]
    if rest:
        rows = Product.objects.filter(pk__in=rest, standard_cost__gt=0).values_list("id", "standard_cost")
        found |= {p: c for p, c in rows if c}
    rest = [p for p in rest if p not in found]
    if rest:
        # Reads every bill: only for what has neither been in stock nor a standard cost.
        found |= {p: sum(parts.values(), Decimal(0)) for p, parts in unit_costs(rest).items()}
    return found
