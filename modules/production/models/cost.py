"""Standard costs as they were rolled up on a day; what orders cost, and when they cost more than they should."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.operation import ProductionOrderOperation
from modules.production.models.order import ProductionOrder, ProductionOrderComponent
from modules.shared.data.models import Product
from tenon.money.fields import MoneyField, QuantityField, UnitCostField
from tenon.records.base import LedgerRow, Record


class CostRollUp(Record):
    """What every made product costs by its bill and routing on a day (标准成本卷积版本). Its figures stay as they were,
    to be compared; applied, they are the products' standard costs."""

    class Status(models.TextChoices):
        FROZEN = "frozen", _("Frozen")
        APPLIED = "applied", pgettext_lazy("production", "Applied")

    title = models.CharField(pgettext_lazy("production", "title"), max_length=120)
    rolled_on = models.DateField(_("as of"), editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.FROZEN, editable=False)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("cost roll-up")
        verbose_name_plural = _("cost roll-ups")

    def __str__(self) -> str:
        return self.title


class CostRollUpLine(Record):
    """One product of a roll-up, per stock unit in base currency; `standard_before` was its standard cost that day."""

    roll_up = models.ForeignKey(CostRollUp, models.CASCADE, related_name="costs", verbose_name=_("cost roll-up"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    material = UnitCostField(_("material"), default=0)
    labour = UnitCostField(_("labour"), default=0)
    overhead = UnitCostField(_("overhead"), default=0)
    outside = UnitCostField(_("outside work"), default=0, db_default=0)
    total = UnitCostField(pgettext_lazy("production", "total"), default=0)
    standard_before = UnitCostField(_("standard cost then"), null=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("rolled-up cost")
        verbose_name_plural = _("rolled-up costs")
        constraints = [models.UniqueConstraint(fields=["roll_up", "product"], name="production_roll_up_once")]

    def __str__(self) -> str:
        return str(self.product)


class ProductionCost(LedgerRow):
    """What went into an order (positive) or came out of it (negative) on a day, in base currency: work in process of
    any day is the sum up to it. Written with every voucher of an order, never changed."""

    class Element(models.TextChoices):
        MATERIAL = "material", _("Material")
        LABOUR = "labour", _("Labour")
        MACHINE = "machine", pgettext_lazy("cost", "Machine")
        OVERHEAD = "overhead", _("Overhead")
        OUTSIDE = "outside", pgettext_lazy("cost", "Outside work")
        RECEIPT = "receipt", pgettext_lazy("cost", "Into stock")
        VARIANCE = "variance", _("Variance")

    order = models.ForeignKey(ProductionOrder, models.PROTECT, related_name="costs", verbose_name=_("production order"))
    posted_on = models.DateField(_("date"))
    element = models.CharField(_("cost element"), max_length=8, choices=Element.choices)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+", verbose_name=_("product"))
    order_operation = models.ForeignKey(
        ProductionOrderOperation, models.PROTECT, null=True, related_name="costs",
        verbose_name=_("operation of the order"),
    )  # fmt: skip
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("cost posting")
        verbose_name_plural = _("cost postings")
        indexes = [models.Index(fields=["posted_on"], name="production_cost_day")]

    def __str__(self) -> str:
        return f"{self.order} · {self.get_element_display()}"


class CostAlert(Record):
    """Material or time of an order beyond what is tolerated over the standard (用料工时预警): one for each of them
    until it is resolved, by hand or because the standard has caught up. `standard` and `actual` in the unit of the
    material, or in minutes."""

    class Kind(models.TextChoices):
        MATERIAL = "material", _("Material")
        TIME = "time", pgettext_lazy("production", "Time")

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("alert", "Open")
        RESOLVED = "resolved", pgettext_lazy("alert", "Resolved")

    order = models.ForeignKey(
        ProductionOrder, models.CASCADE, related_name="cost_alerts", verbose_name=_("production order")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN, editable=False)
    component = models.ForeignKey(
        ProductionOrderComponent, models.CASCADE, null=True, related_name="cost_alerts", verbose_name=_("material")
    )
    order_operation = models.ForeignKey(
        ProductionOrderOperation, models.CASCADE, null=True, related_name="cost_alerts", verbose_name=_("operation")
    )
    standard = QuantityField(pgettext_lazy("cost", "standard"), default=0)
    actual = QuantityField(pgettext_lazy("cost", "actual"), default=0)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, editable=False)
    note = models.CharField(_("note"), max_length=255, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("cost alert")
        verbose_name_plural = _("cost alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["component"], condition=models.Q(status="open", component__isnull=False),
                name="production_alert_material_once",
            ),
            models.UniqueConstraint(
                fields=["order_operation"], condition=models.Q(status="open", order_operation__isnull=False),
                name="production_alert_time_once",
            ),
            models.CheckConstraint(
                condition=models.Q(component__isnull=True) | models.Q(order_operation__isnull=True),
                name="production_alert_of_one",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["status", "order"], name="production_alert_status")]

    def __str__(self) -> str:
        return f"{self.order} · {self.component or self.order_operation}"
