"""Budgets: what may be spent and should be earned, by account, department and month."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.account import Account
from modules.finance.models.period import FiscalYear
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class Budget(Record):
    """A version of a year's budget (预算版本). One of a year is in force; orders and requisitions that go beyond it are
    told of or stopped, as `control` says, within the month, from the beginning of the year or over the whole year."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", pgettext_lazy("budget", "In force")
        REPLACED = "replaced", pgettext_lazy("budget", "Replaced")

    class Control(models.TextChoices):
        NONE = "none", pgettext_lazy("budget", "Nothing happens")
        WARN = "warn", pgettext_lazy("budget", "Tell")
        BLOCK = "block", pgettext_lazy("budget", "Stop")

    class Reach(models.TextChoices):
        MONTH = "month", pgettext_lazy("budget", "Each month by itself")
        TO_DATE = "to_date", pgettext_lazy("budget", "From the beginning of the year")
        YEAR = "year", pgettext_lazy("budget", "The whole year")

    name = models.CharField(_("name"), max_length=80)
    year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="+", verbose_name=_("fiscal year"))
    number = models.PositiveIntegerField(pgettext_lazy("budget", "version"), default=1, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DRAFT, editable=False)
    control = models.CharField(
        pgettext_lazy("budget", "when a purchase goes beyond it"), max_length=5, choices=Control.choices,
        default=Control.WARN,
    )  # fmt: skip
    reach = models.CharField(
        pgettext_lazy("budget", "compared over"), max_length=7, choices=Reach.choices, default=Reach.TO_DATE
    )
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="finance_budget_version"),
            models.UniqueConstraint(
                fields=["year"], condition=Q(status="in_force"), name="finance_budget_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} V{self.number}"


class BudgetLine(Record):
    """So much for an account (and those below it) in a month; without a department for all of them together."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines", verbose_name=_("budget"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    month = models.DateField(_("month"))
    amount = MoneyField(_("amount"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "account", "department", "month"],
                nulls_distinct=False,
                name="finance_budgetline_once",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="finance_budgetline_month"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.month:%Y-%m}"


class BudgetExcess(Record):
    """A document that went beyond a budget (超预算): told of, or let through by whoever may. One per document and line
    of the budget; `over` is how much of it the budget does not cover."""

    class Kind(models.TextChoices):
        TOLD = "told", pgettext_lazy("budget excess", "Told of")
        ALLOWED = "allowed", pgettext_lazy("budget excess", "Let through")

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="excesses", verbose_name=_("budget"))
    kind = models.CharField(pgettext_lazy("budget excess", "kind"), max_length=7, choices=Kind.choices)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    month = models.DateField(_("month"))
    document = models.JSONField(_("document"))
    budgeted = MoneyField(pgettext_lazy("budget excess", "budget"))
    over = MoneyField(pgettext_lazy("budget excess", "beyond it"))
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("excess over a budget")
        verbose_name_plural = _("excesses over budgets")
        constraints = [models.CheckConstraint(condition=Q(over__gt=0), name="finance_budgetexcess_over")]

    def __str__(self) -> str:
        return f"{self.document.get('label', '')} {self.over}"
