"""Goods from suppliers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Party, Product, PurchaseOrder, PurchaseOrderLine
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import Record


class Receipt(Record):
    """Goods that arrived against a purchase order (采购入库), or, as a return, went back to the supplier (采购退货)."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        RETURN = "return", _("Return")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        POSTED = "posted", _("Posted")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.RECEIPT, editable=False)
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="+", verbose_name=_("purchase order"))
    supplier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("supplier"), editable=False)
    location = models.ForeignKey(Location, models.PROTECT, related_name="+", verbose_name=_("place"))
    received_on = models.DateField(_("received on"))
    supplier_reference = models.CharField(_("supplier's delivery note"), max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    original = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("return of"),
        editable=False,
    )  # fmt: skip
    from_place = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("out of custody"),
        editable=False,
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="receipt", original__isnull=True) | Q(kind="return", original__isnull=False),
                name="inventory_receipt_return",
            )
        ]
        indexes = [models.Index(fields=["status", "-received_on"], name="inventory_receipt_status")]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(Record):
    """What came of one order line, in the stock unit: `quantity` arrived, `rejected` of it was refused on the spot and
    is not ours. `value` (posted) is the base currency value of what was accepted. `second_quantity`, of goods in two
    quantities, is what the accepted ones weigh."""

    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="lines", verbose_name=_("receipt"))
    position = models.PositiveIntegerField(_("position"), default=0)
    order_line = models.ForeignKey(PurchaseOrderLine, models.PROTECT, related_name="+", verbose_name=_("order line"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"), editable=False)
    quantity = QuantityField(_("received"))
    rejected = QuantityField(_("rejected"), default=0)
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    lots = models.TextField(
        _("lots or serial numbers"), blank=True, default="",
        help_text=_("One number, several as L1=20, L2=30, or serial numbers as a list or a range: SN001..SN020."),
    )  # fmt: skip
    supplier_lot = models.CharField(_("supplier's lot"), max_length=60, blank=True, default="")
    made_on = models.DateField(_("made on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    value = MoneyField(_("value"), null=True, blank=True, editable=False)
    original = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="returns", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "order_line", "location"], nulls_distinct=False, name="inventory_receipt_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, rejected__gte=0) & Q(rejected__lte=F("quantity")),
                name="inventory_receipt_line_quantity",
                violation_error_message=_("No more can be rejected than has arrived."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} · {self.position}"
