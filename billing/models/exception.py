"""More than the plan gives, for one company."""

from __future__ import annotations

from django.db import models


class LimitException(models.Model):
    """A limit that was raised for a company by whoever runs Tenon (限额例外): at least `most`, until a moment or for
    good. What the plan gives counts where that is more."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)  # of the registry's limits
    most = models.BigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    granted_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="billing_limit_exception_once")]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.key} {self.most}"
