"""Cost components of what was sold, and the profit of an order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tenon.money.rounding import allocate

ZERO = Decimal(0)
REVENUE = "revenue"
COSTS: tuple[str, ...] = ("material", "labour", "overhead", "outside", "freight", "commission", "other")
COMPONENTS: tuple[str, ...] = (REVENUE, *COSTS)


def split_cost(amount: Decimal, shares: Mapping[str, Decimal], step: Decimal) -> dict[str, Decimal]:
    """`amount` over cost components in proportion to `shares`, exactly (largest remainder). No shares: material."""
    usable = {k: v for k, v in shares.items() if v > 0}
    if not usable:
        return {"material": amount} if amount else {}
    parts = allocate(amount, list(usable.values()), step)
    return {k: p for k, p in zip(usable, parts, strict=True) if p}


def profit(amounts: Mapping[str, Decimal]) -> Decimal:
    """Revenue less all costs; `amounts` are positive as named."""
    return amounts.get(REVENUE, ZERO) - sum((amounts.get(key, ZERO) for key in COSTS), ZERO)


def margin(revenue: Decimal, gained: Decimal) -> Decimal | None:
    """Per cent of revenue with one decimal; None without revenue."""
    return (gained * 100 / revenue).quantize(Decimal("0.1")) if revenue else None
