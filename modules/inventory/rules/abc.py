"""Classes of products by what is used of them (ABC 分类). Pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

A_SHARE, B_SHARE = Decimal("0.80"), Decimal("0.95")
ZERO = Decimal(0)


def classes(consumption: Mapping[int, Decimal], a: Decimal = A_SHARE, b: Decimal = B_SHARE) -> dict[int, str]:
    """Product → A, B or C. The products that make up the first `a` of all consumption value are A, those up to `b` are
    B, the rest and whatever is not used at all are C. The one that crosses a border belongs to the better class, so
    that somebody with one product has an A. Equal values: the lower key first."""
    total = sum((value for value in consumption.values() if value > 0), ZERO)
    out, before = {}, ZERO
    for key, value in sorted(consumption.items(), key=lambda item: (-item[1], item[0])):
        if value <= 0:
            out[key] = "C"
            continue
        share = before / total
        out[key] = "A" if share < a else "B" if share < b else "C"
        before += value
    return out
