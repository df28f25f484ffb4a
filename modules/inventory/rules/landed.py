"""Spreading a cost over lines of receipts: by value, quantity or weight, so that the shares sum exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tenon.money.rounding import allocate


@dataclass(frozen=True)
class Basis:
    """`weight` is that of the line's whole quantity, in one unit for all lines; None when it is not known."""

    value: Decimal
    quantity: Decimal
    weight: Fraction | None = None


def spread(amount: Decimal, lines: Sequence[Basis], method: str, step: Decimal) -> list[Decimal]:
    """Largest remainder (domain rule 4). Raises ValueError when there is nothing to spread by."""
    if method == "weight":
        weights = [line.weight or Fraction(0) for line in lines]
        if any(line.weight is None for line in lines) or not sum(weights):
            raise ValueError("a weight is not known")
        whole = sum(weights)
        shares = [Decimal((w / whole).numerator) / Decimal((w / whole).denominator) for w in weights]
    else:
        shares = [line.value if method == "value" else line.quantity for line in lines]
        if not sum(shares):
            raise ValueError("nothing to spread by")
    return allocate(amount, shares, step)
