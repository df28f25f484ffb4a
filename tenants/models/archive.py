"""Copies of a company's data that were handed out: which, to whom, until when."""

from __future__ import annotations

from django.db import models


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
