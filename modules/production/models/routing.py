"""Where and how long a product is worked on: work centres, tools and skills, the operations of a routing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Calendar, Party, Product
from tenon.money.fields import MoneyField, PercentField, QuantityField
from tenon.records.base import Record


class WorkCentre(Record):
    """A work centre (工作中心): `machines` alike, that need 100 ÷ `efficiency` of the standard minutes; its rates
    per hour in base currency: labour by the time of people, machine and overhead by that of machines;
    the machine's is booked as overhead and told apart on the order. Beyond `tolerance` more time than
    standard raises an alert. It works by the shifts of its calendar (the company's when it has none); a
    calendar without shifts means `hours_per_week`, the same on each working day."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    cost_rate = MoneyField(_("labour rate per hour"), default=0)
    machine_rate = MoneyField(_("machine rate per hour"), default=0, db_default=0)
    overhead_rate = MoneyField(_("overhead rate per hour"), default=0)
    tolerance = PercentField(_("more time than standard, at most %"), default=10, db_default=10)
    machines = models.PositiveSmallIntegerField(_("machines"), default=1)
    efficiency = PercentField(_("efficiency %"), default=100)
    hours_per_week = models.DecimalField(_("hours per week"), max_digits=6, decimal_places=2, default=40)
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("calendar")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("work centre")
        verbose_name_plural = _("work centres")
        constraints = [
            models.CheckConstraint(
                condition=Q(cost_rate__gte=0, overhead_rate__gte=0, machine_rate__gte=0, tolerance__gte=0),
                name="production_work_centre_rate",
            ),
            models.CheckConstraint(
                condition=Q(machines__gte=1, efficiency__gt=0), name="production_work_centre_capacity"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Resource(Record):
    """What an operation needs beside a machine: a tool (工装) or people with a skill (技能). There are `count` of it,
    to be used at the same time."""

    class Kind(models.TextChoices):
        TOOL = "tool", _("Tool")
        SKILL = "skill", _("Skill")

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.TOOL)
    count = models.PositiveIntegerField(_("how many there are"), default=1)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("tool or skill")
        verbose_name_plural = _("tools and skills")
        constraints = [models.CheckConstraint(condition=Q(count__gte=1), name="production_resource_count")]

    def __str__(self) -> str:
        return self.name


class Times(models.Model):
    """How long an operation takes, in standard minutes: `setup` once per order, `run` per stock unit begun with;
    `queue` waiting before it, `move` to the next one. The next operation may begin once `transfer_batch` pieces have
    come through (重叠); without it, once all have. Of what is begun with `yield_percent` comes out good."""

    setup_minutes = QuantityField(_("set-up minutes"), default=0)
    run_minutes = QuantityField(_("run minutes per unit"), default=0)
    queue_minutes = QuantityField(_("queue minutes"), default=0)
    move_minutes = QuantityField(_("move minutes"), default=0)
    transfer_batch = QuantityField(_("transfer batch"), default=0)
    yield_percent = PercentField(_("yield %"), default=100)

    class Meta:
        abstract = True


TIMES_HOLD = Q(
    setup_minutes__gte=0, run_minutes__gte=0, queue_minutes__gte=0, move_minutes__gte=0, transfer_batch__gte=0,
    yield_percent__gt=0, yield_percent__lte=100,
)  # fmt: skip


class Operation(Times, Record):
    """A step of a product's routing (工序): at a work centre, with a tool and a skill where it needs them; or outside
    (委外), at a supplier who takes `outside_days` and `outside_price` per unit begun with, in base currency."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="operations", verbose_name=_("product"))
    position = models.PositiveIntegerField(_("position"), default=10)
    name = models.CharField(_("name"), max_length=160)
    work_centre = models.ForeignKey(
        WorkCentre, models.PROTECT, null=True, blank=True, related_name="operations", verbose_name=_("work centre")
    )
    supplier = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("outside, at")
    )
    outside_days = models.PositiveIntegerField(_("days outside"), default=0)
    outside_price = MoneyField(_("price outside per unit"), default=0)
    tool = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tool"))
    skill = models.ForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill")
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering = ["product", "position"]
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="production_operation_position"),
            models.CheckConstraint(condition=TIMES_HOLD, name="production_operation_times"),
            models.CheckConstraint(
                condition=Q(work_centre__isnull=False, supplier__isnull=True)
                | Q(work_centre__isnull=True, supplier__isnull=False),
                name="production_operation_one_place",
            ),
            models.CheckConstraint(condition=Q(outside_price__gte=0), name="production_operation_price"),
        ]

    def __str__(self) -> str:
        return self.name


class OperationAlternative(Record):
    """Another work centre that can do an operation, with its own times; `rank` 1 is tried first."""

    operation = models.ForeignKey(Operation, models.CASCADE, related_name="alternatives", verbose_name=_("operation"))
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)
    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="+", verbose_name=_("work centre"))
    setup_minutes = QuantityField(_("set-up minutes"), default=0)
    run_minutes = QuantityField(_("run minutes per unit"), default=0)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("alternative work centre")
        verbose_name_plural = _("alternative work centres")
        ordering = ["operation", "rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "work_centre"], name="production_alternative_once"),
            models.CheckConstraint(
                condition=Q(setup_minutes__gte=0, run_minutes__gte=0), name="production_alternative_minutes"
            ),
        ]

    def __str__(self) -> str:
        return str(self.work_centre)
