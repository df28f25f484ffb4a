"""How many pieces each operation begins with, and for how long. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction


def pieces_begun(good: Decimal, yields: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """What each operation in turn begins with so that `good` come out of the last: yields (percent) accumulate
    backwards (domain rule 24: 96 wanted at 96 % begin with 100). Exact, then rounded up to the unit's smallest piece.
    Raises ValueError unless 0 < yield ≤ 100."""
    step = Decimal(1).scaleb(-decimals)
    wanted, begun = Fraction(good), []
    for percent in reversed(yields):
        if not 0 < percent <= 100:
            raise ValueError("a yield lies above 0 and up to 100 %")
        wanted = wanted * 100 / Fraction(percent)
        pieces = wanted / Fraction(step)
        begun.append(Decimal(-(-pieces.numerator // pieces.denominator)) * step)
    return begun[::-1]


def share_of(component: Decimal, pieces: Decimal, of: Decimal, decimals: int) -> Decimal:
    """What `pieces` of `of` take of a component, rounded up: half a bolt is not taken."""
    step = Decimal(1).scaleb(-decimals)
    return (component * pieces / of / step).to_integral_value(ROUND_CEILING) * step
