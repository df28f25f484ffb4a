"""What happens at work centres: who works on what, when a machine stands still and why, who calls for help."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.production.models.operation import ProductionOrderOperation
from modules.production.models.routing import WorkCentre
from tenon.records.base import Record


class LossReason(Record):
    """Why pieces were lost, a machine stood still or somebody called (原因代码)."""

    class Kind(models.TextChoices):
        SCRAP = "scrap", pgettext_lazy("reason", "Scrap or rework")
        DOWNTIME = "downtime", _("Downtime")
        CALL = "call", _("Call for help")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SCRAP)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")

    def __str__(self) -> str:
        return self.name


class WorkSession(Record):
    """Somebody works on an operation (上机). `counted_until`: up to then the time is in reports; a session ends when
    it is paused or the operation is done."""

    operation = models.ForeignKey(
        ProductionOrderOperation, models.CASCADE, related_name="sessions", verbose_name=_("operation")
    )
    worker = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("worker"))
    started_at = models.DateTimeField(_("started"))
    counted_until = models.DateTimeField()
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("work session")
        verbose_name_plural = _("work sessions")
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "worker"], condition=Q(ended_at__isnull=True), name="production_session_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="production_session_range"
            ),
        ]
        indexes = [models.Index(fields=["started_at"], name="production_session_time")]

    def __str__(self) -> str:
        return f"{self.worker} · {self.operation}"


class Downtime(Record):
    """One machine of a work centre stands still (停机), for a reason; running while it has no end."""

    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="downtimes", verbose_name=_("work centre"))
    reason = models.ForeignKey(LossReason, models.PROTECT, related_name="+", verbose_name=_("reason"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("downtime")
        verbose_name_plural = _("downtimes")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="production_downtime_range"
            )
        ]
        indexes = [models.Index(fields=["work_centre", "started_at"], name="production_downtime_time")]

    def __str__(self) -> str:
        return f"{self.work_centre} · {self.reason}"


class AndonCall(Record):
    """A call for help from a work centre (安灯): open, answered by whoever comes, closed when it is solved."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("call", "Open")
        ANSWERED = "answered", pgettext_lazy("call", "Answered")
        CLOSED = "closed", pgettext_lazy("call", "Closed")

    work_centre = models.ForeignKey(WorkCentre, models.PROTECT, related_name="calls", verbose_name=_("work centre"))
    operation = models.ForeignKey(
        ProductionOrderOperation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )
    reason = models.ForeignKey(LossReason, models.PROTECT, related_name="+", verbose_name=_("reason"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    caller = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("called by")
    )
    called_at = models.DateTimeField(_("called at"))
    answered_by = models.ForeignKey(
        "access.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=255, blank=True, default="")

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("call for help")
        verbose_name_plural = _("calls for help")
        indexes = [models.Index(fields=["status", "called_at"], name="production_call_status")]

    def __str__(self) -> str:
        return f"{self.work_centre} · {self.reason}"
