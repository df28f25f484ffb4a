"""Copies of a company's data: those that were handed out, and those that somebody brings to have a company of."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class CompanyExport(models.Model):
    """An export of a whole company. `path` is empty while its job runs, and again once the file is removed; the hashes
    stay, so that an archive can be recognised later."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="exports")
    job_id = models.BigIntegerField(null=True)  # in the company's own schema
    actor = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=160, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)  # when the file is removed
    path = models.CharField(max_length=400, blank=True, default="")
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")  # of the archive
    content = models.CharField(max_length=64, blank=True, default="")  # of what it holds, however it is packed
    tables = models.PositiveIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["tenant", "-id"], name="tenants_export_tenant")]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.created_at:%Y-%m-%d}"


class CompanyRestore(models.Model):
    """An archive that somebody uploads to have it as a company: a new one of theirs, or a quiet copy beside a live one
    (`beside`). `company_id` and `slot_id` name what is being made, so that it can be cleared away whoever dies."""

    class State(models.TextChoices):
        UPLOADING = "uploading", _("Being uploaded")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    person = models.ForeignKey("tenants.Person", models.CASCADE, related_name="restores")
    beside = models.ForeignKey("tenants.Tenant", models.CASCADE, null=True, related_name="+")
    slug = models.CharField(max_length=40)
    name = models.CharField(max_length=160, blank=True, default="")
    file_name = models.CharField(max_length=200)
    folder = models.CharField(max_length=60)  # in the store, where the parts of the upload lie; empty once they went
    size = models.BigIntegerField()
    received = ArrayField(models.PositiveIntegerField(), default=list)  # numbers of the parts that are there
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADING)
    stage = models.CharField(max_length=20, blank=True, default="")  # checking, loading, files, comparing
    progress = models.FloatField(default=0)  # 0..1 of the stage
    message = models.CharField(max_length=500, blank=True, default="")
    cancel_requested = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    company_id = models.BigIntegerField(null=True)
    slot_id = models.BigIntegerField(null=True)
    tenant = models.ForeignKey("tenants.Tenant", models.SET_NULL, null=True, related_name="+")  # what came of it
    report = models.JSONField(default=dict)  # archive against company: rows, hashes, files
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)  # the last sign of life, of the upload or of the worker
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="tenants_restore_person")]

    def __str__(self) -> str:
        return f"{self.slug} {self.state}"
