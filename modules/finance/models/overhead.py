"""Overhead: where it is collected, by what it is shared out, and the months that were."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.account import Account
from modules.finance.models.journal import JournalEntry
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import Record


class OverheadPool(Record):
    """Overhead of one kind (制造费用分摊池). What it really cost is collected on `account`; what production charged its
    orders at planned rates is credited to `absorbed_account` (the same one, where the chart has one for both). At the
    end of a month the difference goes to `target_account`, shared out by `driver`."""

    class Driver(models.TextChoices):
        MACHINE = "machine", pgettext_lazy("overhead", "Machine hours")
        LABOUR = "labour", pgettext_lazy("overhead", "Labour hours")
        MATERIAL = "material", pgettext_lazy("overhead", "Material cost")
        QUANTITY = "quantity", pgettext_lazy("overhead", "Good pieces")

    class Share(models.TextChoices):
        ORDERS = "orders", pgettext_lazy("overhead", "Production orders")
        PRODUCTS = "products", pgettext_lazy("overhead", "Products")

    name = models.CharField(_("name"), max_length=80, unique=True)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("overhead", "collected on")
    )
    absorbed_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=pgettext_lazy("overhead", "charged to production on"),
    )  # fmt: skip
    target_account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("overhead", "difference goes to")
    )
    driver = models.CharField(
        pgettext_lazy("overhead", "shared out by"), max_length=8, choices=Driver.choices, default=Driver.MACHINE
    )
    share = models.CharField(
        pgettext_lazy("overhead", "shared out to"), max_length=8, choices=Share.choices, default=Share.ORDERS
    )
    planned = MoneyField(pgettext_lazy("overhead", "planned a month"), default=0)
    capacity = QuantityField(pgettext_lazy("overhead", "normal use a month"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("overhead pool")
        verbose_name_plural = _("overhead pools")
        constraints = [
            # What was charged once is set against one pool.
            models.UniqueConstraint(
                fields=["absorbed_account"], condition=Q(is_active=True), name="finance_overheadpool_absorbed"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_active=True), name="finance_overheadpool_account"
            ),
            models.CheckConstraint(condition=Q(planned__gte=0, capacity__gte=0), name="finance_overheadpool_plan"),
        ]

    def __str__(self) -> str:
        return self.name


class OverheadRun(Record):
    """A pool's month (月末分摊): what it cost, what was charged, and why they differ; `difference` was shared out in
    one voucher. Taken back, the month can be shared out again."""

    class Status(models.TextChoices):
        POSTED = "posted", _("Posted")
        UNDONE = "undone", pgettext_lazy("overhead", "Taken back")

    pool = models.ForeignKey(OverheadPool, models.PROTECT, related_name="runs", verbose_name=_("overhead pool"))
    month = models.DateField(_("month"))
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.POSTED, editable=False)
    actual = MoneyField(pgettext_lazy("overhead", "actual"), editable=False)
    absorbed = MoneyField(pgettext_lazy("overhead", "charged"), editable=False)
    difference = MoneyField(pgettext_lazy("overhead", "not charged (charged too much: negative)"), editable=False)
    spending = MoneyField(pgettext_lazy("overhead", "price variance"), editable=False)
    volume = MoneyField(pgettext_lazy("overhead", "volume variance"), editable=False)
    efficiency = MoneyField(pgettext_lazy("overhead", "efficiency variance"), editable=False)
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, related_name="+", verbose_name=_("journal entry"), editable=False
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("overhead of a month")
        verbose_name_plural = _("overhead by month")
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "month"], condition=Q(status="posted"), name="finance_overheadrun_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="finance_overheadrun_month"),
        ]

    def __str__(self) -> str:
        return f"{self.pool} {self.month:%Y-%m}"


class OverheadShare(Record):
    """What one production order or product bears of a month's difference."""

    run = models.ForeignKey(OverheadRun, models.CASCADE, related_name="shares", verbose_name=_("overhead of a month"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    production_order = models.JSONField(_("production order"), null=True)
    driver = QuantityField(pgettext_lazy("overhead", "used"))
    amount = MoneyField(_("amount"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("share of overhead")
        verbose_name_plural = _("shares of overhead")

    def __str__(self) -> str:
        return f"{self.run} · {self.product}"
