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


def holds(offer: PriceOffer, on: date) -> bool:
    return (offer.valid_from is None or offer.valid_from <= on) and (
        offer.valid_until is None or offer.valid_until >= on
    )


def best_price(offers: Iterable[PriceOffer], quantity: Decimal, on: date) -> PriceOffer | None:
    """The offer that holds for `quantity` on that day: of those valid, the highest break reached; of equals the one
    that began last."""
    valid = [o for o in offers if o.min_quantity <= quantity and holds(o, on)]
    return max(valid, key=lambda o: (o.min_quantity, o.valid_from or date.min), default=None)
