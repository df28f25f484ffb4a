"""Margin of an offer, in the company's currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class MarginLine:
    net: Decimal  # document currency, without tax
    base_quantity: Decimal
    unit_cost: Decimal | None  # company currency; None: unknown


@dataclass(frozen=True)
class Margin:
    """`cost`, `margin` and `percent` are None while the cost of any line is unknown: half a cost is no cost."""

    lines: tuple[Decimal | None, ...]
    cost: Decimal | None
    margin: Decimal | None
    percent: Decimal | None


def margin_of(lines: Sequence[MarginLine], *, rate: Decimal, step: Decimal) -> Margin:
    """Margin per line and in all, on the net amount. `rate`: company currency per document currency."""

    def rounded(amount: Decimal) -> Decimal:
        return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step

    nets = [rounded(x.net * rate) for x in lines]
    costs = [None if x.unit_cost is None else rounded(x.base_quantity * x.unit_cost) for x in lines]
    margins = tuple(None if c is None else n - c for n, c in zip(nets, costs, strict=True))
    known = [c for c in costs if c is not None]
    if not lines or len(known) < len(lines):
        return Margin(margins, None, None, None)
    net, cost = sum(nets, ZERO), sum(known, ZERO)
    percent = ((net - cost) / net * 100).quantize(Decimal("0.01"), ROUND_HALF_UP) if net else None
    if percent is not None and abs(percent) >= 1000:
        percent = None  # a gift at cost: no per cent says anything about it
    return Margin(margins, cost, net - cost, percent)
