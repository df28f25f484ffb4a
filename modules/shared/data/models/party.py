"""Parties: the organisations and persons we deal with, their contacts, addresses and bank accounts."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.money.fields import MoneyField
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex


class Party(Record):
    """A company or person in one or several roles: customer, supplier, carrier (往来单位). `name_key` is the name as
    the duplicate check sees it (rules.naming), `name_zh_key` the second name, `sound_key` how it reads aloud,
    `domain_key` its own domain; all are kept by the party services."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Person")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "简体中文"

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True, default="")
    name_key = models.CharField(max_length=200, blank=True, default="", editable=False)
    # Empty where it says nothing new beside `name_key`.
    name_zh_key = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    sound_key = models.CharField(max_length=600, blank=True, default="", db_default="", editable=False)
    domain_key = models.CharField(max_length=200, blank=True, default="", db_default="", editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.COMPANY)
    is_customer = models.BooleanField(_("customer"), default=False)
    is_supplier = models.BooleanField(_("supplier"), default=False)
    is_carrier = models.BooleanField(_("carrier"), default=False)
    tax_id = models.CharField(_("tax number"), max_length=40, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=60, blank=True, default="")
    website = models.URLField(_("website"), blank=True, default="")
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    payment_term = models.ForeignKey(
        "data.PaymentTerm", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment term")
    )
    language = models.CharField(
        _("language"), max_length=7, choices=Language.choices, blank=True, default="", db_default="",
        help_text=_("Of papers and mails to them. Left empty, the company's."),
    )  # fmt: skip
    credit_limit = MoneyField(_("credit limit"), null=True, blank=True)
    credit_rating = models.SmallIntegerField(_("credit rating"), null=True, blank=True)
    price_list = models.ForeignKey(
        "data.PriceList", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("price list")
    )
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    lifecycle = models.CharField(_("lifecycle"), max_length=40, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("merged into")
    )
    search_text = SearchText(fields=["code", "name", "name_zh", "tax_id", "email", "phone"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["tax_id"], condition=~Q(tax_id=""), name="data_party_tax_id"),
            models.CheckConstraint(
                condition=Q(credit_limit__isnull=True) | Q(credit_limit__gte=0), name="data_party_credit_limit"
            ),
        ]
        indexes = [
            TrigramIndex(fields=["search_text"], name="data_party_search_text"),
            GinIndex(fields=["name_key"], name="data_party_name_key_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["name_key"], name="data_party_name_key"),
            GinIndex(fields=["name_zh_key"], name="data_party_name_zh_key_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["name_zh_key"], name="data_party_name_zh_key"),
            models.Index(fields=["sound_key"], name="data_party_sound_key"),
            GinIndex(fields=["sound_key"], name="data_party_sound_key_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["domain_key"], name="data_party_domain_key", condition=~Q(domain_key="")),
            models.Index(fields=["name", "id"], name="data_party_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(Record):
    """A person we talk to (联系人); works for one or several parties over time (PartyContact)."""

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("phone"), max_length=60, blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    parties = models.ManyToManyField(
        Party, through="data.PartyContact", related_name="contacts", verbose_name=_("parties")
    )
    search_text = SearchText(fields=["name", "email", "phone"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            TrigramIndex(fields=["search_text"], name="data_contact_search_text"),
            models.Index(fields=["email"], name="data_contact_email"),
        ]

    def __str__(self) -> str:
        return self.name


class PartyContact(Record):
    """A contact's role at a party, from when to when: changes of job are kept (任职)."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="party_contacts", verbose_name=_("party"))
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="party_contacts", verbose_name=_("contact"))
    role = models.CharField(pgettext_lazy("contact", "role"), max_length=80, blank=True, default="")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("contact at a party")
        verbose_name_plural = _("contacts at parties")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "contact", "role", "since"], nulls_distinct=False, name="data_party_contact_once"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="data_party_contact_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} · {self.party}"


class Address(Record):
    """An address of a party (地址)."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Main")
        BILLING = "billing", _("Billing")
        SHIPPING = "shipping", _("Shipping")

    party = models.ForeignKey(Party, models.CASCADE, related_name="addresses", verbose_name=_("party"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.MAIN)
    line1 = models.CharField(_("street"), max_length=200)
    line2 = models.CharField(_("street (2)"), max_length=200, blank=True, default="")
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    state = models.CharField(_("province or state"), max_length=120, blank=True, default="")
    country = models.CharField(_("country"), max_length=80, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="")
    is_default = models.BooleanField(_("default"), default=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind"], condition=Q(is_default=True), name="data_address_one_default"
            )
        ]

    def __str__(self) -> str:
        return ", ".join(p for p in (self.line1, self.city, self.country) if p)


class BankAccount(Record):
    """A party's bank account (银行账户)."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="bank_accounts", verbose_name=_("party"))
    bank = models.CharField(_("bank"), max_length=120)
    number = models.CharField(_("account number"), max_length=60)
    holder = models.CharField(_("account holder"), max_length=120, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [models.UniqueConstraint(fields=["party", "number"], name="data_bank_account_once")]

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"
