"""When an invoice is due."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.money.fields import PercentField
from tenon.records.base import Record


class PaymentTerm(Record):
    """A payment term (付款条件): days after the invoice, or instalments `[{"percent": "30", "days": 0}, …]` that add up
    to 100 per cent. Whoever pays within `discount_days` may take `discount_percent` off (现金折扣)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    days = models.PositiveIntegerField(_("days"), default=0)
    lines = models.JSONField(_("instalments"), default=list, blank=True)
    discount_percent = PercentField(_("cash discount %"), default=0, db_default=0)
    discount_days = models.PositiveIntegerField(
        _("cash discount within days"), default=0, db_default=0, help_text=_("Of the invoice's date.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("payment term")
        verbose_name_plural = _("payment terms")

    def __str__(self) -> str:
        return self.name
