"""Who signed in from where, and what was changed about a company: the public side's own trail, append-only by use."""

from __future__ import annotations

from django.db import models


class LoginLog(models.Model):
    """One event around a login. `person` is empty when nobody of that address exists."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in"
        SIGNED_OUT = "signed_out"
        REFUSED = "refused"
        ENTERED = "entered"  # a company, with a ticket
        SIGNED_UP = "signed_up"
        PASSWORD_CHANGED = "password_changed"

    person = models.ForeignKey("tenants.Person", models.CASCADE, null=True, related_name="+")
    email = models.CharField(max_length=254, blank=True, default="")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    host = models.CharField(max_length=253, blank=True, default="")
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="tenants_loginlog_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.email}"


class CompanyLog(models.Model):
    """One change to a company's public row: features switched, state, name. Who, when, before and after."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="log")
    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=160, blank=True, default="")
    what = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["tenant", "-at"], name="tenants_companylog_tenant")]

    def __str__(self) -> str:
        return f"{self.what} {self.tenant_id}"
