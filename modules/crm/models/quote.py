"""Quotes: what we offer, for how long, at which margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.crm.models.opportunity import Opportunity
from modules.shared.data.models import (
    Contact,
    Party,
    PaymentTerm,
    PriceList,
    Product,
    SalesOrder,
    Tax,
    TaxRounding,
    Unit,
)
from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.records.base import Record


class Quote(Record):
    """An offer (报价单) in one version: a revision is a quote of its own that replaces the one before. Accepting it
    makes the sales order. `cost` and `margin` are in the company's currency, as known when it was last priced."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        REPLACED = "replaced", _("Replaced")

    class Approval(models.TextChoices):
        NONE = "", _("Not needed")
        ASKED = "asked", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", pgettext_lazy("approval", "Refused")

    number = models.CharField(_("number"), max_length=40, unique=True)
    root_number = models.CharField(max_length=40, editable=False)
    revision = models.PositiveIntegerField(_("version of the quote"), default=1, editable=False)
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="next", editable=False, verbose_name=_("replaces")
    )
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, null=True, blank=True, related_name="quotes", verbose_name=_("opportunity")
    )
    sales_order = models.ForeignKey(
        SalesOrder,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("sales order"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    approval = models.CharField(
        _("approval"), max_length=8, choices=Approval.choices, blank=True, default="", db_default="", editable=False
    )
    quoted_on = models.DateField(_("quote date"))
    valid_until = models.DateField(_("valid until"))
    requested_on = models.DateField(_("requested for"), null=True, blank=True)
    promised_on = models.DateField(_("promise date"), null=True, blank=True, editable=False)
    held_until = models.DateField(_("stock held until"), null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="", editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(_("exchange rate"), max_digits=20, decimal_places=10, default=Decimal(1))
    payment_term = models.ForeignKey(
        PaymentTerm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment term")
    )
    price_list = models.ForeignKey(
        PriceList, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("price list")
    )
    tax_rounding = models.CharField(
        _("tax rounding"), max_length=5, choices=TaxRounding.choices, default=TaxRounding.LINE
    )
    tax_lines = models.JSONField(_("taxes"), default=list, blank=True, editable=False)
    subtotal = MoneyField(_("subtotal"), default=0)
    tax_amount = MoneyField(_("tax"), default=0)
    freight = MoneyField(_("freight"), default=0)
    total = MoneyField(_("total"), default=0)
    cost = MoneyField(_("cost"), null=True, blank=True, editable=False)
    margin = MoneyField(_("margin"), null=True, blank=True, editable=False)
    margin_percent = PercentField(_("margin %"), null=True, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints = [
            models.UniqueConstraint(fields=["root_number", "revision"], name="crm_quote_revision"),
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="crm_quote_rate"),
            models.CheckConstraint(condition=Q(freight__gte=0), name="crm_quote_freight"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("quoted_on")), name="crm_quote_validity"),
            models.CheckConstraint(
                condition=Q(total=F("subtotal") + F("tax_amount") + F("freight")), name="crm_quote_total"
            ),
            models.CheckConstraint(
                condition=Q(status="accepted", sales_order__isnull=False)
                | (~Q(status="accepted") & Q(sales_order__isnull=True)),
                name="crm_quote_accepted_has_order",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-quoted_on"], name="crm_quote_status"),
            GinIndex(fields=["number"], name="crm_quote_number_trgm", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.number


class QuoteLine(Record):
    """One product offered. `unit_cost` is per stock unit in the company's currency, as known at the last pricing."""

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="lines", verbose_name=_("quote"))
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    base_quantity = QuantityField(_("quantity in stock unit"), editable=False)
    unit_price = UnitCostField(_("unit price"))
    discount = PercentField(_("discount %"), default=0)
    tax = models.ForeignKey(Tax, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tax"))
    tax_rate = PercentField(_("tax rate"), default=0, editable=False)
    tax_included = models.BooleanField(_("price includes tax"), default=False, editable=False)
    subtotal = MoneyField(_("net amount"), default=0, editable=False)
    tax_amount = MoneyField(_("tax"), default=0, editable=False)
    total = MoneyField(_("amount"), default=0, editable=False)
    unit_cost = UnitCostField(_("unit cost"), null=True, blank=True, editable=False)
    margin = MoneyField(_("margin"), null=True, blank=True, editable=False)
    requested_on = models.DateField(_("requested for"), null=True, blank=True)
    promised_on = models.DateField(_("promise date"), null=True, blank=True, editable=False)

    # Offered beside the rest: in no total until the customer chooses it.
    optional = models.BooleanField(_("optional"), default=False, db_default=False)
    chosen = models.BooleanField(_("chosen by the customer"), default=False, db_default=False, editable=False)

    # Of goods in two quantities: what is expected in the second unit, and whether the price is for that.
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    priced_by_second = models.BooleanField(_("priced per second unit"), default=False, db_default=False, editable=False)

    # What its date stands on, while it is worked out.
    stands_on: Sequence[Mapping[str, Any]] = ()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("quote line")
        verbose_name_plural = _("quote lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, base_quantity__gt=0), name="crm_quote_line_quantity"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="crm_quote_line_discount"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="crm_quote_line_price"),
            models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax_amount")), name="crm_quote_line_total"),
            models.CheckConstraint(
                condition=Q(second_quantity__isnull=True, priced_by_second=False) | Q(second_quantity__gt=0),
                name="crm_quote_line_second",
            ),
        ]

    @property
    def counts(self) -> bool:
        """Whether it is part of what the quote comes to."""
        return self.chosen or not self.optional

    def __str__(self) -> str:
        return f"{self.quote} · {self.position}"
