"""What-if: a branch of the plan with other dates, orders, hours, suppliers and planning data, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.routing import WorkCentre
from modules.shared.data.models import Party, Product
from tenon.money.fields import QuantityField, UnitCostField
from tenon.records.base import Record


class Scenario(Record):
    """A branch of the plan (推演方案): named changes, and what planning found with them and without (`outcome`, as
    selectors/outlook.py says it) as of `planned_at`. Calculating writes nothing but this row and its lines."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("scenario", "Not calculated")
        DONE = "done", pgettext_lazy("scenario", "Calculated")
        APPLIED = "applied", pgettext_lazy("scenario", "Applied")

    name = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.DRAFT, db_default="draft", editable=False
    )
    planned_at = models.DateTimeField(pgettext_lazy("scenario", "calculated"), null=True, blank=True, editable=False)
    earlier = models.PositiveIntegerField(pgettext_lazy("scenario", "lines earlier"), default=0, editable=False)
    later = models.PositiveIntegerField(pgettext_lazy("scenario", "lines later"), default=0, editable=False)
    outcome = models.JSONField(null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = pgettext_lazy("scenario", "what-if")
        verbose_name_plural = pgettext_lazy("scenario", "what-ifs")

    def __str__(self) -> str:
        return self.name


class ScenarioChange(Record):
    """One thing that would be otherwise. `seen`: what was there when the branch was calculated last, told apart from
    what is there when it shall be applied."""

    internal = True

    class Kind(models.TextChoices):
        LINE = "line", pgettext_lazy("scenario", "Order line")  # order_line: on, quantity (zero: called off)
        ORDER = "order", pgettext_lazy("scenario", "Extra order")  # party, product, quantity, on, price
        OVERTIME = "overtime", _("Overtime")  # work_centre, starts_at, ends_at, price an hour
        STOP = "stop", _("Planned stop")  # work_centre, starts_at, ends_at
        SUPPLIER = "supplier", _("Supplier")  # party, product, price (base currency, stock unit), lead_days
        PLANNING = "planning", pgettext_lazy("scenario", "Planning data")  # product: safety, lots, lead_days

    scenario = models.ForeignKey(
        Scenario, models.CASCADE, related_name="changes", verbose_name=pgettext_lazy("scenario", "what-if")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    order_line = models.BigIntegerField(null=True, blank=True)  # of a sales order
    party = models.ForeignKey(Party, models.CASCADE, null=True, blank=True, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True, related_name="+")
    work_centre = models.ForeignKey(WorkCentre, models.CASCADE, null=True, blank=True, related_name="+")
    on = models.DateField(_("day"), null=True, blank=True)
    quantity = QuantityField(_("quantity"), null=True, blank=True)
    price = UnitCostField(_("price"), null=True, blank=True)
    lead_days = models.PositiveIntegerField(_("lead time (days)"), null=True, blank=True)
    starts_at = models.DateTimeField(pgettext_lazy("time", "from"), null=True, blank=True)
    ends_at = models.DateTimeField(pgettext_lazy("time", "until"), null=True, blank=True)
    safety_stock = QuantityField(_("safety stock"), null=True, blank=True)
    order_min = QuantityField(_("minimum order"), null=True, blank=True)
    order_multiple = QuantityField(_("order multiple"), null=True, blank=True)
    seen = models.JSONField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = pgettext_lazy("scenario", "change")
        verbose_name_plural = pgettext_lazy("scenario", "changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="production_scenario_change_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class ScenarioLine(models.Model):
    """A sales order line in both plans: when it could go without the changes (`base_on`) and with them (`on`). None:
    not wanted there, or not made within the horizon (`planned`). Lines of extra orders have the number of their change
    below zero."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="lines")
    order_line = models.BigIntegerField()
    label = models.CharField(max_length=120)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    base_quantity = QuantityField(null=True)
    quantity = QuantityField(null=True)
    base_needed = models.DateField(null=True)
    needed = models.DateField(null=True)
    base_on = models.DateField(null=True)
    on = models.DateField(null=True)
    verdict = models.CharField(max_length=8)

    class Meta:
        indexes = [models.Index(fields=["scenario", "verdict"], name="production_scenario_line")]

    def __str__(self) -> str:
        return self.label
