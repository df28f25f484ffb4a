"""Revaluation of what is open in foreign currency at the end of a period."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.account import Account
from modules.finance.models.invoice import Invoice
from modules.finance.models.journal import JournalEntry
from modules.finance.models.payment import Payment
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class Revaluation(Record):
    """What open items and bank balances in foreign currency are worth at the end of a day (期末调汇). What is gained or
    lost on open items is unrealised: it is taken back on the next day, so that settling them books all of it, once.
    Bank balances keep their new worth."""

    class Status(models.TextChoices):
        POSTED = "posted", _("Posted")
        UNDONE = "undone", pgettext_lazy("revaluation", "Taken back")

    day = models.DateField(_("at the end of"))
    status = models.CharField(_("status"), max_length=6, choices=Status.choices, default=Status.POSTED, editable=False)
    gain = MoneyField(_("gain (loss negative)"), default=0, editable=False)
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("journal entry"),
        editable=False,
    )  # fmt: skip
    reversal = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("taken back on the next day"),
    )  # fmt: skip
    bank_entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("entry of bank balances"),
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("currency revaluation")
        verbose_name_plural = _("currency revaluations")
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(status="posted"), name="finance_revaluation_day"),
        ]

    def __str__(self) -> str:
        return self.day.isoformat()


class RevaluationLine(Record):
    """One open item, or the balance of one bank account in one currency. `difference` is worth less carried, in the
    sense of the item: a receivable or payable invoice is positive, what reduces it negative."""

    revaluation = models.ForeignKey(
        Revaluation, models.CASCADE, related_name="lines", verbose_name=_("currency revaluation")
    )
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invoice")
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment")
    )
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bank or cash account")
    )
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = MoneyField(_("open amount"))
    rate = models.DecimalField(_("exchange rate"), max_digits=20, decimal_places=10)
    carried = MoneyField(_("carried at"))
    worth = MoneyField(pgettext_lazy("revaluation", "worth"))
    difference = MoneyField(_("difference"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("line of a currency revaluation")
        verbose_name_plural = _("lines of currency revaluations")

    def __str__(self) -> str:
        return f"{self.invoice or self.payment or self.account} {self.difference}"
