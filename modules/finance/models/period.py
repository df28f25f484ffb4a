"""Fiscal years and their periods."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class FiscalYear(Record):
    """A fiscal year (会计年度), and how it treats goods received and not invoiced (暂估): the accrual stands until the
    invoice comes, or is reversed on the first of each month and made again at its end. Either is kept for a year at
    least; a year made later follows the one before it."""

    class Accruals(models.TextChoices):
        UNTIL_INVOICE = "until_invoice", _("Reversed when the invoice comes")
        MONTHLY = "monthly", _("Reversed on the first of each month")

    class Words(models.TextChoices):
        ONE = "one", _("One word for all vouchers")
        THREE = "three", _("Receipt, payment and transfer vouchers")

    name = models.CharField(_("name"), max_length=40, unique=True)
    starts_on = models.DateField(_("first day"), unique=True)
    ends_on = models.DateField(_("last day"), unique=True)
    accruals = models.CharField(
        _("goods received not invoiced"), max_length=13, choices=Accruals.choices, default=Accruals.UNTIL_INVOICE,
        db_default=Accruals.UNTIL_INVOICE,
    )  # fmt: skip
    voucher_words = models.CharField(
        _("voucher words"), max_length=5, choices=Words.choices, default=Words.ONE, db_default=Words.ONE
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("fiscal year")
        verbose_name_plural = _("fiscal years")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="finance_fiscal_year_days")
        ]

    def __str__(self) -> str:
        return self.name


class Period(Record):
    """An accounting period (会计期间): open to all who may post, soft (only to those who may post to it all the same),
    or closed to everybody, for posting and for cancelling. What one module posts may be closed before the rest: stock
    when it is counted, receivables when the last invoice is out. The database refuses what is closed, too."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open for posting")
        SOFT = "soft", _("Soft closed")
        CLOSED = "closed", _("Closed")

    year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="periods", verbose_name=_("fiscal year"))
    name = models.CharField(_("name"), max_length=40, unique=True)
    starts_on = models.DateField(_("first day"), unique=True)
    ends_on = models.DateField(_("last day"), unique=True)
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.OPEN)
    stock = models.CharField(
        _("stock and production"), max_length=6, choices=Status.choices, default=Status.OPEN, db_default=Status.OPEN
    )
    receivable = models.CharField(
        _("receivable"), max_length=6, choices=Status.choices, default=Status.OPEN, db_default=Status.OPEN
    )
    payable = models.CharField(
        _("payable"), max_length=6, choices=Status.choices, default=Status.OPEN, db_default=Status.OPEN
    )
    bank = models.CharField(
        _("bank and cash"), max_length=6, choices=Status.choices, default=Status.OPEN, db_default=Status.OPEN
    )

    reopen_reason = models.CharField(
        _("why it was opened again"), max_length=300, blank=True, default="", db_default="", editable=False
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["starts_on"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="finance_period_days")]

    def __str__(self) -> str:
        return self.name
