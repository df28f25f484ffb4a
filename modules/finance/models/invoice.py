"""Invoices and credit notes, of customers and suppliers."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.finance.models.account import Account
from modules.finance.models.journal import JournalEntry
from modules.shared.data.models import (
    Party,
    PaymentTerm,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    SalesOrder,
    SalesOrderLine,
    Tax,
    Unit,
)
from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.records.base import Record


class Invoice(Record):
    """An invoice or credit note (发票/红字发票). It is numbered without gaps when it is posted; drafts have no number.
    All amounts are positive as printed, in the invoice's currency; `kind` says which way they go. `open_amount` is
    what is not settled yet, `open_base` the same as carried in the ledger (company currency)."""

    class Kind(models.TextChoices):
        SALES_INVOICE = "sales_invoice", _("Sales invoice")
        SALES_CREDIT_NOTE = "sales_credit_note", _("Sales credit note")
        PURCHASE_INVOICE = "purchase_invoice", _("Purchase invoice")
        PURCHASE_CREDIT_NOTE = "purchase_credit_note", _("Purchase credit note")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        POSTED = "posted", _("Posted")
        PART_PAID = "part_paid", _("Partly paid")
        PAID = "paid", _("Paid")
        REVERSED = "reversed", _("Reversed")

    class Match(models.TextChoices):
        NONE = "", _("Without an order")
        MATCHED = "matched", _("Matched")
        BLOCKED = "blocked", _("Blocked")
        RELEASED = "released", pgettext_lazy("invoice", "Released")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40, null=True, blank=True, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("party"))
    reference = models.CharField(_("reference"), max_length=80, blank=True, default="")
    issued_on = models.DateField(_("invoice date"))
    due_on = models.DateField(_("due date"))
    next_due_on = models.DateField(_("next due date"), null=True, blank=True, editable=False)
    instalments = models.JSONField(_("instalments"), default=list, blank=True, editable=False)
    # Cash discount (现金折扣) as agreed by the term when it was posted: a term that changes later changes nothing here.
    discount_percent = PercentField(_("cash discount %"), default=0, db_default=0, editable=False)
    discount_until = models.DateField(_("cash discount until"), null=True, blank=True, editable=False)
    payment_term = models.ForeignKey(
        PaymentTerm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment term")
    )
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(_("exchange rate"), max_digits=20, decimal_places=10, default=Decimal(1))
    subtotal = MoneyField(_("subtotal"), default=0)
    tax_amount = MoneyField(_("tax"), default=0)
    total = MoneyField(_("total"), default=0)
    open_amount = MoneyField(_("open amount"), default=0, editable=False)
    base_total = MoneyField(_("total (company currency)"), default=0, editable=False)
    open_base = MoneyField(_("open amount (company currency)"), default=0, editable=False)
    sales_order = models.ForeignKey(
        SalesOrder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales order")
    )
    purchase_order = models.ForeignKey(
        PurchaseOrder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("purchase order")
    )
    credit_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credit_notes", verbose_name=_("credit for")
    )
    source_entity = models.CharField(_("comes from"), max_length=80, blank=True, default="", editable=False)
    source_id = models.BigIntegerField(null=True, blank=True, editable=False)
    source_number = models.CharField(_("delivery or receipt"), max_length=80, blank=True, default="", editable=False)
    entry = models.OneToOneField(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("journal entry"),
        editable=False,
    )  # fmt: skip
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True, editable=False)
    # Three-way match (三单匹配): what a supplier's invoice says against its orders and what was accepted.
    match = models.CharField(
        _("three-way match"), max_length=8, choices=Match.choices, blank=True, default=Match.NONE, db_default="",
        editable=False,
    )  # fmt: skip
    findings = models.JSONField(_("differences found"), default=list, db_default=[], blank=True, editable=False)
    released_by = models.CharField(
        _("released by"), max_length=120, blank=True, default="", db_default="", editable=False
    )
    release_reason = models.CharField(
        _("reason of the release"), max_length=500, blank=True, default="", db_default="", editable=False
    )
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="finance_invoice_rate"),
            models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax_amount")), name="finance_invoice_total"),
            models.CheckConstraint(
                condition=Q(open_amount__gte=0, open_amount__lte=F("total")), name="finance_invoice_open"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", number__isnull=True) | (~Q(status="draft") & Q(number__isnull=False)),
                name="finance_invoice_number",
            ),
            models.CheckConstraint(
                condition=Q(status="part_paid", open_amount__gt=0)
                | Q(status="posted", open_amount=F("total"))
                | Q(status__in=("draft", "paid", "reversed"), open_amount=0),
                name="finance_invoice_status",
            ),
            models.UniqueConstraint(
                fields=["party", "reference"],
                condition=Q(kind="purchase_invoice") & ~Q(reference="") & ~Q(status="reversed"),
                name="finance_invoice_supplier_number",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "kind"], name="finance_invoice_open_items", condition=Q(open_amount__gt=0)),
            models.Index(fields=["kind", "status", "-issued_on"], name="finance_invoice_status"),
            models.Index(fields=["match"], name="finance_invoice_blocked", condition=Q(match="blocked")),
            models.Index(fields=["next_due_on"], name="finance_invoice_next_due", condition=Q(open_amount__gt=0)),
            GinIndex(fields=["number"], name="finance_invoice_trgm", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.number or self.get_kind_display()

    @property
    def is_sales(self) -> bool:
        return self.kind in (self.Kind.SALES_INVOICE, self.Kind.SALES_CREDIT_NOTE)

    @property
    def is_credit(self) -> bool:
        return self.kind in (self.Kind.SALES_CREDIT_NOTE, self.Kind.PURCHASE_CREDIT_NOTE)

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.POSTED, self.Status.PART_PAID)


class InvoiceLine(Record):
    """A line of an invoice. Amounts and tax are stored as charged and never recomputed once posted. `accrued` is what a
    purchase line clears of goods received not invoiced (company currency). `cost_order` charges the line to the profit
    of a sales order: its freight, its commission."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines", verbose_name=_("invoice"))
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    quantity = QuantityField(_("quantity"), default=1)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    base_quantity = QuantityField(_("quantity in stock unit"), default=0, editable=False)
    unit_price = UnitCostField(_("unit price"), default=0)
    discount = PercentField(_("discount %"), default=0)
    tax = models.ForeignKey(Tax, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tax"))
    tax_rate = PercentField(_("tax rate"), default=0)
    tax_included = models.BooleanField(_("price includes tax"), default=False)
    subtotal = MoneyField(_("net amount"), default=0)
    tax_amount = MoneyField(_("tax"), default=0)
    total = MoneyField(_("amount"), default=0)
    is_freight = models.BooleanField(_("freight"), default=False)
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("account")
    )
    sales_order_line = models.ForeignKey(
        SalesOrderLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sales order line")
    )
    purchase_order_line = models.ForeignKey(
        PurchaseOrderLine, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("purchase order line"),
    )  # fmt: skip
    cost_order = models.ForeignKey(
        SalesOrder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cost of sales order")
    )
    credited_line = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="credits", editable=False
    )
    accrued = MoneyField(_("accrued value"), default=0, editable=False)
    # Of goods billed by their second quantity (by weight): how much of it, while base_quantity counts the pieces.
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total=F("subtotal") + F("tax_amount")), name="finance_invoiceline_total"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="finance_invoiceline_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} · {self.position}"
