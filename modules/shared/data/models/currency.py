"""Currencies and dated exchange rates."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Currency(Record):
    """A currency that the company trades in (币种), with the decimals of ISO 4217. Documents hold its code."""

    code = models.CharField(_("code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=60)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("currency")
        verbose_name_plural = _("currencies")
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{3}$"), name="data_currency_code")]

    def __str__(self) -> str:
        return self.code


class ExchangeRate(Record):
    """What one unit of `currency` is worth in the company's currency from `day` on (汇率). None is an error."""

    currency = models.ForeignKey(Currency, models.PROTECT, related_name="rates", verbose_name=_("currency"))
    day = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="data_exchange_rate_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="data_exchange_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"
