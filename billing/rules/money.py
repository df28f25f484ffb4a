"""Amounts as Stripe counts them: whole cents, and whole yen."""

from __future__ import annotations

from decimal import Decimal

# https://docs.stripe.com/currencies#zero-decimal
WITHOUT_CENTS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)  # fmt: skip


def decimals(currency: str) -> int:
    return 0 if currency.upper() in WITHOUT_CENTS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """Raises ValueError for an amount that has no exact cents."""
    minor = amount.scaleb(decimals(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} {currency} has no exact cents")
    return int(minor)


def from_minor(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-decimals(currency))
