"""Sums in the smallest unit of a currency: rounding, shares of a period, splitting a sum, discounts and tax."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

# Stripe's currencies without a minor unit: an amount of 500 JPY is 500.
WHOLE = frozenset(
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"]
)


def rounded(value: Fraction) -> int:
    """To the whole minor unit, half away from zero."""
    whole, rest = divmod(abs(value), 1)
    magnitude = int(whole) + (1 if rest >= Fraction(1, 2) else 0)
    return magnitude if value >= 0 else -magnitude


def price_of(unit_amount: Decimal, quantity: int) -> int:
    return rounded(Fraction(unit_amount) * quantity)


def remaining(amount: int, start: int, end: int, moment: int) -> int:
    """What of `amount`, paid for start..end, belongs to the time from `moment` on: to the second, to the cent."""
    if end <= start:
        return 0
    left = min(max(end - moment, 0), end - start)
    return rounded(Fraction(amount) * Fraction(left, end - start))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` out in proportion to the weights so that the parts add up exactly (largest remainder first)."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    exact = [Fraction(total) * Fraction(weight, whole) for weight in weights]
    parts = [int(value // 1) for value in exact]
    order = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def discount_of(amounts: Sequence[int], percent: Decimal | None, amount_off: int | None) -> list[int]:
    """How much a coupon takes off each of the amounts. Negative amounts (credits) are left alone."""
    weights = [max(amount, 0) for amount in amounts]
    if percent is not None:
        total = rounded(Fraction(sum(weights)) * Fraction(percent) / 100)
    else:
        total = min(amount_off or 0, sum(weights))
    return split(total, weights)


def tax_of(amount: int, percent: Decimal, inclusive: bool, inclusive_total: Decimal | None = None) -> int:
    """The tax in (inclusive) or on top of (exclusive) an amount; several inclusive rates share `inclusive_total`."""
    rate = Fraction(percent) / 100
    if inclusive:
        return rounded(Fraction(amount) * rate / (1 + Fraction(inclusive_total or percent) / 100))
    return rounded(Fraction(amount) * rate)


def written(amount: int, currency: str) -> str:
    """For people: 1,234.50 USD."""
    if currency in WHOLE:
        return f"{amount:,} {currency.upper()}"
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100:,}.{abs(amount) % 100:02d} {currency.upper()}"
