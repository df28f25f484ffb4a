"""From which warehouse customers and orders are served."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Warehouse
from modules.shared.data.models import Party, SalesOrder
from tenon.records.base import Record


class ShipFrom(Record):
    """The warehouse that serves one sales order, or all orders of a customer (发货仓库). The order's own counts before
    its customer's; an order with neither is served from wherever there is stock. What is locked already stays where it
    is."""

    order = models.OneToOneField(
        SalesOrder, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("sales order")
    )
    customer = models.OneToOneField(
        Party, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("customer")
    )
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("ship-from warehouse")
        verbose_name_plural = _("ship-from warehouses")
        constraints = [
            models.CheckConstraint(
                condition=Q(order=None, customer__isnull=False) | Q(order__isnull=False, customer=None),
                name="inventory_ship_from_whose",
                violation_error_message=_("Name an order or a customer, not both."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order or self.customer} · {self.warehouse}"
