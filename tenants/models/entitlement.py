"""What a company is entitled to, feature by feature, with its source."""

from __future__ import annotations

from django.db import models


class Entitlement(models.Model):
    """The right of a company to use a feature, from a plan, an add-on, the trial or a grant, for a time."""

    class Source(models.TextChoices):
        PLAN = "plan"
        ADD_ON = "add_on"
        TRIAL = "trial"
        GRANT = "grant"
        DENY = "deny"  # the opposite: taken away by whoever runs Tenon, whatever was paid for

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="entitlements")
    feature = models.CharField(max_length=80)
    source = models.CharField(max_length=8, choices=Source.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    granted_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "feature", "source"], name="tenants_entitlement_once")]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.feature} ({self.source})"
