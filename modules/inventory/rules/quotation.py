"""What an offer really costs: price, duty and its share of the freight in company currency, so that suppliers of any
currency and unit stand beside each other. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tenon.money.rounding import allocate

EIGHT = Decimal("0.00000001")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Quoted:
    """One line of an offer: `price` for `per` units, `ratio` stock units are one unit; `asked` (stock unit) is what is
    needed, `least` (stock unit) what must be taken at least."""

    line: int
    price: Decimal
    per: Decimal
    ratio: Fraction
    asked: Decimal
    least: Decimal = ZERO

    @property
    def ordered(self) -> Decimal:
        return max(self.asked, self.least)

    def base_price(self, rate: Decimal) -> Fraction:
        """Company currency per stock unit, exact."""
        return Fraction(self.price) * Fraction(rate) / Fraction(self.per) / self.ratio


@dataclass(frozen=True)
class Landed:
    """What a line costs us in company currency. `total` is what must be paid to have what is needed; `unit_cost` of a
    stock unit that is ordered."""

    line: int
    ordered: Decimal
    unit_price: Decimal
    goods: Decimal
    duty: Decimal
    freight: Decimal

    @property
    def total(self) -> Decimal:
        return self.goods + self.duty + self.freight

    @property
    def unit_cost(self) -> Decimal:
        return (self.total / self.ordered).quantize(EIGHT)


def landed(
    quoted: Sequence[Quoted], *, rate: Decimal, freight: Decimal, duty_percent: Decimal, step: Decimal
) -> dict[int, Landed]:
    """Freight (company currency) is shared over the lines by value, so that the shares sum exactly (rule 4)."""
    goods = [_rounded(q.base_price(rate) * Fraction(q.ordered), step) for q in quoted]
    duties = [_rounded(Fraction(value) * Fraction(duty_percent) / 100, step) for value in goods]
    shares = allocate(_rounded(Fraction(freight), step), goods, step) if quoted else []
    return {
        q.line: Landed(q.line, q.ordered, _rounded(q.base_price(rate), EIGHT), value, duty, share)
        for q, value, duty, share in zip(quoted, goods, duties, shares, strict=True)
    }


def best(costs: Iterable[tuple[int, Landed]]) -> int | None:
    """Whose offer costs least in all; between equals the one given first."""
    ranked = sorted(enumerate(costs), key=lambda entry: (entry[1][1].total, entry[0]))
    return ranked[0][1][0] if ranked else None


def _rounded(value: Fraction, step: Decimal) -> Decimal:
    units = value / Fraction(step)
    whole = Decimal(units.numerator) / Decimal(units.denominator)
    return whole.quantize(Decimal(1), ROUND_HALF_UP) * step
