"""Blanket orders: what was agreed with a supplier for a time, and what was called off of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Party, PaymentTerm, Product, PurchaseOrderLine, Unit
from tenon.money.fields import MoneyField, QuantityField, UnitCostField
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex


class BlanketOrder(Record):
    """A blanket order (框架协议): prices and quantities for a time. A call-off (叫货) makes a purchase order that draws
    on it, never beyond a line's quantity nor all together beyond `amount` (net, in its currency)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", pgettext_lazy("blanket order", "In force")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    supplier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    reference = models.CharField(_("supplier's reference"), max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    currency = models.CharField(_("currency"), max_length=3)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    amount = MoneyField(pgettext_lazy("blanket order", "amount at most"), null=True, blank=True)
    payment_term = models.ForeignKey(
        PaymentTerm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("payment term")
    )
    # Left empty, deliveries of the schedule are called off by hand only.
    call_ahead_days = models.PositiveSmallIntegerField(_("call off so many days ahead"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    search_text = SearchText(fields=["number", "reference"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("blanket order")
        verbose_name_plural = _("blanket orders")
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="inventory_blanket_days"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="inventory_blanket_amount"),
        ]
        indexes = [
            models.Index(fields=["supplier", "status"], name="inventory_blanket_supplier"),
            TrigramIndex(fields=["search_text"], name="inventory_blanket_text"),
        ]

    def __str__(self) -> str:
        return self.number


class BlanketLine(Record):
    """A product of a blanket order at its price per `unit`, or per second unit where goods are priced by that.
    `quantity` (in `unit`) at most; left empty, as much as the amount allows."""

    blanket = models.ForeignKey(BlanketOrder, models.CASCADE, related_name="lines", verbose_name=_("blanket order"))
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    quantity = QuantityField(pgettext_lazy("blanket order", "quantity at most"), null=True, blank=True)
    base_quantity = QuantityField(_("quantity in stock unit"), null=True, blank=True, editable=False)
    unit_price = UnitCostField(_("unit price"))
    priced_by_second = models.BooleanField(_("priced per second unit"), default=False, db_default=False, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("blanket order line")
        verbose_name_plural = _("blanket order lines")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["blanket", "product"], name="inventory_blanket_product_once"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="inventory_blanket_quantity"
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="inventory_blanket_price"),
        ]

    def __str__(self) -> str:
        return f"{self.blanket} · {self.product}"


class BlanketDraw(Record):
    """A purchase order line that draws on a line of a blanket order: as much as it orders and has not cancelled."""

    internal: ClassVar[bool] = True

    line = models.ForeignKey(BlanketLine, models.PROTECT, related_name="draws")
    order_line = models.OneToOneField(PurchaseOrderLine, models.CASCADE, related_name="+")

    class Meta(Record.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.line} → {self.order_line_id}"


class BlanketDelivery(Record):
    """A delivery that was agreed by day (交货计划): supply that planning counts on. Calling it off makes a line of a
    purchase order of it, which then is the supply. `quantity` in the unit of the blanket line."""

    line = models.ForeignKey(
        BlanketLine, models.CASCADE, related_name="deliveries", verbose_name=_("blanket order line"), editable=False
    )
    due_on = models.DateField(pgettext_lazy("delivery", "due"), editable=False)
    quantity = QuantityField(_("quantity"), editable=False)
    base_quantity = QuantityField(_("quantity in stock unit"), editable=False)
    order_line = models.OneToOneField(
        PurchaseOrderLine, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("purchase order line"), editable=False,
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("scheduled delivery")
        verbose_name_plural = _("scheduled deliveries")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, base_quantity__gt=0), name="inventory_blanket_delivery_some"
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="inventory_blanket_delivery_due")]

    def __str__(self) -> str:
        return f"{self.line} · {self.due_on}"
