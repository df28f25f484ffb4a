"""Exchange rates by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from modules.shared.data.errors import MissingRate
from modules.shared.data.models import ExchangeRate
from tenon.tenancy.context import current


def exchange_rate(currency: str, on: date) -> Decimal:
    """What one unit of `currency` was worth in the company's currency on that day: the last rate known by then.

    Raises MissingRate: no rate is never taken for 1."""
    if currency == current().currency:
        return Decimal(1)
    rate = (
        ExchangeRate.objects.filter(currency__code=currency, day__lte=on)
        .order_by("-day")
        .values_list("rate", flat=True)
    ).first()
    if rate is None:
        raise MissingRate(currency=currency, day=on.isoformat())
    return rate
