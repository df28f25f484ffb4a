"""Purchase orders: what we ordered from suppliers, and how far each line has come."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models.party import Party
from modules.shared.data.models.payment_term import PaymentTerm
from modules.shared.data.models.product import Product
from modules.shared.data.models.sales_order import TaxRounding
from modules.shared.data.models.tax import Tax
from modules.shared.data.models.unit import Unit
from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex

# What a line is ordered for whose service comes back with our goods.
OUTSIDE_WORK = "production.subcontract"


class PurchaseOrder(Record):
    """An order to a supplier (采购订单). Amounts are in the order's currency. Its status follows from its lines once it
    is confirmed. `is_migrated`: brought over from another system as history: it moves no stock and posts nothing."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CONFIRMED = "confirmed", _("Confirmed")
        PART_RECEIVED = "part_received", _("Partly received")
        RECEIVED = "received", _("Received")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    class Approval(models.TextChoices):
        NONE = "", _("Not asked for")
        REQUESTED = "requested", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")

    class InvoiceStatus(models.TextChoices):
        NONE = "none", _("Not invoiced")
        PART = "part", _("Partly invoiced")
        FULL = "full", _("Invoiced")

    number = models.CharField(_("number"), max_length=40, unique=True)
    supplier = models.ForeignKey(Party, models.PROTECT, related_name="purchase_orders", verbose_name=_("supplier"))
    supplier_reference = models.CharField(_("supplier's reference"), max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.DRAFT)
    ordered_on = models.DateField(_("order date"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    approval = models.CharField(
        _("approval"), max_length=9, choices=Approval.choices, blank=True, default=Approval.NONE, db_default="",
        editable=False,
    )  # fmt: skip
    approved_amount = MoneyField(_("approved up to (company currency)"), default=0, db_default=0, editable=False)
    asked_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval asked by"),
        editable=False, db_index=False,
    )  # fmt: skip
    revision = models.PositiveIntegerField(_("revision"), default=0, db_default=0, editable=False)
    invoice_status = models.CharField(
        _("invoice status"), max_length=4, choices=InvoiceStatus.choices, default=InvoiceStatus.NONE,
        db_default="none", editable=False,
    )  # fmt: skip
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(_("exchange rate"), max_digits=20, decimal_places=10, default=Decimal(1))
    payment_term = models.ForeignKey(
        PaymentTerm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment term")
    )
    tax_rounding = models.CharField(
        _("tax rounding"), max_length=5, choices=TaxRounding.choices, default=TaxRounding.LINE
    )
    tax_lines = models.JSONField(_("taxes"), default=list, blank=True, editable=False)
    subtotal = MoneyField(_("subtotal"), default=0)
    tax_amount = MoneyField(_("tax"), default=0)
    freight = MoneyField(_("freight"), default=0)
    total = MoneyField(_("total"), default=0)
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    former_status = models.CharField(_("status in the former system"), max_length=40, blank=True, default="")
    is_migrated = models.BooleanField(_("history from before"), default=False, editable=False)
    # Where it shall be delivered: {"entity", "id", "label"} of a warehouse, which is another module's record.
    deliver_to = models.JSONField(_("deliver to"), null=True, blank=True)
    search_text = SearchText(fields=["number", "supplier_reference"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="data_purchase_order_rate"),
            models.CheckConstraint(condition=Q(freight__gte=0), name="data_purchase_order_freight"),
            models.CheckConstraint(
                condition=Q(total=F("subtotal") + F("tax_amount") + F("freight")), name="data_purchase_order_total"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-ordered_on"], name="data_purchase_order_status"),
            models.Index(fields=["supplier", "-ordered_on"], name="data_purchase_order_supplier"),
            TrigramIndex(fields=["search_text"], name="data_purchase_order_text"),
        ]

    def __str__(self) -> str:
        return self.number


class PurchaseOrderLine(Record):
    """One product on a purchase order. `quantity` is in `unit`; base_quantity, received, rejected, invoiced, returned
    are in the product's stock unit and kept by services only. `peg` names the demand it was ordered for. `due_on` is
    when we want it, `confirmed_on` when the supplier says it comes. `over_allowed`, `under_allowed` (stock unit): how
    much more or less than ordered all deliveries together may bring; left empty, the company's tolerances say so at
    confirmation."""

    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines", verbose_name=_("order"))
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
    due_on = models.DateField(_("due"), null=True, blank=True)
    confirmed_on = models.DateField(_("supplier's date"), null=True, blank=True)
    over_allowed = QuantityField(_("may come too much"), null=True, blank=True)
    under_allowed = QuantityField(_("may stay away"), null=True, blank=True)
    received = QuantityField(_("received"), default=0, editable=False)
    rejected = QuantityField(_("rejected"), default=0, editable=False)
    invoiced = QuantityField(_("invoiced"), default=0, editable=False)
    returned = QuantityField(_("returned"), default=0, editable=False)
    cancelled = QuantityField(_("cancelled"), default=0, editable=False)
    peg = models.JSONField(_("ordered for"), null=True, blank=True)
    # Of goods in two quantities (Product.second_unit): what is expected, and what was really accepted.
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    priced_by_second = models.BooleanField(_("priced per second unit"), default=False, db_default=False, editable=False)
    second_received = QuantityField(_("accepted, second unit"), default=0, db_default=0, editable=False)
    second_invoiced = QuantityField(_("invoiced, second unit"), default=0, db_default=0, editable=False)
    second_returned = QuantityField(_("returned, second unit"), default=0, db_default=0, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("purchase order line")
        verbose_name_plural = _("purchase order lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, base_quantity__gt=0), name="data_purchase_line_quantity"
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0, rejected__gte=0, invoiced__gte=0, returned__gte=0, cancelled__gte=0),
                name="data_purchase_line_progress",
            ),
            models.CheckConstraint(condition=Q(rejected__lte=F("received")), name="data_purchase_line_rejected"),
            models.CheckConstraint(condition=Q(returned__lte=F("received")), name="data_purchase_line_returned"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="data_purchase_line_discount"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="data_purchase_line_price"),
            models.CheckConstraint(
                condition=Q(over_allowed__isnull=True) | Q(over_allowed__gte=0), name="data_purchase_line_over"
            ),
            models.CheckConstraint(
                condition=Q(under_allowed__isnull=True) | Q(under_allowed__gte=0), name="data_purchase_line_under"
            ),
            models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax_amount")), name="data_purchase_line_total"),
            models.CheckConstraint(
                condition=Q(second_quantity__isnull=True, priced_by_second=False) | Q(second_quantity__gt=0),
                name="data_purchase_line_second",
            ),
            models.CheckConstraint(
                condition=Q(second_received__gte=0, second_invoiced__gte=0, second_returned__gte=0)
                & Q(second_returned__lte=F("second_received")),
                name="data_purchase_line_second_progress",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.position}"

    @property
    def open_quantity(self) -> Decimal:
        """Still to receive, in the stock unit. What was rejected has arrived and is settled with the supplier apart.
        What may stay away is not waited for once something has come."""
        left = self.base_quantity - self.cancelled - self.received
        return Decimal(0) if left <= 0 or (self.received and left <= (self.under_allowed or 0)) else left

    @property
    def by_receipt(self) -> bool:
        """Invoiced as it comes: goods, and work on goods of ours, which production receives."""
        return self.product.kind == Product.Kind.GOODS or (self.peg or {}).get("entity") == OUTSIDE_WORK

    @property
    def accepted(self) -> Decimal:
        return self.received - self.rejected
