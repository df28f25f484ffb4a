"""Goods to customers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Location
from modules.shared.data.models import Party, Product, SalesOrder, SalesOrderLine
from tenon.money.fields import MoneyField, QuantityField
from tenon.records.base import Record


class Delivery(Record):
    """Goods shipped for a sales order (发货单), or, as a return, taken back from the customer (销售退货)."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("Delivery")
        RETURN = "return", _("Return")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        POSTED = "posted", _("Shipped")
        CANCELLED = "cancelled", _("Cancelled")

    class Work(models.TextChoices):
        """How far the warehouse is with it."""

        NONE = "", _("Not begun")
        PICKING = "picking", _("Picking")
        PICKED = "picked", _("Picked")
        PACKED = "packed", _("Packed")

    number = models.CharField(_("number"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.DELIVERY, editable=False)
    order = models.ForeignKey(SalesOrder, models.PROTECT, related_name="+", verbose_name=_("sales order"))
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("customer"), editable=False)
    warehouse = models.ForeignKey(
        "inventory.Warehouse", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("from warehouse"), help_text=_("Empty: from wherever it is."),
    )  # fmt: skip
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("back to place"),
        editable=False,
    )  # fmt: skip
    consigned_place = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("out of consigned stock"),
        help_text=_("Sold out of what lies at the customer's already. Empty: out of our stock."),
    )  # fmt: skip
    shipped_on = models.DateField(_("shipped on"))
    carrier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carrier")
    )
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    work = models.CharField(
        _("warehouse work"), max_length=7, choices=Work.choices, blank=True, default="", db_default="", editable=False
    )
    original = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("return of"),
        editable=False,
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="delivery", original__isnull=True) | Q(kind="return", original__isnull=False),
                name="inventory_delivery_return",
            )
        ]
        indexes = [models.Index(fields=["status", "-shipped_on"], name="inventory_delivery_status")]

    def __str__(self) -> str:
        return self.number


class DeliveryLine(Record):
    """What was shipped of one order line, in the stock unit. `value` (posted) is its cost in base currency at that
    moment; a return comes back at the same cost. `second_quantity`, of goods in two quantities, is what they weigh."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="lines", verbose_name=_("delivery"))
    position = models.PositiveIntegerField(_("position"), default=0)
    order_line = models.ForeignKey(SalesOrderLine, models.PROTECT, related_name="+", verbose_name=_("order line"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"), editable=False)
    quantity = QuantityField(_("quantity"))
    second_quantity = QuantityField(_("second quantity"), null=True, blank=True)
    lots = models.TextField(
        _("lots or serial numbers"), blank=True, default="",
        help_text=_("Empty: those that expire first. Otherwise as L1=20, L2=30 or SN001..SN020, with a reason."),
    )  # fmt: skip
    lot_reason = models.CharField(_("reason for other lots"), max_length=200, blank=True, default="")
    value = MoneyField(_("cost"), null=True, blank=True, editable=False)
    original = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="returns", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("delivery line")
        verbose_name_plural = _("delivery lines")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "order_line"], name="inventory_delivery_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_delivery_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} · {self.position}"
