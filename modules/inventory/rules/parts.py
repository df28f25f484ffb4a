"""The value of a part of a whole, so that the parts sum exactly, however many there are and whenever they come."""

from __future__ import annotations

from decimal import Decimal

from modules.inventory.rules.costing import rounded


def value_of_part(total: Decimal, whole: Decimal, before: Decimal, part: Decimal, step: Decimal) -> Decimal:
    """Value of the next `part` of a `whole` quantity worth `total`, after `before` was taken already.

    Each cumulative value is rounded, and a part is the difference of two: the parts of a whole always sum to its
    (rounded) total, which rounding each part by itself would miss. Beyond the whole the same price goes on.
    Raises ValueError when there is no whole to be a part of."""
    if whole <= 0 or part < 0 or before < 0:
        raise ValueError(f"{part} after {before} of {whole}")
    return rounded(total * (before + part) / whole, step) - rounded(total * before / whole, step)
