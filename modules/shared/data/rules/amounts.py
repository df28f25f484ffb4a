"""Amounts of an order: quantity × price − discount, tax inside or on top, rounded per line or per tax rate.

Whatever the mode, lines sum to the header exactly, and the header is what the tax lines say (domain rules 3 and 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

ZERO = Decimal(0)
HUNDRED = Decimal(100)
Rounding = Literal["line", "group"]


@dataclass(frozen=True)
class LineInput:
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = ZERO  # per cent
    tax_rate: Decimal = ZERO  # per cent
    tax_included: bool = False
    tax_key: int | str | None = None  # which tax; lines of one rate but two taxes are two tax lines


@dataclass(frozen=True)
class LineAmounts:
    subtotal: Decimal
    tax_amount: Decimal

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.tax_amount


@dataclass(frozen=True)
class TaxLine:
    tax_key: int | str | None
    rate: Decimal
    included: bool
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Amounts:
    lines: tuple[LineAmounts, ...]
    tax_lines: tuple[TaxLine, ...]
    subtotal: Decimal
    tax_amount: Decimal
    freight: Decimal

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.tax_amount + self.freight


def discounted(line: LineInput) -> Decimal:
    """quantity × price less discount, exact."""
    return line.quantity * line.unit_price * (HUNDRED - line.discount) / HUNDRED


def order_amounts(
    lines: Sequence[LineInput], *, step: Decimal, rounding: Rounding = "line", freight: Decimal = ZERO
) -> Amounts:
    """All amounts of a document whose currency has the smallest amount `step`."""
    with localcontext(prec=50):
        groups: dict[tuple[int | str | None, Decimal, bool], list[int]] = {}
        for index, line in enumerate(lines):
            groups.setdefault((line.tax_key, line.tax_rate, line.tax_included), []).append(index)
        results: list[LineAmounts] = [LineAmounts(ZERO, ZERO)] * len(lines)
        tax_lines = []
        for (tax_key, rate, included), members in groups.items():
            exact = [discounted(lines[i]) for i in members]
            compute = _per_line if rounding == "line" else _per_group
            for i, amounts in zip(members, compute(exact, rate, included, step), strict=True):
                results[i] = amounts
            base = sum((results[i].subtotal for i in members), ZERO)
            amount = sum((results[i].tax_amount for i in members), ZERO)
            tax_lines.append(TaxLine(tax_key, rate, included, base, amount))
        return Amounts(
            lines=tuple(results),
            tax_lines=tuple(tax_lines),
            subtotal=sum((r.subtotal for r in results), ZERO),
            tax_amount=sum((r.tax_amount for r in results), ZERO),
            freight=_round(freight, step),
        )


def _round(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _per_line(exact: list[Decimal], rate: Decimal, included: bool, step: Decimal) -> list[LineAmounts]:
    out = []
    for amount in exact:
        rounded = _round(amount, step)
        if included:
            tax = _round(rounded * rate / (HUNDRED + rate), step)
            out.append(LineAmounts(rounded - tax, tax))
        else:
            out.append(LineAmounts(rounded, _round(rounded * rate / HUNDRED, step)))
    return out


def _per_group(exact: list[Decimal], rate: Decimal, included: bool, step: Decimal) -> list[LineAmounts]:
    """Rounds the sums of the group once; the lines then share them so that they add up."""
    taxes = [a * rate / (HUNDRED + rate if included else HUNDRED) for a in exact]
    amounts, tax_shares = share(exact, step), share(taxes, step)
    if included:
        return [LineAmounts(gross - tax, tax) for gross, tax in zip(amounts, tax_shares, strict=True)]
    return [LineAmounts(net, tax) for net, tax in zip(amounts, tax_shares, strict=True)]


def share(exact: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """The rounded sum of `exact` (not negative), split so that each part is its amount rounded down or up (largest
    remainder; ties to the earlier line)."""
    units = [a / step for a in exact]
    whole = [u.quantize(Decimal(1), ROUND_DOWN) for u in units]
    missing = int(sum(units, ZERO).quantize(Decimal(1), ROUND_HALF_UP) - sum(whole, ZERO))
    for i in sorted(range(len(units)), key=lambda i: (whole[i] - units[i], i))[:missing]:
        whole[i] += 1
    return [w * step for w in whole]
