"""Jobs a person can follow: progress, result, cancel."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A piece of background work started by a member; updated by the worker as it goes."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=160)  # dotted path of its function
    title = models.CharField(max_length=200)
    queue = models.CharField(max_length=20, default="interactive")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0)  # 0..1
    message = models.CharField(max_length=500, blank=True, default="")
    arguments = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    request_id = models.CharField(max_length=64, blank=True, default="")
    actor = models.CharField(max_length=80, default="")  # Actor.ref; its rights are looked up when the job runs
    started_by = models.ForeignKey("access.Member", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # the worker's last sign of life
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "queue"], name="jobs_job_state")]

    def __str__(self) -> str:
        return self.title
