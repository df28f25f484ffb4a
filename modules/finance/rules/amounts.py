"""Amounts of documents: parts of an order line, translation into the company's currency, relief of an open item."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


def round_step(amount: Decimal, step: Decimal) -> Decimal:
    """Half up, away from zero, to a multiple of the currency's smallest amount (a power of ten)."""
    return amount.quantize(step, rounding=ROUND_HALF_UP)


def portion(amount: Decimal, done: Decimal, quantity: Decimal, whole: Decimal, step: Decimal) -> Decimal:
    """What `quantity` of `whole` costs when `done` has been charged before and all of it costs `amount`.

    Charged cumulatively, so that partial invoices add up to the order line exactly, whatever the parts."""
    if whole <= 0:
        raise ValueError("the whole quantity must be positive")
    return round_step(amount * (done + quantity) / whole, step) - round_step(amount * done / whole, step)


def to_base(parts: Sequence[Decimal], rate: Decimal, step: Decimal) -> list[Decimal]:
    """Each part in base currency, such that they add up to the rounded translation of their sum; the odd cents go to
    the largest part."""
    if not parts:
        return []
    base = [round_step(p * rate, step) for p in parts]
    missing = round_step(sum(parts, ZERO) * rate, step) - sum(base, ZERO)
    if missing:
        largest = max(range(len(parts)), key=lambda i: abs(base[i]))
        base[largest] += missing
    return base


def relief(settled: Decimal, open_amount: Decimal, open_base: Decimal, step: Decimal) -> Decimal:
    """How much carrying amount (base currency) goes when `settled` of `open_amount` is settled: all of it with the last
    cent, so that nothing is left on a closed item."""
    if settled == open_amount:
        return open_base
    return round_step(open_base * settled / open_amount, step)


def tax_of(amount: Decimal, rate: Decimal, included: bool, step: Decimal) -> tuple[Decimal, Decimal]:
    """(net, tax) of an amount as priced; `rate` in per cent."""
    if included:
        net = round_step(amount * 100 / (100 + rate), step)
        gross = round_step(amount, step)
        return net, gross - net
    net = round_step(amount, step)
    return net, round_step(net * rate / 100, step)
