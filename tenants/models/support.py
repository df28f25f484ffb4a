"""People who run Tenon, and how they come into a company: with its consent, for a time, seen by it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Staff(models.Model):
    """A person's place among those who run Tenon (运营人员). `title` is what companies read when this person helps
    them; what the role may do is in `console.access`."""

    class Role(models.TextChoices):
        OPERATOR = "operator", _("Operator")
        SUPPORT = "support", _("Support")
        VIEWER = "viewer", _("Viewer")

    person = models.OneToOneField("tenants.Person", models.CASCADE, related_name="staff")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.VIEWER)
    title = models.CharField(_("title"), max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class SupportGrant(models.Model):
    """A company's consent (支持授权): until when staff may come in, how far, and why. At most one is open."""

    class Scope(models.TextChoices):
        READ_ONLY = "read_only"
        FULL = "full"

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="support_grants")
    scope = models.CharField(max_length=9, choices=Scope.choices)
    reason = models.CharField(max_length=500)
    granted_by = models.CharField(max_length=80)  # the actor, as the audit trail names it
    granted_label = models.CharField(max_length=160)
    granted_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_label = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant"], condition=models.Q(ended_at=None), name="tenants_support_once")
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.scope} until {self.until:%Y-%m-%d %H:%M}"


class SupportSession(models.Model):
    """One visit of a member of staff. `label` is how the company's log names it, then and later."""

    grant = models.ForeignKey(SupportGrant, models.CASCADE, related_name="sessions")
    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="support_sessions")
    person = models.ForeignKey("tenants.Person", models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    begun_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "-id"], name="tenants_support_session")]

    def __str__(self) -> str:
        return f"{self.label} in {self.tenant_id}"


class SupportVisit(models.Model):
    """One request of a support session: what was looked at or written, and what came of it."""

    session = models.ForeignKey(SupportSession, models.CASCADE, related_name="visits")
    at = models.DateTimeField(auto_now_add=True)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    status = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["session", "-id"], name="tenants_support_visit")]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
