"""What people in the company ask purchasing for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.inventory.models.place import Warehouse
from modules.shared.data.models import Party, Product, PurchaseOrderLine, Unit
from tenon.money.fields import QuantityField, UnitCostField
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex


class Requisition(Record):
    """A request to buy (请购单). Anybody with the right writes one; once somebody else has approved it, purchasing
    turns its lines into orders. How much of a line is ordered follows from the orders that were made of it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REQUESTED = "requested", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        ORDERED = "ordered", _("Ordered")
        REJECTED = "rejected", _("Rejected")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    requested_on = models.DateField(_("requested on"))
    needed_on = models.DateField(_("needed on"))
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warehouse")
    )
    purpose = models.CharField(_("purpose"), max_length=300, blank=True, default="")
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True, default="", editable=False)
    decision = models.CharField(_("words of the decision"), max_length=500, blank=True, default="", editable=False)
    asked_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval asked by"),
        editable=False, db_index=False,
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True, default="")
    owner = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("requested by")
    )
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    search_text = SearchText(fields=["number", "purpose"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("requisition")
        verbose_name_plural = _("requisitions")
        indexes = [
            models.Index(fields=["status", "needed_on"], name="inventory_requisition_status"),
            TrigramIndex(fields=["search_text"], name="inventory_requisition_text"),
        ]

    def __str__(self) -> str:
        return self.number


class RequisitionLine(Record):
    """One product that is asked for. `base_quantity` is in its stock unit; `unit_price` an estimate per unit in company
    currency, `supplier` a wish."""

    requisition = models.ForeignKey(Requisition, models.CASCADE, related_name="lines", verbose_name=_("requisition"))
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    quantity = QuantityField(_("quantity"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    base_quantity = QuantityField(_("quantity in stock unit"), editable=False)
    needed_on = models.DateField(_("needed on"), null=True, blank=True)
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=pgettext_lazy("requisition", "supplier wished for"),
    )  # fmt: skip
    unit_price = UnitCostField(_("estimated price"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("requisition line")
        verbose_name_plural = _("requisition lines")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, base_quantity__gt=0), name="inventory_requisition_line_quantity"
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="inventory_requisition_line_price"),
        ]

    def __str__(self) -> str:
        return f"{self.requisition} · {self.position}"


class RequisitionCover(Record):
    """How much of a requisition line went onto which purchase order line, in the stock unit. It counts while that
    order is not cancelled."""

    internal: ClassVar[bool] = True

    line = models.ForeignKey(RequisitionLine, models.CASCADE, related_name="covers")
    order_line = models.ForeignKey(PurchaseOrderLine, models.CASCADE, related_name="+")
    quantity = QuantityField(_("quantity"))

    class Meta(Record.Meta):
        abstract = False
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="inventory_requisition_cover")]

    def __str__(self) -> str:
        return f"{self.line} → {self.order_line}"
