"""Cash discount and its tax share, and what open items of two sides are netted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from modules.finance.rules.amounts import round_step

ZERO = Decimal(0)


@dataclass(frozen=True)
class DiscountTerms:
    """As agreed with an invoice: so many per cent when paid by a day (no day: none was agreed). Grace and tolerance
    are the company's."""

    percent: Decimal
    until: date | None
    grace_days: int = 0
    tolerance: Decimal = ZERO


def discount_agreed(total: Decimal, terms: DiscountTerms, step: Decimal) -> Decimal:
    """What may be taken of an invoice over `total`, without tolerance."""
    return round_step(total * terms.percent / 100, step) if terms.until else ZERO


def discount_exceeds(
    amount: Decimal, taken: Decimal, total: Decimal, on: date, terms: DiscountTerms, step: Decimal
) -> str:
    """Why a discount of `amount`, with `taken` before it, is more than was agreed: "late", "discount", or ""."""
    if terms.until is None or on > terms.until + timedelta(days=terms.grace_days):
        return "late"
    return "discount" if amount + taken > discount_agreed(total, terms, step) + terms.tolerance else ""


def tax_share(discount: Decimal, tax: Decimal, total: Decimal, step: Decimal) -> Decimal:
    """What of a discount is tax: its share of the invoice's tax, to the smallest amount of the currency. A discount of
    everything takes all of the tax."""
    return round_step(discount * tax / total, step) if total else ZERO


def taken_in_order(items: Sequence[Decimal], amount: Decimal) -> list[Decimal]:
    """`amount` used up over open items in their order; what is left of it stays unused."""
    out, left = [], amount
    for item in items:
        used = min(item, left)
        left -= used
        out.append(used)
    return out
