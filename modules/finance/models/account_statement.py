"""Statements of account: what a customer is told that it owes, as it stood."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class AccountStatement(Record):
    """A party's account over some days, in one currency (对账单): what was owed before, each document, what is owed at
    the end, and which items are open then. Kept as it was told; it does not change with what is entered later."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", pgettext_lazy("statement of account", "Sent")
        CONFIRMED = "confirmed", pgettext_lazy("statement of account", "Confirmed")
        DISPUTED = "disputed", pgettext_lazy("statement of account", "Disputed")

    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    opening = MoneyField(_("opening balance"), default=0, editable=False)
    charged = MoneyField(pgettext_lazy("statement of account", "charged"), default=0, editable=False)
    settled = MoneyField(pgettext_lazy("statement of account", "settled"), default=0, editable=False)
    closing = MoneyField(_("closing balance"), default=0, editable=False)
    overdue = MoneyField(pgettext_lazy("statement of account", "of it overdue"), default=0, editable=False)
    open_items = models.JSONField(pgettext_lazy("statement of account", "open items"), default=list, editable=False)
    sent_to = models.EmailField(
        pgettext_lazy("statement of account", "sent to"), blank=True, default="", editable=False
    )
    sent_at = models.DateTimeField(
        pgettext_lazy("statement of account", "sent at"), null=True, blank=True, editable=False
    )
    answered_by = models.CharField(
        pgettext_lazy("statement of account", "answered by"), max_length=120, blank=True, default="", editable=False
    )
    answered_on = models.DateField(
        pgettext_lazy("statement of account", "answered on"), null=True, blank=True, editable=False
    )
    answer = models.CharField(
        pgettext_lazy("statement of account", "answer"), max_length=500, blank=True, default="", editable=False
    )
    recorded_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=pgettext_lazy("statement of account", "answer recorded by"),
    )  # fmt: skip
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("statement of account")
        verbose_name_plural = _("statements of account")
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="finance_accountstatement_days"),
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("charged") - F("settled")), name="finance_accountstatement_sum"
            ),
        ]
        indexes = [models.Index(fields=["party", "-until"], name="finance_accountstatement_party")]

    def __str__(self) -> str:
        return self.number


class AccountStatementLine(Record):
    """One document on a statement; `balance` is what is owed after it."""

    statement = models.ForeignKey(
        AccountStatement, models.CASCADE, related_name="lines", verbose_name=_("statement of account")
    )
    position = models.PositiveIntegerField(_("position"))
    day = models.DateField(_("date"))
    document = models.CharField(_("document"), max_length=80, blank=True, default="")
    text = models.CharField(_("text"), max_length=200, blank=True, default="")
    reference = models.CharField(_("reference"), max_length=120, blank=True, default="")
    charged = MoneyField(pgettext_lazy("statement of account", "charged"), default=0)
    settled = MoneyField(pgettext_lazy("statement of account", "settled"), default=0)
    balance = MoneyField(pgettext_lazy("statement of account", "balance"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("line of a statement of account")
        verbose_name_plural = _("lines of statements of account")
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="finance_accountstatementline_once")
        ]

    def __str__(self) -> str:
        return f"{self.statement} · {self.document}"
