"""Exchange rates by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from modules.shared.data.errors import MissingRate
from modules.shared.data.models import Currency, ExchangeRate
from tenon.problems import Invalid
from tenon.tenancy.context import current


def known_currency(code: str, field: str = "currency") -> str:
    """The code of a currency that the company trades in. Raises Invalid."""
    if code != current().currency and not Currency.objects.filter(code=code, is_active=True).exists():
        raise Invalid.field(field, _("%(code)s is no currency in use here") % {"code": code}, "unknown")
    return code


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


def rates_on(codes: Iterable[str], on: date) -> dict[str, Decimal]:
    """The same for several currencies in one query; without a rate a currency is missing."""
    found = (
        ExchangeRate.objects.filter(currency__code__in=set(codes), day__lte=on)
        .order_by("currency_id", "-day")
        .distinct("currency_id")
        .values_list("currency__code", "rate")
    )
    return {**dict(found), current().currency: Decimal(1)}
