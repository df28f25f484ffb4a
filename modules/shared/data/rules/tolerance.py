"""How much more or less than agreed still counts as agreed (domain rules 17 and 19). Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Tolerance:
    """A percentage, an absolute amount, or both: then both must hold. Neither: exactly as agreed."""

    percent: Decimal | None = None
    absolute: Decimal | None = None

    def of(self, agreed: Decimal) -> Decimal:
        """The difference that is accepted."""
        parts = []
        if self.percent is not None:
            parts.append(agreed * self.percent / 100)
        if self.absolute is not None:
            parts.append(self.absolute)
        return min(parts, default=ZERO)


def quantity_allowed(tolerance: Tolerance, ordered: Decimal, decimals: int) -> Decimal:
    """The accepted difference of a quantity, in whole steps of its unit: 2 % of 30 pieces is no piece."""
    return tolerance.of(ordered).quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)


def exceeds(total: Decimal, most: Decimal, decimals: int) -> bool:
    """Whether `total` is really more: 100.002 kg of 100 kg is, unless kg has two decimals, where both are 100.00."""
    step = Decimal(1).scaleb(-decimals)
    return total.quantize(step, ROUND_HALF_UP) > most.quantize(step, ROUND_HALF_UP)


def price_differs(asked: Decimal, agreed: Decimal, tolerance: Tolerance) -> bool:
    """Whether a supplier asks more than agreed and accepted. Less is never refused."""
    return asked - agreed > tolerance.of(agreed)
