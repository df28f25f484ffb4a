"""Settlements: an open item closed otherwise than by a payment or a credit note."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.journal import JournalEntry
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class SettlementPolicy(Record):
    """What may be settled without anybody's approval (核销权限), in one currency. A currency without a policy allows
    the discount of the term to the cent and no small difference."""

    currency = models.CharField(_("currency"), max_length=3, unique=True)
    small_limit = MoneyField(
        _("small difference up to"), default=0, help_text=_("Of one invoice, all its small differences together.")
    )
    grace_days = models.PositiveIntegerField(
        _("discount: days of grace"), default=0, help_text=_("Days after the discount days that still count.")
    )
    discount_tolerance = MoneyField(
        _("discount: tolerance"), default=0, help_text=_("By how much a discount taken may exceed the one agreed.")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("settlement policy")
        verbose_name_plural = _("settlement policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(small_limit__gte=0, discount_tolerance__gte=0), name="finance_settlementpolicy_limits"
            )
        ]

    def __str__(self) -> str:
        return self.currency


class Settlement(Record):
    """What closes open items of a party without money (核销): cash discount, a small difference, a bad debt, or its
    receivable against its payable. `tax_amount` is the discount's share of the invoice's tax. `amount` is in
    `currency`; of a netting it is what goes on either side. `recovered` came back of a bad debt and is open again."""

    class Kind(models.TextChoices):
        DISCOUNT = "discount", _("Cash discount")
        SMALL = "small", _("Small difference")
        BAD_DEBT = "bad_debt", _("Bad debt")
        NETTING = "netting", _("Netting")

    class Status(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("settlement", "To approve")
        POSTED = "posted", pgettext_lazy("settlement", "Posted")
        REJECTED = "rejected", pgettext_lazy("settlement", "Rejected")
        REVERSED = "reversed", pgettext_lazy("settlement", "Taken back")

    number = models.CharField(_("number"), max_length=40, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.PROPOSED, editable=False
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    invoice = models.ForeignKey(
        "finance.Invoice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invoice")
    )
    settled_on = models.DateField(pgettext_lazy("settlement", "date"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = MoneyField(_("amount"))
    tax_amount = MoneyField(_("of it tax"), default=0, editable=False)
    base_amount = MoneyField(_("amount (company currency)"), default=0, editable=False)
    recovered = MoneyField(_("recovered"), default=0, editable=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    exceeds = models.CharField(
        _("why it needs approval"), max_length=20, blank=True, default="", editable=False,
        choices=[
            ("", _("Within the limits")), ("late", _("After the discount days")), ("discount", _("More than agreed")),
            ("limit", _("More than a small difference")), ("bad_debt", _("Bad debt")),
        ],
    )  # fmt: skip
    approved_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=pgettext_lazy("settlement", "approved by"),
    )  # fmt: skip
    entry = models.OneToOneField(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("journal entry"),
        editable=False,
    )  # fmt: skip
    reversed_on = models.DateField(pgettext_lazy("settlement", "taken back on"), null=True, blank=True, editable=False)
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="finance_settlement_amount"),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("amount")), name="finance_settlement_recovered"
            ),
            models.CheckConstraint(
                condition=Q(tax_amount__gte=0, tax_amount__lte=F("amount")), name="finance_settlement_tax"
            ),
        ]
        indexes = [models.Index(fields=["party", "-settled_on"], name="finance_settlement_party")]

    def __str__(self) -> str:
        return self.number
