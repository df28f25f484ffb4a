"""Work instructions, and who has read them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.bom import BillOfMaterials
from modules.production.models.routing import Operation
from tenon.records.base import LedgerRow, Record


class WorkInstruction(Record):
    """How an operation is done (作业指导书), for one version of the product's bill or for all, from a day on. A version
    holds once another person has approved it, until a later one does; it is not changed after that. Its pictures are
    the files attached to it, which its steps name. With `must_be_read` nobody begins before having read it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", pgettext_lazy("instruction", "Approved")
        WITHDRAWN = "withdrawn", pgettext_lazy("instruction", "Withdrawn")

    operation = models.ForeignKey(Operation, models.PROTECT, related_name="instructions", verbose_name=_("operation"))
    bom = models.ForeignKey(
        BillOfMaterials, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product version")
    )
    revision = models.PositiveIntegerField(_("version"), default=1, editable=False)
    title = models.CharField(pgettext_lazy("production", "title"), max_length=200)
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True, default="")
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    effective_on = models.DateField(_("in effect from"))
    must_be_read = models.BooleanField(_("must be read before the start"), default=False)
    approved_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("work instruction")
        verbose_name_plural = _("work instructions")
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "bom", "revision"], nulls_distinct=False, name="production_instruction_version"
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(approved_by__isnull=False), name="production_instruction_approved"
            ),
        ]
        indexes = [models.Index(fields=["operation", "status", "-effective_on"], name="production_instruction_for")]

    def __str__(self) -> str:
        return f"{self.title} · {self.revision}"


class InstructionStep(Record):
    """One step in its order, in both languages; `picture` is the name of a file that is attached to the instruction."""

    instruction = models.ForeignKey(
        WorkInstruction, models.CASCADE, related_name="steps", verbose_name=_("work instruction")
    )
    position = models.PositiveIntegerField(_("position"), default=10)
    text = models.TextField(pgettext_lazy("instruction", "what to do"))
    text_zh = models.TextField(_("what to do (Chinese)"), blank=True, default="")
    caution = models.CharField(_("caution"), max_length=255, blank=True, default="")
    picture = models.CharField(_("picture"), max_length=255, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("step of an instruction")
        verbose_name_plural = _("steps of instructions")
        ordering = ["instruction", "position", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class InstructionReading(LedgerRow):
    """A worker has read a version (阅读确认). Never changed."""

    instruction = models.ForeignKey(
        WorkInstruction, models.PROTECT, related_name="readings", verbose_name=_("work instruction")
    )
    worker = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("worker"))

    class Meta:
        verbose_name = _("reading of an instruction")
        verbose_name_plural = _("readings of instructions")
        constraints = [
            models.UniqueConstraint(fields=["instruction", "worker"], name="production_instruction_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker} · {self.instruction}"
