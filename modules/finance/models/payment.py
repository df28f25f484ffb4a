"""Payments, and what they settle."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.account import Account
from modules.finance.models.invoice import Invoice
from modules.finance.models.journal import JournalEntry
from modules.finance.models.settlement import Settlement
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class Payment(Record):
    """Money received from or paid to a party (收款/付款). It stands on the party's account at once; allocation says
    which invoices it settles. `open_amount` is not allocated yet, `open_base` the same as carried in the ledger."""

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("ledger", "Received")
        OUT = "out", _("Paid")

    class Method(models.TextChoices):
        BANK = "bank", _("Bank transfer")
        CASH = "cash", _("Cash")
        CARD = "card", _("Card")
        NOTE = "note", _("Bank note")
        OTHER = "other", _("Other")

    class Status(models.TextChoices):
        POSTED = "posted", _("Not allocated")
        PART = "part", _("Partly allocated")
        ALLOCATED = "allocated", _("Allocated")
        REVERSED = "reversed", _("Reversed")

    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.POSTED)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    method = models.CharField(_("method"), max_length=5, choices=Method.choices, default=Method.BANK)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("bank or cash account"))
    paid_on = models.DateField(_("paid on"))
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(_("exchange rate"), max_digits=20, decimal_places=10, default=Decimal(1))
    amount = MoneyField(_("amount"))
    open_amount = MoneyField(_("not allocated"), default=0, editable=False)
    base_amount = MoneyField(_("amount (company currency)"), default=0, editable=False)
    open_base = MoneyField(_("not allocated (company currency)"), default=0, editable=False)
    reference = models.CharField(_("reference"), max_length=120, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    entry = models.OneToOneField(
        JournalEntry, models.PROTECT, related_name="+", verbose_name=_("journal entry"), editable=False
    )
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True, editable=False)
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_payment_amount"),
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="finance_payment_rate"),
            models.CheckConstraint(
                condition=Q(open_amount__gte=0, open_amount__lte=F("amount")), name="finance_payment_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["party", "direction"], name="finance_payment_open_items", condition=Q(open_amount__gt=0)
            ),
            models.Index(fields=["direction", "-paid_on"], name="finance_payment_day"),
            GinIndex(fields=["number"], name="finance_payment_trgm", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentAllocation(Record):
    """What a payment, a credit note or a settlement settles of an invoice (核销). Undoing keeps the row with its day,
    so that ageing as of a past day is what it was. `base_payment` and `base_invoice` are the carrying amounts relieved
    on either side; their difference is the exchange difference, posted by `entry`."""

    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="allocations", verbose_name=_("payment")
    )
    credit_note = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="used", verbose_name=_("credit note")
    )
    settlement = models.ForeignKey(
        Settlement, models.PROTECT, null=True, blank=True, related_name="allocations", verbose_name=_("settlement")
    )
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="allocations", verbose_name=_("invoice"))
    amount = MoneyField(_("amount"))
    base_payment = MoneyField(editable=False)
    base_invoice = MoneyField(editable=False)
    allocated_on = models.DateField(_("allocated on"))
    undone_on = models.DateField(_("undone on"), null=True, blank=True, editable=False)
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("exchange difference"),
        editable=False,
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_allocation_amount"),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True, settlement__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False, settlement__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=True, settlement__isnull=False),
                name="finance_allocation_source",
            ),
            models.CheckConstraint(
                condition=Q(undone_on__isnull=True) | Q(undone_on__gte=F("allocated_on")),
                name="finance_allocation_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} ← {self.payment or self.credit_note or self.settlement}: {self.amount}"
