"""Engineering changes: new versions of bills that take effect together, on a day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.bom import BillOfMaterials
from tenon.records.base import Record


class EngineeringChange(Record):
    """A change of what products are made of (设计变更): its versions replace the active ones on `effective_on`. Until
    it is approved, by another than who asked, nobody plans with it; from then on needs of that day and later are
    planned with the new versions, earlier ones with the old."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        EFFECTIVE = "effective", _("In effect")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(pgettext_lazy("production", "title"), max_length=200)
    reason = models.TextField(_("reason"), blank=True, default="")
    status = models.CharField(_("status"), max_length=9, choices=Status.choices, default=Status.DRAFT)
    effective_on = models.DateField(_("in effect from"))
    asked_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval asked by"),
        editable=False, db_index=False,
    )  # fmt: skip
    decided_by = models.CharField(_("decided by"), max_length=120, blank=True, default="", editable=False)
    decision = models.CharField(_("words of the decision"), max_length=500, blank=True, default="", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("engineering change")
        verbose_name_plural = _("engineering changes")
        indexes = [models.Index(fields=["status", "effective_on"], name="production_change_status")]

    def __str__(self) -> str:
        return self.number


class EngineeringChangeLine(Record):
    """A version of a bill that a change brings, and the one that it replaced once it took effect."""

    change = models.ForeignKey(
        EngineeringChange, models.CASCADE, related_name="lines", verbose_name=_("engineering change")
    )
    bom = models.ForeignKey(BillOfMaterials, models.PROTECT, related_name="+", verbose_name=_("new version"))
    replaced = models.ForeignKey(
        BillOfMaterials, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("replaced version"),
        editable=False,
    )  # fmt: skip

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("new version")
        verbose_name_plural = _("new versions")
        constraints = [models.UniqueConstraint(fields=["change", "bom"], name="production_change_bom_once")]

    def __str__(self) -> str:
        return str(self.bom)
