"""The operations of a production order."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.order import ProductionOrder
from modules.production.models.routing import TIMES_HOLD, Operation, Times, WorkCentre
from modules.shared.data.models import Party
from tenon.money.fields import MoneyField, PercentField, QuantityField
from tenon.records.base import Record

# What an order's operation takes over from the routing when the order is released.
COPIED = (
    "position", "name", "work_centre_id", "supplier_id", "outside_days", "outside_price", "setup_minutes",
    "run_minutes", "queue_minutes", "move_minutes", "transfer_batch", "yield_percent",
)  # fmt: skip


class ProductionOrderOperation(Times, Record):
    """An operation of an order (工单工序), copied from the routing when the order is released; `operation` names
    where it comes from (its alternatives, tool and skill are read there). It begins with `quantity`
    pieces, what the ones after it will lose included. `minutes` is what was spent on it; `planned_*` are
    the rates of its work centre at release, which plan and actual cost are compared by. Scheduling
    chooses work centre, start and end. Rework (返工) is an operation of its own: what it makes good counts
    for the one that it is the `rework_of`."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("operation", "Waiting")
        RUNNING = "running", pgettext_lazy("operation", "Running")
        PAUSED = "paused", pgettext_lazy("operation", "Paused")
        DONE = "done", pgettext_lazy("operation", "Done")

    order = models.ForeignKey(
        ProductionOrder, models.CASCADE, related_name="operations", verbose_name=_("production order")
    )
    operation = models.ForeignKey(
        Operation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("operation of the routing")
    )
    position = models.PositiveIntegerField(_("position"), default=10)
    name = models.CharField(_("name"), max_length=160)
    work_centre = models.ForeignKey(
        WorkCentre, models.PROTECT, null=True, blank=True, related_name="order_operations",
        verbose_name=_("work centre"),
    )  # fmt: skip
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("outside, at")
    )
    outside_days = models.PositiveIntegerField(_("days outside"), default=0)
    outside_price = MoneyField(_("price outside per unit"), default=0)
    rework_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="rework_operations", verbose_name=_("rework of")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    quantity = QuantityField(_("quantity"), default=0)
    good = QuantityField(_("good"), default=0, editable=False)
    scrap = QuantityField(_("scrap"), default=0, editable=False)
    rework = QuantityField(_("rework"), default=0, editable=False)
    minutes = QuantityField(_("minutes"), default=0, editable=False)
    planned_efficiency = PercentField(_("planned efficiency %"), default=100, db_default=100, editable=False)
    planned_labour_rate = MoneyField(_("planned labour rate"), default=0, db_default=0, editable=False)
    planned_machine_rate = MoneyField(_("planned machine rate"), default=0, db_default=0, editable=False)
    planned_overhead_rate = MoneyField(_("planned overhead rate"), default=0, db_default=0, editable=False)
    planned_start = models.DateTimeField(_("planned start"), null=True, blank=True)
    planned_end = models.DateTimeField(_("planned end"), null=True, blank=True)
    machine = models.PositiveSmallIntegerField(_("machine"), default=1, editable=False)  # of those that are alike
    is_fixed = models.BooleanField(_("fixed in the schedule"), default=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("operation of an order")
        verbose_name_plural = _("operations of orders")
        ordering = ["order", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"],
                condition=Q(rework_of__isnull=True),
                name="production_order_operation_once",
            ),
            models.UniqueConstraint(
                fields=["rework_of"], condition=Q(rework_of__isnull=False), name="production_rework_once"
            ),
            models.CheckConstraint(condition=TIMES_HOLD, name="production_order_operation_times"),
            models.CheckConstraint(
                condition=Q(good__gte=0, scrap__gte=0, rework__gte=0, minutes__gte=0, quantity__gte=0)
                & Q(quantity__gte=F("good") + F("scrap") + F("rework")),
                name="production_order_operation_pieces",
            ),
            models.CheckConstraint(
                condition=Q(planned_start__isnull=True) | Q(planned_end__gte=F("planned_start")),
                name="production_order_operation_plan",
            ),
        ]
        indexes = [
            models.Index(fields=["work_centre", "status", "planned_start"], name="production_dispatch"),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.name}"

    @property
    def open_quantity(self) -> Decimal:
        """Pieces that have not come through yet."""
        return self.quantity - self.good - self.scrap - self.rework

    @property
    def planned_minutes(self) -> Decimal:
        """Standard minutes on one machine for all its pieces, at the efficiency of the work centre."""
        minutes = self.setup_minutes + self.run_minutes * self.quantity
        return minutes if self.work_centre is None else minutes * 100 / self.work_centre.efficiency
