"""When a company was last worked in."""

from __future__ import annotations

from django.db import models


class CompanyActivity(models.Model):
    """The last time that a member or a key of the company asked for something, to a few minutes."""

    tenant = models.OneToOneField("tenants.Tenant", models.CASCADE, primary_key=True, related_name="activity")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.at:%Y-%m-%d}"
