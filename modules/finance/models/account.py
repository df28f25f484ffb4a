"""The chart of accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record

# Sub-ledgers that the books are compared with: only their documents post to them.
CONTROLLED = frozenset({"receivable", "payable", "stock", "grni", "wip", "suspense"})


class Account(Record):
    """An account (会计科目). Only leaves are posted to. `control` says what sub-ledger it sums up: entries by hand
    leave such accounts alone. `component` puts its postings into the profit of orders (material, freight …)."""

    class Type(models.TextChoices):
        ASSET = "asset", _("Asset")
        LIABILITY = "liability", _("Liability")
        EQUITY = "equity", _("Equity")
        COST = "cost", _("Cost collection")
        REVENUE = "revenue", _("Revenue")
        EXPENSE = "expense", _("Expense")

    class Control(models.TextChoices):
        NONE = "", _("None")
        CASH = "cash", _("Cash")
        BANK = "bank", _("Bank")
        RECEIVABLE = "receivable", _("Receivable")
        PAYABLE = "payable", _("Payable")
        STOCK = "stock", _("Stock")
        GRNI = "grni", _("Goods received not invoiced")
        WIP = "wip", _("Work in progress")
        TAX = "tax", pgettext_lazy("ledger", "Tax")
        SUSPENSE = "suspense", _("Suspense")
        PROFIT = "profit", _("Profit of the current year")
        RETAINED = "retained", _("Retained profit")
        OPENING = "opening", _("Opening balances")

    class Component(models.TextChoices):
        NONE = "", _("None")
        REVENUE = "revenue", _("Revenue")
        MATERIAL = "material", _("Material")
        LABOUR = "labour", _("Labour")
        MACHINE = "machine", pgettext_lazy("cost", "Machine")
        OVERHEAD = "overhead", _("Overhead")
        OUTSIDE = "outside", _("Outside work")
        FREIGHT = "freight", _("Freight")
        COMMISSION = "commission", _("Commission")
        REWORK = "rework", pgettext_lazy("cost", "Rework")
        OTHER = "other", _("Other cost")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120, blank=True, default="")
    # What references show: a code alone says nothing. In the reader's language.
    label = models.GeneratedField(
        expression=Concat("code", models.Value(" "), "name"),
        output_field=models.CharField(max_length=141, verbose_name=_("account")),
        db_persist=True,
        verbose_name=_("account"),
    )
    label_zh = models.GeneratedField(
        expression=Concat("code", models.Value(" "), Coalesce(NullIf("name_zh", models.Value("")), "name")),
        output_field=models.CharField(max_length=141, verbose_name=_("account")),
        db_persist=True,
        verbose_name=_("account"),
    )
    type = models.CharField(_("type"), max_length=9, choices=Type.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent account")
    )
    control = models.CharField(_("control"), max_length=10, choices=Control.choices, blank=True, default="")
    component = models.CharField(_("cost component"), max_length=10, choices=Component.choices, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="finance_account_self"),
            # What the ledger leaves to be settled later exists once.
            models.UniqueConstraint(
                fields=["control"], condition=Q(control="suspense"), name="finance_account_one_suspense"
            ),
            models.UniqueConstraint(
                fields=["control"], condition=Q(control="profit"), name="finance_account_one_profit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        zh = (get_language() or "").startswith("zh")
        return self.name_zh if zh and self.name_zh else self.name

    @property
    def debit_normal(self) -> bool:
        return self.type in (self.Type.ASSET, self.Type.COST, self.Type.EXPENSE)
