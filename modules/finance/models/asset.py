"""Fixed assets, and what they lose every month."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.account import Account
from modules.finance.models.journal import JournalEntry
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class Asset(Record):
    """A fixed asset (固定资产). What is left is spread from `basis_from` over `life_months` or `total_units`; a change
    of life or value begins a new basis and leaves what was posted alone."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_USE = "in_use", _("In use")
        DISPOSED = "disposed", pgettext_lazy("fixed asset", "Disposed of")

    class Method(models.TextChoices):
        STRAIGHT = "straight", _("Straight line")
        DECLINING = "declining", _("Double declining balance")
        UNITS = "units", _("Units of production")

    class Start(models.TextChoices):
        NEXT_MONTH = "next_month", _("With the month after")
        DAY = "day", _("With the day, by days of the month")

    number = models.CharField(pgettext_lazy("fixed asset", "number"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT, editable=False)
    asset_account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account of its cost"))
    depreciation_account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=_("account of accumulated depreciation")
    )
    expense_account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=_("account that bears the depreciation")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    method = models.CharField(
        pgettext_lazy("fixed asset", "method"), max_length=9, choices=Method.choices, default=Method.STRAIGHT
    )
    start = models.CharField(_("depreciation begins"), max_length=10, choices=Start.choices, default=Start.NEXT_MONTH)
    in_use_on = models.DateField(_("in use since"))
    cost = MoneyField(pgettext_lazy("fixed asset", "cost"))
    residual = MoneyField(_("residual value"), default=0)
    life_months = models.PositiveIntegerField(
        _("remaining life in months"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    total_units = models.DecimalField(_("units over its life"), max_digits=18, decimal_places=4, null=True, blank=True)
    depreciated_before = MoneyField(_("depreciated before"), default=0)
    units_done = models.DecimalField(_("units so far"), max_digits=18, decimal_places=4, default=0, editable=False)
    depreciated = MoneyField(_("depreciated"), default=0, editable=False)
    book_value = MoneyField(pgettext_lazy("fixed asset", "book value"), default=0, editable=False)
    depreciated_until = models.DateField(_("depreciated until"), null=True, blank=True, editable=False)
    basis_from = models.DateField(null=True, blank=True, editable=False)
    basis_depreciated = MoneyField(default=0, editable=False)
    basis_units = models.DecimalField(max_digits=18, decimal_places=4, default=0, editable=False)
    disposed_on = models.DateField(_("disposed of on"), null=True, blank=True, editable=False)
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("entry of acquisition"),
    )  # fmt: skip
    disposal_entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("entry of disposal"),
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("fixed asset")
        verbose_name_plural = _("fixed assets")
        constraints = [
            models.CheckConstraint(condition=Q(cost__gt=0), name="finance_asset_cost"),
            models.CheckConstraint(condition=Q(residual__gte=0), name="finance_asset_residual"),
            models.CheckConstraint(condition=Q(book_value=F("cost") - F("depreciated")), name="finance_asset_book"),
            models.CheckConstraint(
                condition=~Q(status="in_use") | Q(book_value__gte=F("residual")), name="finance_asset_left"
            ),
        ]
        indexes = [models.Index(fields=["status", "number"], name="finance_asset_status")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def carry(self) -> None:
        """The book value that follows from cost and depreciation; of a draft, from what it was depreciated before."""
        if self.status == self.Status.DRAFT:
            self.depreciated = self.depreciated_before
        self.book_value = self.cost - self.depreciated

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.carry()
        super().save(*args, **kwargs)


class DepreciationRun(Record):
    """The depreciation of a month: one voucher, once (计提折旧)."""

    month = models.DateField(_("month"), unique=True)
    total = MoneyField(_("amount"), default=0, editable=False)
    entry = models.OneToOneField(
        JournalEntry, models.PROTECT, related_name="+", editable=False, verbose_name=_("journal entry")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("depreciation run")
        verbose_name_plural = _("depreciation runs")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Depreciation(Record):
    """What one asset lost, by a run or at its disposal."""

    run = models.ForeignKey(
        DepreciationRun, models.PROTECT, null=True, blank=True, related_name="lines",
        verbose_name=_("depreciation run"),
    )  # fmt: skip
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="depreciations", verbose_name=_("fixed asset"))
    until = models.DateField(pgettext_lazy("fixed asset", "until"))
    amount = MoneyField(_("amount"))
    book_value = MoneyField(_("book value after"))
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="+", verbose_name=_("journal entry"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("depreciation")
        verbose_name_plural = _("depreciations")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_depreciation_amount"),
            models.UniqueConstraint(fields=["asset", "until"], name="finance_depreciation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.until}: {self.amount}"
