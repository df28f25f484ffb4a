"""A price from one currency into another."""

from __future__ import annotations

from decimal import Decimal

from tenon.money.rounding import currency_step, round_to

SMALL = 100  # coins: a price below that keeps finer digits
# What may become of a draft's prices: asked of the price lists, converted by its rates, or left as they are.
PRICES = ("list", "rate", "keep")
FINER = Decimal("0.0001")  # of the smallest coin


def converted(price: Decimal, from_rate: Decimal, to_rate: Decimal, currency: str) -> Decimal:
    """The price by the two rates (each what one unit is worth in the company's currency), to the coin; what costs very
    little keeps finer digits."""
    exact, step = price * from_rate / to_rate, currency_step(currency)
    return round_to(exact, step if exact >= step * SMALL else step * FINER)
