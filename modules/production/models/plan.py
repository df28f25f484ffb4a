"""What planning found: runs, proposals, what covers what, and what to do about orders that exist.

A run replaces what the run before it found. Proposals, pegs and messages are no business documents and leave no audit
trail: the run does, and so do the documents made from proposals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.parameters import MasterPlanEntry
from modules.shared.data.models import Party, Product
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class PlanningRun(Record):
    """A planning run (计划运算). `fingerprint` names its input: a run on unchanged input writes nothing new. What has
    changed since is planned again inside the run (`replanned_at`), which has no fingerprint from then on."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    replanned_at = models.DateTimeField(_("last brought up to date"), null=True)
    planned_on = models.DateField(_("as of"))
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    items = models.PositiveIntegerField(_("products"), default=0)
    proposals = models.PositiveIntegerField(_("proposals"), default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0)
    started_by = models.CharField(max_length=80, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("planning run")
        verbose_name_plural = _("planning runs")

    def __str__(self) -> str:
        return f"{self.planned_on}"


class PlannedOrder(models.Model):
    """A proposal (计划订单): make or buy a quantity, with its days. `firmed_*` name the order made from it. `entry`: of
    the master plan that it was taken from as it is."""

    class Kind(models.TextChoices):
        MAKE = "make", _("Make")
        BUY = "buy", _("Buy")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        FIRMED = "firmed", _("Firmed")

    run = models.ForeignKey(PlanningRun, models.CASCADE, related_name="planned", verbose_name=_("planning run"))
    index = models.PositiveIntegerField(editable=False)  # of the proposal within its run: what pegs point at
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"))
    release_on = models.DateField(_("release"))
    due_on = models.DateField(_("due"))
    late = models.BooleanField(_("late"), default=False)
    level = models.PositiveIntegerField(_("level"), default=0)
    supplier = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("supplier")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PROPOSED)
    entry = models.ForeignKey(
        MasterPlanEntry, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("master plan")
    )
    firmed_entity = models.CharField(max_length=80, blank=True, default="")
    firmed_id = models.BigIntegerField(null=True)
    firmed_label = models.CharField(pgettext_lazy("production", "order"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("planned order")
        verbose_name_plural = _("planned orders")
        constraints = [models.UniqueConstraint(fields=["run", "index"], name="production_planned_index")]
        indexes = [models.Index(fields=["state", "release_on"], name="production_planned_state")]

    def __str__(self) -> str:
        return f"{self.product} × {self.quantity}"


class Pegging(models.Model):
    """Which need is covered by what. A need is a document line (`need_entity`, `need_id`), a proposal of the same run
    (`need_planned`), a week of a forecast (`need_entity` alone, labelled by its day), or the safety stock of the
    product; a cover is stock, a document, or a proposal."""

    run = models.ForeignKey(PlanningRun, models.CASCADE, related_name="pegging")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"))
    need_entity = models.CharField(max_length=80, blank=True, default="")
    need_id = models.BigIntegerField(null=True)
    need_label = models.CharField(max_length=120, blank=True, default="")
    need_planned = models.PositiveIntegerField(null=True)
    cover_entity = models.CharField(max_length=80, blank=True, default="")  # empty with no proposal: stock
    cover_id = models.BigIntegerField(null=True)
    cover_label = models.CharField(max_length=120, blank=True, default="")
    cover_planned = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "need_entity", "need_id"], name="production_peg_need"),
            models.Index(fields=["run", "cover_planned"], name="production_peg_cover"),
        ]

    def __str__(self) -> str:
        return f"{self.need_label or self.need_planned} ← {self.cover_label or self.cover_planned or 'stock'}"


class PlanningMessage(models.Model):
    """What to do about an order that exists or is proposed (例外信息): release now, expedite or defer to a day, cancel,
    past due. `needed_on` of a release is the day it was to be released."""

    class Kind(models.TextChoices):
        RELEASE = "release", pgettext_lazy("production", "Release")
        EXPEDITE = "expedite", _("Expedite")
        DEFER = "defer", _("Defer")
        CANCEL = "cancel", _("Cancel")
        PAST_DUE = "past_due", _("Past due")

    run = models.ForeignKey(PlanningRun, models.CASCADE, related_name="exceptions")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    quantity = QuantityField(_("quantity"))
    source_entity = models.CharField(max_length=80)
    source_id = models.BigIntegerField()
    source_label = models.CharField(pgettext_lazy("production", "order"), max_length=120, blank=True, default="")
    due_on = models.DateField(_("due"))
    needed_on = models.DateField(_("needed"), null=True)

    class Meta:
        verbose_name = _("planning message")
        verbose_name_plural = _("planning messages")

    def __str__(self) -> str:
        return f"{self.kind} {self.source_label}"
