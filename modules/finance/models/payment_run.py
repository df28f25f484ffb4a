"""Payment runs: supplier invoices paid together by one file to the bank."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.bank import CashAccount
from modules.finance.models.invoice import Invoice
from modules.finance.models.payment import Payment
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class PaymentRun(Record):
    """What is paid to suppliers on a day from one account (付款批次): proposed, approved, given to the bank as a file,
    recorded. The account's ledger is credited when it is recorded; the bank's line is matched with that."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("payment run", "Proposed")
        APPROVED = "approved", pgettext_lazy("payment run", "Approved")
        PAID = "paid", pgettext_lazy("payment run", "Recorded")
        CANCELLED = "cancelled", pgettext_lazy("payment run", "Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.PROPOSED, editable=False
    )
    cash_account = models.ForeignKey(
        CashAccount, models.PROTECT, related_name="+", verbose_name=_("bank or cash account")
    )
    pay_on = models.DateField(_("paid on"))
    due_until = models.DateField(pgettext_lazy("payment run", "due by"))
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supplier"),
        help_text=pgettext_lazy("payment run", "Left empty: all suppliers."),
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3, editable=False)
    total = MoneyField(_("total"), default=0, editable=False)
    line_count = models.PositiveIntegerField(pgettext_lazy("payment run", "invoices"), default=0, editable=False)
    approved_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=pgettext_lazy("payment run", "approved by"),
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("payment run")
        verbose_name_plural = _("payment runs")

    def __str__(self) -> str:
        return self.number


class PaymentRunLine(Record):
    """One invoice of a run. `live` until the run is cancelled or the line taken out: an invoice is in one live run."""

    run = models.ForeignKey(PaymentRun, models.CASCADE, related_name="lines", verbose_name=_("payment run"))
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="+", verbose_name=_("invoice"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    due_on = models.DateField(_("due date"))
    amount = MoneyField(_("amount"))
    account_number = models.CharField(
        pgettext_lazy("payment run", "account of the supplier"), max_length=60, blank=True, default=""
    )
    holder = models.CharField(_("account holder"), max_length=120, blank=True, default="")
    bank = models.CharField(_("bank"), max_length=120, blank=True, default="")
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment"), editable=False
    )
    live = models.BooleanField(_("In the run"), default=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("line of a payment run")
        verbose_name_plural = _("lines of payment runs")
        constraints = [
            models.UniqueConstraint(fields=["invoice"], condition=Q(live=True), name="finance_paymentrunline_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_paymentrunline_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.run} · {self.invoice}"
