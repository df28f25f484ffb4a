"""Unit conversion by exact fractions (domain rule 1): one rounding at the end, remainder known."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Converted:
    """`quantity` in the target unit, a multiple of its step; `remainder` is what rounding left (exact − quantity)."""

    quantity: Decimal
    remainder: Fraction


def step_of(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def find_ratio(source: Hashable, target: Hashable, factors: Iterable[Mapping[Any, Fraction]]) -> Fraction | None:
    """How many `target` one `source` is, over as few conversions as possible, forwards or backwards; None if there is
    no way. `factors` are layers, the more particular first: a product's own box size goes before the general one."""
    if source == target:
        return Fraction(1)
    edges: dict[Hashable, dict[Hashable, Fraction]] = {}
    for layer in factors:
        for (a, b), factor in layer.items():
            if b not in edges.get(a, {}) and a not in edges.get(b, {}):
                edges.setdefault(a, {})[b] = factor
                edges.setdefault(b, {})[a] = 1 / factor
    waiting, seen = deque([(source, Fraction(1))]), {source}
    while waiting:
        unit, ratio = waiting.popleft()
        for neighbour, factor in edges.get(unit, {}).items():
            if neighbour == target:
                return ratio * factor
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append((neighbour, ratio * factor))
    return None


def convert(quantity: Decimal, ratio: Fraction, decimals: int) -> Converted:
    """`quantity` × `ratio`, rounded half up to `decimals`. Whole-piece units (0 decimals) let the caller refuse a
    remainder; for others it is the unit's stated rounding."""
    exact = Fraction(quantity) * ratio
    rounded = to_decimal(exact, decimals)
    return Converted(rounded, exact - Fraction(rounded))


def to_decimal(value: Fraction, decimals: int) -> Decimal:
    """The nearest decimal with `decimals` places, half away from zero, decided on the exact value."""
    scaled = abs(value) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    sign = -1 if value < 0 else 1
    with localcontext(prec=60):
        return (Decimal(sign * whole)).scaleb(-decimals)


def same_quantity(a: Decimal, b: Decimal, decimals: int) -> bool:
    """Equal inside the unit's rounding step: 969.99986 kg closes a request of 970 kg when a kg has three decimals."""
    step = step_of(decimals)
    return a.quantize(step, ROUND_HALF_UP) == b.quantize(step, ROUND_HALF_UP)
