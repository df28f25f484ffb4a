"""Work that is done outside."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.operation import ProductionOrderOperation
from modules.production.models.report import ProductionReport
from modules.shared.data.models import Party, Product, PurchaseOrderLine
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import LedgerRow, Record


class SubcontractOrder(Record):
    """`quantity` pieces of an operation of a production order are done by a supplier (委外单); its purchase order line
    says at which fee a piece. `sent`: pieces that are with the supplier or were; of a first operation, as many as the
    material there is enough for. Of what came back `good` go on, `rejected` (工废) are lost and not paid for, `spoiled`
    (料废) are lost by fault of our material and paid for. `fee` is what the pieces so far cost, in base currency."""

    class Status(models.TextChoices):
        ORDERED = "ordered", pgettext_lazy("subcontract", "To send")
        OUTSIDE = "outside", pgettext_lazy("subcontract", "Outside")
        DONE = "done", pgettext_lazy("subcontract", "Done")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    order_operation = models.ForeignKey(
        ProductionOrderOperation, models.PROTECT, related_name="subcontracts", verbose_name=_("operation of the order")
    )
    supplier = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("supplier"))
    purchase_line = models.ForeignKey(
        PurchaseOrderLine, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("purchase order line"),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.ORDERED)
    quantity = QuantityField(_("quantity"))
    sent = QuantityField(pgettext_lazy("subcontract", "sent"), default=0)
    good = QuantityField(_("good"), default=0)
    rejected = QuantityField(pgettext_lazy("outside", "rejected"), default=0)
    spoiled = QuantityField(_("spoiled by our material"), default=0)
    fee = MoneyField(_("fee"), default=0)
    due_on = models.DateField(pgettext_lazy("production", "due"))
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("subcontract order")
        verbose_name_plural = _("subcontract orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, sent__gte=0, good__gte=0, rejected__gte=0, spoiled__gte=0, fee__gte=0)
                & Q(quantity__gte=F("good") + F("rejected") + F("spoiled")),
                name="production_subcontract_pieces",
            )
        ]
        indexes = [models.Index(fields=["status", "due_on"], name="production_subcontract_status")]

    def __str__(self) -> str:
        return self.number

    @property
    def came(self) -> Decimal:
        """Pieces that are no longer outside."""
        return self.good + self.rejected + self.spoiled

    @property
    def open_quantity(self) -> Decimal:
        return self.quantity - self.came


class SubcontractMaterial(Record):
    """Material of ours for a subcontract order, in the component's stock unit: what it takes by the bill, what was
    sent, what the pieces that came back took, what came back itself or stays there for another order (`returned`)."""

    subcontract = models.ForeignKey(
        SubcontractOrder, models.CASCADE, related_name="materials", verbose_name=_("subcontract order")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("component"))
    required = QuantityField(pgettext_lazy("production", "required"))
    sent = QuantityField(pgettext_lazy("subcontract", "sent"), default=0)
    consumed = QuantityField(_("consumed"), default=0)
    returned = QuantityField(_("returned"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("material outside")
        verbose_name_plural = _("material outside")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subcontract", "product"], name="production_subcontract_material_once"),
            models.CheckConstraint(
                condition=Q(required__gte=0, consumed__gte=0, returned__gte=0)
                & Q(sent__gte=F("consumed") + F("returned")),
                name="production_subcontract_material_there",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)

    @property
    def there(self) -> Decimal:
        """What lies at the supplier."""
        return self.sent - self.consumed - self.returned


class SubcontractReceipt(LedgerRow):
    """What came back on a day (委外收货), with its fee in base currency and the report it made. Never changed."""

    subcontract = models.ForeignKey(
        SubcontractOrder, models.PROTECT, related_name="receipts", verbose_name=_("subcontract order")
    )
    report = models.ForeignKey(ProductionReport, models.PROTECT, related_name="+", verbose_name=_("production report"))
    received_on = models.DateField(_("received on"))
    good = QuantityField(_("good"), default=0)
    rejected = QuantityField(pgettext_lazy("outside", "rejected"), default=0)
    spoiled = QuantityField(_("spoiled by our material"), default=0)
    fee = MoneyField(_("fee"), default=0)
    note = models.CharField(_("note"), max_length=255, blank=True, default="")

    class Meta:
        verbose_name = _("subcontract receipt")
        verbose_name_plural = _("subcontract receipts")
        constraints = [
            models.CheckConstraint(
                condition=Q(good__gte=0, rejected__gte=0, spoiled__gte=0, fee__gte=0),
                name="production_subcontract_receipt_positive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subcontract} · {self.received_on}"
