"""Why the margin of one time differs from that of another: price, cost, volume, mix, what is new or gone. Pure.

Per product sold in both, with quantities q, prices p and unit costs c of before (0) and after (1); R* = Σ q1·p0 and
C* = Σ q1·c0 are what was sold after at the prices and costs of before (price-volume-mix analysis as in Horngren, Datar,
Rajan: Cost Accounting, chapter 14, weighted by revenue, so that pieces and kilograms add up):

    price  = ΣR1 − R*
    cost   = C* − ΣC1
    volume = M0 × (R* − R0) ÷ R0          all products growing alike
    mix    = (R* − C*) − M0 − volume      some growing more than others

What was sold only before or only after counts as range with its whole margin; what has no quantity as other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal(0)


@dataclass(frozen=True)
class Sold:
    quantity: Decimal
    revenue: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        return self.revenue - self.cost


@dataclass(frozen=True)
class Bridge:
    """From the margin of before to that of after; the steps sum to their difference exactly."""

    before: Decimal
    price: Decimal
    cost: Decimal
    volume: Decimal
    mix: Decimal
    range: Decimal
    other: Decimal
    after: Decimal


def margin_bridge(
    before: Mapping[int, Sold],
    after: Mapping[int, Sold],
    other: tuple[Decimal, Decimal],
    to: Callable[[Decimal], Decimal],
) -> Bridge:
    """`other`: margin of what is no product, before and after. Steps are rounded by `to`; the mix takes what rounding
    leaves. A product without a quantity on one side is range or, on both, other."""
    price = cost = Fraction(0)
    old_revenue = old_margin = at_old_revenue = at_old_margin = Fraction(0)
    rest = [other[0], other[1]]
    moved = ZERO
    for key in {*before, *after}:
        was, now = before.get(key), after.get(key)
        if was is not None and now is not None and was.quantity > 0 and now.quantity > 0:
            grown = Fraction(now.quantity) / Fraction(was.quantity)
            old_revenue += Fraction(was.revenue)
            old_margin += Fraction(was.margin)
            at_old_revenue += Fraction(was.revenue) * grown
            at_old_margin += Fraction(was.margin) * grown
            price += Fraction(now.revenue) - Fraction(was.revenue) * grown
            cost += Fraction(was.cost) * grown - Fraction(now.cost)
        elif (was is not None and was.quantity > 0) or (now is not None and now.quantity > 0):
            moved += (now.margin if now else ZERO) - (was.margin if was else ZERO)
        else:
            rest[0] += was.margin if was else ZERO
            rest[1] += now.margin if now else ZERO
    volume = old_margin * (at_old_revenue - old_revenue) / old_revenue if old_revenue else at_old_margin - old_margin
    first = sum((x.margin for x in before.values()), other[0])
    last = sum((x.margin for x in after.values()), other[1])
    by_price, by_cost, by_volume = (to(_decimal(x)) for x in (price, cost, volume))
    beside = rest[1] - rest[0]
    mix = last - first - by_price - by_cost - by_volume - moved - beside
    return Bridge(first, by_price, by_cost, by_volume, mix, moved, beside, last)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
