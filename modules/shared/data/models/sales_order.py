"""Sales orders: what customers ordered, and how far each line has come."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models.cancellation import CancellationTerms
from modules.shared.data.models.party import Contact, Party
from modules.shared.data.models.payment_term import PaymentTerm
from modules.shared.data.models.price import PriceList
from modules.shared.data.models.product import Product
from modules.shared.data.models.tax import Tax
from modules.shared.data.models.unit import Unit
from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex


class TaxRounding(models.TextChoices):
    """Where tax is rounded; copied onto the document, which is never recomputed when the setting changes."""

    LINE = "line", _("Per line")
    GROUP = "group", _("Per tax rate")


class SalesOrder(Record):
    """A customer's order (销售订单). Amounts are in the order's currency. Its status follows from its lines once it is
    confirmed. `is_migrated`: brought over from another system as history: it moves no stock and posts nothing."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CONFIRMED = "confirmed", _("Confirmed")
        PART_DELIVERED = "part_delivered", _("Partly delivered")
        DELIVERED = "delivered", _("Delivered")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    class InvoiceStatus(models.TextChoices):
        NONE = "none", _("Not invoiced")
        PART = "part", _("Partly invoiced")
        FULL = "full", _("Invoiced")

    class Priority(models.IntegerChoices):
        HIGH = 1, _("High")
        NORMAL = 2, _("Normal")
        LOW = 3, _("Low")

    number = models.CharField(_("number"), max_length=40, unique=True)
    customer = models.ForeignKey(Party, models.PROTECT, related_name="sales_orders", verbose_name=_("customer"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    customer_reference = models.CharField(_("customer's reference"), max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.DRAFT)
    invoice_status = models.CharField(
        _("invoicing"), max_length=8, choices=InvoiceStatus.choices, default=InvoiceStatus.NONE
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    ordered_on = models.DateField(_("order date"))
    requested_on = models.DateField(_("requested for"), null=True, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    currency = models.CharField(_("currency"), max_length=3)
    exchange_rate = models.DecimalField(_("exchange rate"), max_digits=20, decimal_places=10, default=Decimal(1))
    payment_term = models.ForeignKey(
        PaymentTerm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment term")
    )
    price_list = models.ForeignKey(
        PriceList, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("price list")
    )
    cancellation_terms = models.ForeignKey(
        CancellationTerms, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("cancellation terms"),
    )  # fmt: skip
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
    quote_ref = models.JSONField(_("quote"), null=True, blank=True, editable=False)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    former_status = models.CharField(_("status in the former system"), max_length=40, blank=True, default="")
    is_migrated = models.BooleanField(_("history from before"), default=False, editable=False)
    search_text = SearchText(fields=["number", "customer_reference"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("sales order")
        verbose_name_plural = _("sales orders")
        constraints = [
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="data_sales_order_rate"),
            models.CheckConstraint(condition=Q(freight__gte=0), name="data_sales_order_freight"),
            models.CheckConstraint(
                condition=Q(total=F("subtotal") + F("tax_amount") + F("freight")), name="data_sales_order_total"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-ordered_on"], name="data_sales_order_status"),
            models.Index(fields=["customer", "-ordered_on"], name="data_sales_order_customer"),
            TrigramIndex(fields=["search_text"], name="data_sales_order_text"),
        ]

    def __str__(self) -> str:
        return self.number


class SalesOrderLine(Record):
    """One product on a sales order. `quantity` is in `unit`; base_quantity, reserved, delivered, invoiced, returned and
    cancelled are in the product's stock unit and kept by services only."""

    order = models.ForeignKey(SalesOrder, models.CASCADE, related_name="lines", verbose_name=_("order"))
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
    requested_on = models.DateField(_("requested for"), null=True, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True, editable=False)
    # What the customer was told first, whatever is agreed later (on-time delivery is measured against it).
    first_promised_on = models.DateField(_("first promised for"), null=True, blank=True, editable=False)
    # Later than promised, because of a supply that slipped; empty while the promise stands.
    expected_on = models.DateField(_("expected now"), null=True, blank=True, editable=False)
    # What the promise stands on: [{kind, product, quantity, on, entity, id, label}], put in words when it is read.
    promise_steps = models.JSONField(default=list, blank=True, db_default=[], editable=False)
    reserved = QuantityField(_("reserved"), default=0, editable=False)
    delivered = QuantityField(_("delivered"), default=0, editable=False)
    invoiced = QuantityField(_("invoiced"), default=0, editable=False)
    returned = QuantityField(_("returned"), default=0, editable=False)
    cancelled = QuantityField(_("cancelled"), default=0, editable=False)
    # Of what is cancelled: what ended with the order, and comes back when it is opened again.
    ended = QuantityField(default=0, db_default=0, editable=False)
    # Of goods in two quantities (Product.second_unit): what is expected, and what has really gone, in the second unit.
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    priced_by_second = models.BooleanField(_("priced per second unit"), default=False, db_default=False, editable=False)
    second_delivered = QuantityField(_("delivered, second unit"), default=0, db_default=0, editable=False)
    second_invoiced = QuantityField(_("invoiced, second unit"), default=0, db_default=0, editable=False)
    second_returned = QuantityField(_("returned, second unit"), default=0, db_default=0, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("sales order line")
        verbose_name_plural = _("sales order lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, base_quantity__gt=0), name="data_sales_line_quantity"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, delivered__gte=0, invoiced__gte=0, returned__gte=0, cancelled__gte=0),
                name="data_sales_line_progress",
            ),
            models.CheckConstraint(condition=Q(returned__lte=F("delivered")), name="data_sales_line_returned"),
            models.CheckConstraint(condition=Q(discount__gte=0, discount__lte=100), name="data_sales_line_discount"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="data_sales_line_price"),
            models.CheckConstraint(condition=Q(total=F("subtotal") + F("tax_amount")), name="data_sales_line_total"),
            models.CheckConstraint(
                condition=Q(second_quantity__isnull=True, priced_by_second=False) | Q(second_quantity__gt=0),
                name="data_sales_line_second",
            ),
            models.CheckConstraint(
                condition=Q(second_delivered__gte=0, second_invoiced__gte=0, second_returned__gte=0)
                & Q(second_returned__lte=F("second_delivered")),
                name="data_sales_line_second_progress",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.position}"

    @property
    def open_quantity(self) -> Decimal:
        """Still to deliver, in the stock unit. What came back is owed again only by a new line."""
        return max(self.base_quantity - self.cancelled - self.delivered, Decimal(0))
