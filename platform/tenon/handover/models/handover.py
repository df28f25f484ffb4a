"""A handover: who leaves or moves, when, who takes what; and what was moved, record by record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tenon.records.base import Record


class Handover(Record):
    """A handover (交接单). `plan` says who takes what: a list of rules `{entity, to, closed?, ids?, filters?}`, the
    most particular first in force; what no rule names goes to `heir`. `ends_at` empty: access stays (somebody moves to
    another post). Nothing here changes afterwards but how far it has come."""

    internal: ClassVar[bool] = True

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    class Closed(models.TextChoices):
        KEEP = "keep", _("Stay with whom they belonged to")
        MOVE = "move", _("Handed over, too")

    member = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    heir = models.ForeignKey("access.Member", models.PROTECT, related_name="+", verbose_name=_("takes over"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    closed = models.CharField(max_length=4, choices=Closed.choices, default=Closed.KEEP)
    plan = models.JSONField(default=list)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    last_day = models.DateField(pgettext_lazy("handover", "last day"), null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # when access did end
    move_now = models.BooleanField(default=True)  # the records at once, although access ends later
    exports_held = models.BooleanField(default=True)
    job_id = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)  # sessions, keys, reports, jobs; per entity: moved, kept, failed

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(state__in=["scheduled", "running"]), name="handover_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} → {self.heir_id}"

    @property
    def request_id(self) -> str:
        """What all its entries in the audit trail carry: they are one step."""
        return f"handover-{self.pk}"


class HandoverItem(models.Model):
    """One record that was handed over, or could not be. The record's own audit trail says the same."""

    audited: ClassVar[bool] = False

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    entity = models.CharField(max_length=80)
    record_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    was_open = models.BooleanField()
    heir = models.ForeignKey("access.Member", models.PROTECT, null=True, related_name="+")
    failed = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "entity", "record_id"], name="handover_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.record_id}"
