"""Taxes on sales and purchases."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenon.money.fields import PercentField
from tenon.records.base import Record


class Tax(Record):
    """A tax rate (税率). `included`: prices under this tax contain it (含税价). Documents copy rate and mode."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    rate = PercentField(_("rate"))
    included = models.BooleanField(_("included in price"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("tax")
        verbose_name_plural = _("taxes")
        constraints = [models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1000), name="data_tax_rate")]

    def __str__(self) -> str:
        return self.name
