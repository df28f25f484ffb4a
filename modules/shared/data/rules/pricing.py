"""Which price holds: validity, quantity breaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class PriceOffer:
    min_quantity: Decimal
    price: Decimal
    valid_from: date | None = None
    valid_until: date | None = None


def best_price(offers: Iterable[PriceOffer], quantity: Decimal, on: date) -> PriceOffer | None:
    """The offer that holds for `quantity` on that day: of those valid, the highest break reached; of equals the one
    that began last."""
    valid = [
        o
        for o in offers
        if o.min_quantity <= quantity
        and (o.valid_from is None or o.valid_from <= on)
        and (o.valid_until is None or o.valid_until >= on)
    ]
    return max(valid, key=lambda o: (o.min_quantity, o.valid_from or date.min), default=None)
