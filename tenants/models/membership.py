"""Which person belongs to which company; invitations."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Membership(models.Model):
    """A person's membership of a company: opens the door. What it may do there is in the company's own Member row."""

    person = models.ForeignKey("tenants.Person", models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="memberships")
    is_active = models.BooleanField(default=True)
    until = models.DateTimeField(null=True, blank=True)  # over from this moment on, by itself
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "tenant"], name="tenants_membership_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.tenant_id}"


class Invitation(models.Model):
    """An invitation by e-mail; only the token's hash is kept."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="invitations")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    roles = ArrayField(models.CharField(max_length=60), default=list)
    department_id = models.BigIntegerField(null=True)
    manager_id = models.BigIntegerField(null=True)
    invited_by = models.CharField(max_length=160, blank=True, default="")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.email} to {self.tenant_id}"
