"""Promises that are kept: material and capacity held for who was promised."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.order import ProductionOrder
from modules.production.models.routing import Operation, Resource, WorkCentre
from modules.shared.data.models import Product
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class PromiseHold(Record):
    """A promise that is kept until a day (交期保留): for a line of a quote, with the day on which `quantity` can be
    there. `lots`: what has to be made for it, each with number, product, quantity, start, due and level. When the quote
    becomes an order, drafts of production orders are made of them, and what was held is theirs. The line is named, not
    keyed: it lives in another module."""

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("promise hold", "Held")
        ORDERED = "ordered", pgettext_lazy("promise hold", "Ordered")
        RELEASED = "released", pgettext_lazy("promise hold", "Let go")
        RUN_OUT = "run_out", pgettext_lazy("promise hold", "Run out")

    head_entity = models.CharField(max_length=60)
    head_id = models.BigIntegerField()
    head_label = models.CharField(pgettext_lazy("promise hold", "held for"), max_length=60, blank=True, default="")
    line_entity = models.CharField(max_length=60)
    line_id = models.BigIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"))
    promised_on = models.DateField(pgettext_lazy("promise hold", "promised for"))
    until = models.DateField(pgettext_lazy("promise hold", "held until"))
    lots = models.JSONField(default=list, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.HELD)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("held promise")
        verbose_name_plural = _("held promises")
        constraints = [
            models.UniqueConstraint(
                fields=["line_entity", "line_id"], condition=Q(state__in=("held", "ordered")),
                name="production_hold_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="production_hold_quantity"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["head_entity", "head_id"], name="production_hold_head"),
            models.Index(fields=["state", "until"], name="production_hold_until"),
        ]

    def __str__(self) -> str:
        return f"{self.head_label} · {self.product}"


class HeldOperation(Record):
    """The time that an operation of a lot is promised on machine, tool and skill (产能保留). `order`: the draft
    that the lot became; the time is its operation's once it is released."""

    hold = models.ForeignKey(PromiseHold, models.CASCADE, related_name="operations", verbose_name=_("held promise"))
    lot = models.PositiveIntegerField(pgettext_lazy("promise hold", "lot"))
    operation = models.ForeignKey(Operation, models.CASCADE, related_name="+", verbose_name=_("operation"))
    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="+", verbose_name=_("work centre"))
    machine = models.PositiveIntegerField(_("machine"), default=1)
    tool = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tool"))
    skill = models.ForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skill")
    )
    quantity = QuantityField(_("quantity"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    setup_minutes = models.PositiveIntegerField(_("set-up minutes"), default=0)
    order = models.ForeignKey(
        ProductionOrder, models.CASCADE, null=True, blank=True, related_name="held_operations",
        verbose_name=_("production order"),
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("held capacity")
        verbose_name_plural = _("held capacity")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="production_held_operation_time")
        ]
        indexes = [models.Index(fields=["work_centre", "ends_at"], name="production_held_centre")]

    def __str__(self) -> str:
        return f"{self.operation} {self.starts_at:%Y-%m-%d %H:%M}"


class HeldMaterial(Record):
    """So much of a product, there by a day, for a held promise (物料保留): what it has in stock and of supply on its
    way is locked and claimed for this row."""

    internal: ClassVar[bool] = True

    hold = models.ForeignKey(PromiseHold, models.CASCADE, related_name="material", verbose_name=_("held promise"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"))
    needed_on = models.DateField(_("needed on"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("held material")
        verbose_name_plural = _("held material")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="production_held_material_quantity")]

    def __str__(self) -> str:
        return str(self.product)
