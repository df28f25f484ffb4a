"""Cost components of what was sold, and the profit of an order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tenon.money.rounding import allocate

ZERO = Decimal(0)
REVENUE = "revenue"
MADE = ("material", "labour", "machine", "overhead", "outside")  # what an estimate knows of a unit
COSTS: tuple[str, ...] = (*MADE, "freight", "commission", "rework", "other")
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


def reasons_of(difference: Decimal, named: Iterable[tuple[str, Decimal]], rest: str) -> tuple[tuple[str, Decimal], ...]:
    """Why an actual differs from its estimate: what is named, and under `rest` what nobody named. The amounts sum to
    `difference` exactly; those of zero are left out."""
    found: dict[str, Decimal] = {}
    for key, amount in named:
        found[key] = found.get(key, ZERO) + amount
    found[rest] = found.get(rest, ZERO) + difference - sum(found.values(), ZERO)
    return tuple((key, amount) for key, amount in found.items() if amount)


def margin(revenue: Decimal, gained: Decimal) -> Decimal | None:
    """Per cent of revenue with one decimal; None without revenue."""
    return (gained * 100 / revenue).quantize(Decimal("0.1")) if revenue else None
