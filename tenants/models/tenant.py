"""Companies and their addresses."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin

from tenants.rules.slugs import skeleton
from tenon.tenancy.context import Company


class Tenant(TenantMixin):
    """A company (企业). Its schema is a claimed slot of the pool. `entitled` and `switched_on` are kept beside the
    entitlement rows so that the door needs one query; `features` is what may be used: both at once."""

    class State(models.TextChoices):
        ALLOCATED = "allocated"
        SEEDING = "seeding"
        READY = "ready"
        FAILED = "failed"
        READ_ONLY = "read_only"  # everything can be seen and exported, nothing written
        SUSPENDED = "suspended"
        CLOSED = "closed"  # to be deleted; may be taken back until then

    auto_create_schema = False  # schemas come from the pool

    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=40, unique=True)
    # What the address looks like at a glance; unique, so that no company can pass for another one.
    slug_skeleton = models.CharField(max_length=40, unique=True, editable=False)
    slot = models.OneToOneField("tenancy.Slot", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ALLOCATED)
    industry = models.CharField(max_length=40, default="general")
    language = models.CharField(max_length=10, default="en")
    currency = models.CharField(max_length=3, default="CNY")
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    entitled = ArrayField(models.CharField(max_length=80), default=list)
    switched_on = ArrayField(models.CharField(max_length=80), default=list)
    # Entitled to for reading only: what was dropped, for a while before it goes out of sight.
    read_only_features = ArrayField(models.CharField(max_length=80), default=list, db_default=[], blank=True)
    limits = models.JSONField(default=dict, db_default={}, blank=True)  # key of a registry Limit → how much at most
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    trial_until = models.DateTimeField(null=True)
    # Made beside a live company from its archive: sends no mail, calls nobody, runs no schedule, pays nothing.
    is_copy = models.BooleanField(default=False, db_default=False)
    copy_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    copy_until = models.DateTimeField(null=True, blank=True)  # closed then; empty: kept
    # Restored from an archive: as quiet as a copy, until its owner has looked at it and lets it speak.
    outgoing_off = models.BooleanField(default=False, db_default=False)
    # By whoever runs Tenon, whatever is paid; `state` says SUSPENDED meanwhile.
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.CharField(max_length=160, blank=True, default="", db_default="")
    suspended_why = models.CharField(max_length=500, blank=True, default="", db_default="")
    # From when on members need a second factor; earlier moments are the grace. Empty: nobody is made to have one.
    mfa_required_from = models.DateTimeField(null=True, blank=True)
    # Networks (CIDR) that the company is reached from. Empty: from anywhere.
    allowed_addresses = ArrayField(models.CharField(max_length=50), default=list, db_default=[], blank=True)
    # Sign-up: who asked, the key and hash of the request (a double submit finds them), how far it came.
    created_by = models.ForeignKey("tenants.Person", models.SET_NULL, null=True, related_name="+")
    request_key = models.CharField(max_length=200, null=True)
    request_hash = models.CharField(max_length=64, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    state_at = models.DateTimeField(auto_now_add=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["created_by", "request_key"], name="tenants_tenant_request")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug_skeleton = skeleton(self.slug)
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return self.slug

    def company(self) -> Company:
        """What the kernel serves. The role is derived from the slot's id; the schema's name says the same number."""
        return Company(
            id=self.pk,
            slug=self.slug,
            name=self.name,
            schema=self.schema_name,
            role=f"tr_{self.slot_id}",
            language=self.language,
            currency=self.currency,
            time_zone=self.time_zone,
            features=frozenset(self.entitled) & frozenset(self.switched_on),
            revision=self.revision,
            read_only_features=frozenset(self.read_only_features) & frozenset(self.entitled),
            limits=self.limits,
            read_only=self.state in (self.State.READ_ONLY, self.State.SUSPENDED),
            quiet=self.is_copy or self.outgoing_off,
        )


class Domain(DomainMixin):
    """A host name of a company: `acme.localhost`, later its own domain."""
