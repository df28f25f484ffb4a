"""Three-way match of a supplier's invoice (domain rule 19): ordered, received, invoiced. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class MatchLine:
    """One line of the invoice against its order line. Quantities in the stock unit, prices net per stock unit (of goods
    billed by weight: both in that) in the invoice's currency. `due`: what may be invoiced in all: what was accepted and
    kept, of a service what was ordered. `quantity_room`, `price_room`: what may be beyond it."""

    key: int
    label: str
    quantity: Decimal
    invoiced: Decimal
    due: Decimal
    quantity_room: Decimal
    amount: Decimal
    agreed: Decimal
    price_room: Decimal
    decimals: int = 0
    step: Decimal = Decimal("0.01")


@dataclass(frozen=True)
class Finding:
    key: int | None
    label: str
    code: str  # quantity | price | freight
    expected: Decimal
    found: Decimal
    allowed: Decimal


def match_lines(lines: Sequence[MatchLine]) -> list[Finding]:
    """What differs by more than is accepted. Asking less than agreed is no finding."""
    found = []
    for line in lines:
        after, most = line.invoiced + line.quantity, line.due + line.quantity_room
        if after > most:
            found.append(Finding(line.key, line.label, "quantity", line.due, after, most))
        # The smallest amount of the currency is a matter of rounding, whatever the tolerance.
        dear = line.amount - (line.agreed + line.price_room) * line.quantity
        if dear > line.step / 2 and line.amount > line.agreed * line.quantity:
            price = (line.amount / line.quantity).quantize(Decimal("0.00000001"), ROUND_HALF_UP)
            found.append(Finding(line.key, line.label, "price", line.agreed, price, line.agreed + line.price_room))
    return found


def match_freight(agreed: Decimal, charged: Decimal, room: Decimal) -> list[Finding]:
    """Freight in all against what the orders say."""
    if charged <= agreed + room:
        return []
    return [Finding(None, "", "freight", agreed, charged, agreed + room)]
