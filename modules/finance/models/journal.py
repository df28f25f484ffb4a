"""The journal: entries and lines, written once and never changed. Triggers (migrations) see to both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.finance.models.account import Account
from modules.finance.models.period import Period
from modules.shared.data.models import Party, Product
from tenon.money.fields import MoneyField
from tenon.records.base import LedgerRow


class JournalEntry(LedgerRow):
    """A journal entry (记账凭证), numbered without gaps when it is posted. `line_count` fixes how many lines belong to
    it: the database takes no more, and at commit no fewer, and only in balance."""

    audited: ClassVar[bool] = True

    class Kind(models.TextChoices):
        MANUAL = "manual", _("Manual")
        STOCK = "stock", _("Stock and production")
        INVOICE = "invoice", _("Invoice")
        PAYMENT = "payment", _("Payment")
        EXCHANGE = "exchange", _("Exchange difference")
        CLEARING = "clearing", _("Suspense cleared")
        REVERSAL = "reversal", _("Reversal")
        CLOSING = "closing", _("Closing of the profit")
        OPENING = "opening", _("Opening balances")
        ASSET = "asset", _("Fixed assets")
        OVERHEAD = "overhead", _("Overhead")

    number = models.CharField(_("number"), max_length=40, unique=True)
    # 凭证字号: a word and a running number of the period, given with `number`, both without gaps.
    voucher = models.CharField(_("voucher number"), max_length=20, blank=True, default="", db_default="")
    entry_date = models.DateField(_("date"))
    period = models.ForeignKey(Period, models.PROTECT, related_name="entries", verbose_name=_("period"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MANUAL)
    event = models.CharField(_("event"), max_length=40, blank=True, default="")
    source_entity = models.CharField(_("comes from"), max_length=80, blank=True, default="")
    source_id = models.BigIntegerField(_("comes from (id)"), null=True, blank=True)
    source_number = models.CharField(_("source document"), max_length=80, blank=True, default="")
    narration = models.CharField(_("narration"), max_length=400, blank=True, default="")
    total = MoneyField(_("amount"))
    line_count = models.PositiveIntegerField(editable=False)
    reversal_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reversal of")
    )

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        constraints = [
            models.CheckConstraint(condition=Q(line_count__gte=2), name="finance_journalentry_lines"),
            models.CheckConstraint(condition=Q(total__gte=0), name="finance_journalentry_total"),
            models.UniqueConstraint(
                fields=["period", "voucher"], condition=~Q(voucher=""), name="finance_journalentry_voucher"
            ),
        ]
        indexes = [
            models.Index(fields=["entry_date", "id"], name="finance_journalentry_date"),
            models.Index(fields=["source_entity", "source_id"], name="finance_journalentry_source"),
            models.Index(fields=["entry_date"], name="finance_journalentry_closing", condition=Q(event="closing")),
        ]

    def __str__(self) -> str:
        return self.number


class JournalLine(LedgerRow):
    """A line of an entry (分录). Debit and credit are in the company's currency; `amount_currency` is signed, in
    `currency`. The order, production and purchase ids carry the posting into the profit of an order and back
    to its document."""

    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, related_name="lines", verbose_name=_("journal entry"), db_index=False
    )
    position = models.PositiveIntegerField(_("position"))
    entry_date = models.DateField(_("date"))
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="lines", verbose_name=_("account"), db_index=False
    )
    debit = MoneyField(_("debit"), default=0)
    credit = MoneyField(_("credit"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    amount_currency = MoneyField(_("amount in currency"))
    follows_merges: ClassVar[Mapping[str, str]] = {"party_id": "data_partymerge"}

    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party"), db_index=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product"), db_index=False
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department"),
        db_index=False,
    )  # fmt: skip
    sales_order_id = models.BigIntegerField(_("sales order"), null=True, blank=True)
    sales_order_line_id = models.BigIntegerField(_("sales order line"), null=True, blank=True)
    production_order_id = models.BigIntegerField(_("production order"), null=True, blank=True)
    purchase_order_line_id = models.BigIntegerField(_("purchase order line"), null=True, blank=True)
    component = models.CharField(_("cost component"), max_length=10, blank=True, default="")
    narration = models.CharField(_("narration"), max_length=200, blank=True, default="")

    class Meta(LedgerRow.Meta):
        abstract = False
        verbose_name = _("journal line")
        verbose_name_plural = _("journal lines")
        ordering = ["entry_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="finance_journalline_position"),
            models.CheckConstraint(condition=Q(position__gte=1), name="finance_journalline_first"),
            models.CheckConstraint(
                condition=Q(debit__gte=0, credit__gte=0) & (Q(debit=0) | Q(credit=0)), name="finance_journalline_side"
            ),
            models.CheckConstraint(
                condition=(Q(amount_currency__gte=0) | Q(debit=0)) & (Q(amount_currency__lte=0) | Q(credit=0)),
                name="finance_journalline_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "entry_date"], name="finance_journalline_account"),
            models.Index(
                fields=["party", "account", "entry_date"], name="finance_journalline_party",
                condition=Q(party__isnull=False),
            ),
            models.Index(
                fields=["product", "account"], name="finance_journalline_product", condition=Q(product__isnull=False)
            ),
            models.Index(
                fields=["sales_order_id"], name="finance_journalline_sales", condition=Q(sales_order_id__isnull=False)
            ),
            models.Index(
                fields=["production_order_id"], name="finance_journalline_prod",
                condition=Q(production_order_id__isnull=False),
            ),
            models.Index(
                fields=["purchase_order_line_id"], name="finance_journalline_purch",
                condition=Q(purchase_order_line_id__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.entry} · {self.position}"


class AccountBalance(models.Model):
    """What one account moved on one day: kept in the transaction of the entries, so that a trial balance of any day
    adds up days instead of lines. `check_books` compares it with the lines."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="balances", db_index=False)
    day = models.DateField()
    debit = MoneyField(default=0)
    credit = MoneyField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="finance_accountbalance_day"),
            models.CheckConstraint(condition=Q(debit__gte=0, credit__gte=0), name="finance_accountbalance_sign"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.day}"
