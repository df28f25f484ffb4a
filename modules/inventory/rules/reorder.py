"""Reorder point and safety stock from demand and lead time that vary, and how much to order. Pure arithmetic.

The formula is the usual one for a continuous review with both random (Silver, Pyke & Thomas, Inventory and Production
Management in Supply Chains, 4th ed., ch. 6.10): over the lead time L demand has the mean d·L and the variance
L·σd² + d²·σL²; the safety stock is z of its square root."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import sqrt
from statistics import NormalDist

ZERO = Decimal(0)


@dataclass(frozen=True)
class Point:
    """`point`: at this projected stock it is ordered. `safety`: the part of it that is there for chance."""

    safety: Decimal
    point: Decimal


def reorder_point(
    daily: float, deviation: float, lead: float, lead_deviation: float, service: Decimal, step: Decimal = Decimal(1)
) -> Point:
    """ROP = d̄·L + z·√(L·σd² + d̄²·σL²), raised to the unit's `step`. `service`: percent of cycles without a shortage."""
    z = max(0.0, NormalDist().inv_cdf(float(service) / 100))
    safety = z * sqrt(max(0.0, lead) * deviation**2 + daily**2 * lead_deviation**2)
    return Point(_up(safety, step), _up(max(0.0, daily) * max(0.0, lead) + safety, step))


def _up(value: float, step: Decimal) -> Decimal:
    """To the next step; what differs by less than a billionth is an artefact of floating point."""
    exact = Decimal(repr(round(max(0.0, value), 9)))
    return (exact / step).to_integral_value(ROUND_CEILING) * step


def order_sizes(
    need: Decimal, least: Decimal | None = None, multiple: Decimal | None = None, most: Decimal | None = None
) -> list[Decimal]:
    """What is ordered for a need (domain rule 26): raised to the least, rounded up to whole multiples, split at the
    most; no piece below the least or off the multiple. A `most` that no multiple fits into is passed over."""
    if need <= 0:
        return []
    multiple = multiple or ZERO
    least = _fit(least or ZERO, multiple)
    total = _fit(max(need, least), multiple)
    top = (most // multiple * multiple if multiple else most) if most else ZERO
    if top <= 0 or top < least or total <= top:
        return [total]
    count = int((total / top).to_integral_value(ROUND_CEILING))
    total = max(total, count * least)
    pieces = []
    for left in range(count - 1, -1, -1):
        piece = min(top, total - left * least)  # what the pieces after it need at least stays for them
        pieces.append(piece)
        total -= piece
    return pieces


def _fit(quantity: Decimal, multiple: Decimal) -> Decimal:
    return (quantity / multiple).to_integral_value(ROUND_CEILING) * multiple if multiple else quantity


def missing(projected: Decimal, point: Decimal, fill: Decimal) -> Decimal:
    """What is needed of a min-max rule: nothing above the point; below it up to the filling, and with a filling of 0
    exactly what is missing to the point."""
    if projected >= point:
        return ZERO
    return (max(fill, point) if fill > 0 else point) - projected
