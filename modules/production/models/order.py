"""Production orders and the material they take."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.bom import BillOfMaterials
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, PercentField, QuantityField, UnitCostField
from tenon.records.base import Record


class ProductionOrder(Record):
    """An order to make `quantity` good pieces of a product (生产工单); it begins with as many more, `started`, as the
    yields of its operations take. Cost collects in the cost columns (base currency) as material is issued and work
    reported; what was received into stock took `received_value` with it; the rest is work in process (在制品) until the
    order is closed. What is taken apart again (拆解) brings `unbuilt_value` back into it. `demand_*` name the document
    line it is made for, no foreign key."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RELEASED = "released", pgettext_lazy("production", "Released")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", pgettext_lazy("production", "Done")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    bom = models.ForeignKey(
        BillOfMaterials, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bill of materials")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.DRAFT)
    quantity = QuantityField(_("quantity"))
    started = QuantityField(_("begins with"), default=0, editable=False)
    completed = QuantityField(_("good"), default=0, editable=False)
    scrapped = QuantityField(_("scrap"), default=0, editable=False)
    backflush = models.BooleanField(_("material is taken as work is reported"), default=True)
    tolerance = PercentField(_("more than issued, at most %"), default=0)
    start_on = models.DateField(_("start"))
    due_on = models.DateField(pgettext_lazy("production", "due"))
    demand_entity = models.CharField(max_length=80, blank=True, default="", editable=False)
    demand_id = models.BigIntegerField(null=True, editable=False)
    demand_label = models.CharField(_("made for"), max_length=120, blank=True, default="", editable=False)
    sales_order_id = models.BigIntegerField(null=True, editable=False)
    material_cost = MoneyField(_("material"), default=0, editable=False)
    labour_cost = MoneyField(_("labour"), default=0, editable=False)
    overhead_cost = MoneyField(_("overhead"), default=0, editable=False)
    outside_cost = MoneyField(_("outside work"), default=0, db_default=0, editable=False)
    received_value = MoneyField(_("value received"), default=0, editable=False)
    unbuilt = QuantityField(_("taken apart"), default=0, db_default=0, editable=False)
    unbuilt_value = MoneyField(_("value taken apart"), default=0, db_default=0, editable=False)
    variance = MoneyField(_("variance"), default=0, editable=False)
    note = models.TextField(_("note"), blank=True, default="")
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("production order")
        verbose_name_plural = _("production orders")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="production_order_quantity"),
            models.CheckConstraint(condition=Q(tolerance__gte=0), name="production_order_tolerance"),
            models.CheckConstraint(
                condition=Q(completed__gte=0, scrapped__gte=0) & Q(started__gte=F("completed") + F("scrapped")),
                name="production_order_progress",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="production_order_status"),
            models.Index(fields=["product", "status"], name="production_order_product"),
            models.Index(fields=["sales_order_id"], name="production_order_sales"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_quantity(self) -> Decimal:
        """Good pieces still to come into stock."""
        return max(min(self.quantity - self.completed, self.unreported), Decimal(0))

    @property
    def unreported(self) -> Decimal:
        """Pieces that are neither in stock nor scrap yet."""
        return self.started - self.completed - self.scrapped

    @property
    def collected(self) -> Decimal:
        """All cost that has gone in."""
        return self.material_cost + self.labour_cost + self.overhead_cost + self.outside_cost

    @property
    def work_in_process(self) -> Decimal:
        """What the order is worth in the work-in-process account."""
        return self.collected + self.unbuilt_value - self.received_value - self.variance


class ProductionOrderComponent(Record):
    """Material of an order: required by the bill of materials when the order was released, issued so far, in the
    component's stock unit; `issued_value` is what it cost when it left stock, `planned_cost` a unit at release."""

    order = models.ForeignKey(
        ProductionOrder, models.CASCADE, related_name="components", verbose_name=_("production order")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("component"))
    required = QuantityField(pgettext_lazy("production", "required"))
    issued = QuantityField(_("issued"), default=0, editable=False)
    issued_value = MoneyField(_("value issued"), default=0, editable=False)
    planned_cost = UnitCostField(_("planned cost per unit"), default=0, db_default=0, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("material")
        verbose_name_plural = _("material")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="production_component_once"),
            models.CheckConstraint(condition=Q(required__gte=0, issued__gte=0), name="production_component_positive"),
        ]

    def __str__(self) -> str:
        return str(self.product)

    @property
    def open_quantity(self) -> Decimal:
        return max(self.required - self.issued, Decimal(0))


class ProductionOrderOutput(Record):
    """What an order makes besides its product: expected by its bill, come so far, with which value. `waiting_value` is
    its share of what the good pieces took out of work in process while it has not come itself: it stays in process."""

    order = models.ForeignKey(
        ProductionOrder, models.CASCADE, related_name="outputs", verbose_name=_("production order")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("by-product"))
    cost_share = PercentField(_("cost share %"), default=0)
    expected = QuantityField(_("expected"))
    received = QuantityField(pgettext_lazy("production", "received"), default=0, editable=False)
    received_value = MoneyField(_("value received"), default=0, editable=False)
    waiting_value = MoneyField(_("waits in process"), default=0, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("by-product")
        verbose_name_plural = _("by-products")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="production_output_once"),
            models.CheckConstraint(
                condition=Q(expected__gte=0, received__gte=0, received_value__gte=0, waiting_value__gte=0),
                name="production_output_positive",
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)

    @property
    def open_quantity(self) -> Decimal:
        return max(self.expected - self.received, Decimal(0))
