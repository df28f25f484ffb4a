"""Bank and cash accounts of the company, what the bank says of them, and what was matched with the ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.account import Account
from modules.finance.models.journal import JournalEntry, JournalLine
from modules.finance.models.payment import Payment
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class CashAccount(Record):
    """A bank or cash account of the company, in one currency, tied to one ledger account (银行账户、现金). What the
    bank says of it begins with `opening_balance` before `opening_on`: the first statement sets both. `mapping` is how
    its CSV files are read, kept from the last import."""

    class Kind(models.TextChoices):
        BANK = "bank", _("Bank")
        CASH = "cash", _("Cash")

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.BANK)
    account = models.OneToOneField(Account, models.PROTECT, related_name="+", verbose_name=_("ledger account"))
    currency = models.CharField(_("currency"), max_length=3)
    bank = models.CharField(_("bank"), max_length=120, blank=True, default="")
    number = models.CharField(_("account number or IBAN"), max_length=60, blank=True, default="")
    bic = models.CharField(_("BIC"), max_length=11, blank=True, default="")
    fee_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account of bank charges")
    )
    interest_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account of interest")
    )
    difference_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account of differences")
    )
    auto_from = models.PositiveSmallIntegerField(
        _("matched by itself from this confidence on"), null=True, blank=True,
        help_text=_("0 to 100; left empty, only rules that say so match by themselves."),
    )  # fmt: skip
    mapping = models.JSONField(default=dict, blank=True, editable=False)
    opening_on = models.DateField(_("statements since"), null=True, blank=True, editable=False)
    opening_balance = MoneyField(_("balance before the first statement"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bank or cash account")
        verbose_name_plural = _("bank and cash accounts")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "currency"], condition=~Q(number=""), name="finance_cashaccount_number"
            ),
            models.CheckConstraint(
                condition=Q(auto_from__isnull=True) | Q(auto_from__lte=100), name="finance_cashaccount_auto"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BankStatement(Record):
    """A statement as the bank sent it (对账单): opening balance, its lines, closing balance. Lines that were there
    already, from an overlapping statement, are counted and not taken again."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        CAMT = "camt", "CAMT.053"
        MT940 = "mt940", "MT940"
        OFX = "ofx", "OFX"

    cash_account = models.ForeignKey(
        CashAccount, models.PROTECT, related_name="statements", verbose_name=_("bank or cash account")
    )
    number = models.CharField(_("number"), max_length=80, blank=True, default="")
    format = models.CharField(_("format"), max_length=5, choices=Format.choices)
    file_name = models.CharField(_("file"), max_length=200, blank=True, default="")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    opening = MoneyField(_("opening balance"))
    closing = MoneyField(_("closing balance"))
    line_count = models.PositiveIntegerField(pgettext_lazy("bank", "lines"), default=0)
    duplicates = models.PositiveIntegerField(_("lines known already"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        indexes = [models.Index(fields=["cash_account", "-ends_on"], name="finance_bankstatement_day")]

    def __str__(self) -> str:
        return self.number or f"{self.cash_account} {self.ends_on.isoformat()}"


class BankMatch(Record):
    """Bank lines and ledger lines of one account that say the same (勾对): their sums are equal. What it posted itself
    (payments, fees) stands in `items`. Undone, it keeps its day and its items; the bank lines are open again."""

    class Status(models.TextChoices):
        MATCHED = "matched", pgettext_lazy("bank", "Matched")
        UNDONE = "undone", pgettext_lazy("bank", "Undone")

    cash_account = models.ForeignKey(
        CashAccount, models.PROTECT, related_name="matches", verbose_name=_("bank or cash account")
    )
    status = models.CharField(_("status"), max_length=7, choices=Status.choices, default=Status.MATCHED)
    day = models.DateField(_("date"))
    amount = MoneyField(_("amount"))
    text = models.CharField(_("text"), max_length=400, blank=True, default="")
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True, default="")
    automatic = models.BooleanField(_("by itself"), default=False)
    rule = models.ForeignKey(
        "BankRule", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("bank rule")
    )
    reviewed = models.BooleanField(_("reviewed"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bank match")
        verbose_name_plural = _("bank matches")
        indexes = [
            models.Index(fields=["cash_account", "-id"], name="finance_bankmatch_account"),
            models.Index(
                fields=["cash_account"], name="finance_bankmatch_review", condition=Q(reviewed=False, status="matched")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.amount}"


class StatementLine(Record):
    """A line of the bank: money in is positive. `fingerprint` is what it is known by when the same line comes again in
    another file: the bank's own id or what it says, and which of several equal ones it is."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("bank", "To match")
        MATCHED = "matched", pgettext_lazy("bank", "Matched")

    cash_account = models.ForeignKey(
        CashAccount, models.PROTECT, related_name="lines", verbose_name=_("bank or cash account"), db_index=False
    )
    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="lines", verbose_name=_("bank statement"))
    position = models.PositiveIntegerField(_("position"))
    day = models.DateField(_("date"))
    value_day = models.DateField(_("value date"), null=True, blank=True)
    amount = MoneyField(_("amount"))
    party_name = models.CharField(_("payer or payee"), max_length=200, blank=True, default="")
    party_account = models.CharField(_("their account"), max_length=60, blank=True, default="")
    reference = models.CharField(_("reference"), max_length=200, blank=True, default="")
    text = models.CharField(_("text"), max_length=500, blank=True, default="")
    bank_id = models.CharField(_("id of the bank"), max_length=120, blank=True, default="")
    fingerprint = models.CharField(max_length=90, editable=False)
    status = models.CharField(_("status"), max_length=7, choices=Status.choices, default=Status.OPEN)
    match = models.ForeignKey(
        BankMatch, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("bank match")
    )
    # Whose it turned out to be: the next line from the same account is proposed for them.
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        constraints = [
            models.UniqueConstraint(fields=["cash_account", "fingerprint"], name="finance_statementline_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="finance_statementline_amount"),
            models.CheckConstraint(
                condition=Q(status="open", match__isnull=True) | Q(status="matched", match__isnull=False),
                name="finance_statementline_status",
            ),
        ]
        indexes = [
            models.Index(fields=["cash_account", "day", "id"], name="finance_statementline_day"),
            models.Index(fields=["cash_account", "day"], name="finance_statementline_open", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.amount} {self.party_name or self.text}"[:120]


class MatchItem(Record):
    """A ledger line of the bank's account in a match. `payment` or `entry` name what the match itself recorded, so that
    undoing takes it back; without either the line was in the ledger before. `live` is false once undone."""

    match = models.ForeignKey(BankMatch, models.CASCADE, related_name="items", verbose_name=_("bank match"))
    journal_line = models.ForeignKey(JournalLine, models.PROTECT, related_name="+", verbose_name=_("journal line"))
    amount = MoneyField(_("amount"))
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment")
    )
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("journal entry")
    )
    live = models.BooleanField(default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("matched ledger line")
        verbose_name_plural = _("matched ledger lines")
        constraints = [
            models.UniqueConstraint(fields=["journal_line"], condition=Q(live=True), name="finance_matchitem_once"),
        ]

    def __str__(self) -> str:
        return f"{self.match} ← {self.journal_line_id}"


class BankRule(Record):
    """What a bank line is, by its text, payer and amount: posted to an account, or a payment of a party. One that posts
    by itself leaves its matches to be reviewed."""

    class Direction(models.TextChoices):
        ANY = "", pgettext_lazy("bank", "In and out")
        IN = "in", pgettext_lazy("bank", "Money in")
        OUT = "out", pgettext_lazy("bank", "Money out")

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(pgettext_lazy("bank", "order"), default=10)
    cash_account = models.ForeignKey(
        CashAccount, models.CASCADE, null=True, blank=True, related_name="rules",
        verbose_name=_("bank or cash account"), help_text=_("Left empty: every account."),
    )  # fmt: skip
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, blank=True, default="")
    text = models.CharField(_("text contains"), max_length=120, blank=True, default="")
    party_text = models.CharField(_("payer or payee contains"), max_length=120, blank=True, default="")
    least = MoneyField(_("amount from"), null=True, blank=True)
    most = MoneyField(_("amount to"), null=True, blank=True)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("post to account")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment of party")
    )
    automatic = models.BooleanField(_("post by itself"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bank rule")
        verbose_name_plural = _("bank rules")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, party__isnull=True) | Q(account__isnull=True, party__isnull=False),
                name="finance_bankrule_target",
            ),
            models.CheckConstraint(condition=~Q(text="", party_text=""), name="finance_bankrule_says"),
        ]

    def __str__(self) -> str:
        return self.name
