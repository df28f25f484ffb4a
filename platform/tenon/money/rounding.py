"""Rounding and splitting of amounts. Pure arithmetic; shapes are Decimals in, Decimals out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cache

from babel.numbers import get_currency_precision

ZERO = Decimal(0)


@cache
def currency_step(currency: str) -> Decimal:
    """Smallest amount of an ISO 4217 currency: CNY 0.01, JPY 1, KWD 0.001 (CLDR by way of babel)."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Commercial rounding (half up, away from zero) to the currency's decimals."""
    return amount.quantize(currency_step(currency), rounding=ROUND_HALF_UP)


def round_to(amount: Decimal, step: Decimal) -> Decimal:
    """Nearest multiple of `step` (half up): a unit's rounding step, a currency's cash step."""
    return (amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def allocate(amount: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """Splits `amount` over `weights` in multiples of `step` so that the parts sum exactly (largest remainder,
    Hamilton's method; ties to the earlier part). All-zero weights split evenly. `amount` must be a multiple of step.

    Raises ValueError on no weights, a negative weight, or an amount that is no multiple of `step`."""
    if not weights or any(w < 0 for w in weights):
        raise ValueError("weights must be non-empty and not negative")
    if amount % step:
        raise ValueError(f"{amount} is no multiple of {step}")
    total = sum(weights, ZERO)
    if total == 0:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    units = abs(amount) / step
    exact = [units * w / total for w in weights]
    whole = [e.quantize(Decimal(1), rounding=ROUND_DOWN) for e in exact]
    missing = int(units - sum(whole, ZERO))
    order = sorted(range(len(weights)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[:missing]:
        whole[i] += 1
    sign = -1 if amount < 0 else 1
    return [w * step * sign for w in whole]
