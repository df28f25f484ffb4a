"""Goods in two quantities (变重商品): pieces and what they weigh, neither following from the other (docs/adr/0020).
What of the weight goes with which pieces is said, or is known because all of a place goes. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """So many pieces out of a place and lot where `there` lie, which weigh `weight`."""

    pieces: Decimal
    there: Decimal
    weight: Decimal

    @property
    def whole(self) -> bool:
        return self.pieces == self.there


class Unclear(Exception):
    """`missing`: nobody said what the part of a place weighs. `several`: of more than one place a part goes, and only
    their sum was said. `whole`: all that lies there goes, and weighs `weight`. `range`: what stays would weigh nothing,
    or less."""

    def __init__(self, code: str, weight: Decimal = ZERO) -> None:
        super().__init__(code)
        self.code, self.weight = code, weight


def shares(parts: Sequence[Part], total: Decimal | None) -> list[Decimal]:
    """What each part weighs, of a `total` that was weighed (None: it was not). Where all goes, all its weight goes; the
    rest was taken from the one place of which pieces stay. Raises Unclear."""
    known = sum((part.weight for part in parts if part.whole), ZERO)
    cut = [part for part in parts if not part.whole]
    if not cut:
        if total not in (None, known):
            raise Unclear("whole", known)
        return [part.weight for part in parts]
    if total is None:
        raise Unclear("missing")
    if len(cut) > 1:
        raise Unclear("several")
    rest = total - known
    if not ZERO < rest < cut[0].weight:
        raise Unclear("range", known + cut[0].weight)
    return [part.weight if part.whole else rest for part in parts]


def found(pieces: Decimal, weight: Decimal) -> list[tuple[Decimal, Decimal]]:
    """The differences of a count as movements that each go one way: together, or one after the other when more pieces
    weigh less."""
    if not pieces and not weight:
        return []
    if pieces * weight >= 0:
        return [(pieces, weight)]
    return [(ZERO, weight), (pieces, ZERO)]


def plausible(pieces: Decimal, weight: Decimal, nominal: Decimal, tolerance: Decimal | None) -> bool:
    """Do so many pieces weigh about what they usually do? `tolerance` in per cent; None: whatever they weigh."""
    usual = pieces * nominal
    return tolerance is None or abs(weight - usual) * 100 <= tolerance * usual
