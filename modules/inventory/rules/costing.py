"""Moving average cost of one product: what a receipt adds and what an issue takes away.

The value is money, rounded to the currency's step; the unit cost is never stored, it is value ÷ quantity (domain rule
2). An issue of the last piece takes the whole remaining value, so that no value stays behind without quantity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Cost:
    """Quantity on hand in the whole company and what it is worth. Zero quantity means zero value."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO

    def unit(self) -> Decimal | None:
        """The average, with all the digits there are; None when there is nothing to average."""
        return self.value / self.quantity if self.quantity else None


def rounded(amount: Decimal, step: Decimal) -> Decimal:
    """Half up, away from zero, to a multiple of the currency's step."""
    return (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def receive(cost: Cost, quantity: Decimal, value: Decimal) -> Cost:
    """Goods in at `value`. Raises ValueError on a quantity that is not positive or a negative value."""
    if quantity <= 0 or value < 0:
        raise ValueError(f"a receipt of {quantity} worth {value}")
    return Cost(cost.quantity + quantity, cost.value + value)


def issue(cost: Cost, quantity: Decimal, step: Decimal) -> tuple[Cost, Decimal]:
    """Goods out at the average: what is left, and the value that went.

    Raises ValueError when more goes out than is there."""
    if quantity <= 0 or quantity > cost.quantity:
        raise ValueError(f"an issue of {quantity} out of {cost.quantity}")
    if quantity == cost.quantity:
        return Cost(), cost.value
    value = rounded(cost.value * quantity / cost.quantity, step)
    return Cost(cost.quantity - quantity, cost.value - value), value


def issue_stated(cost: Cost, quantity: Decimal, stated: Decimal, step: Decimal) -> tuple[Cost, Decimal, Decimal]:
    """Goods out whose counterpart is settled at a `stated` value (a return to the supplier at the purchase price): what
    is left, the value that went (the current average), and the difference stated − went, to be shown openly (domain
    rule 9)."""
    left, went = issue(cost, quantity, step)
    return left, went, stated - went
