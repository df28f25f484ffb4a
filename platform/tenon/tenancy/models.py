"""Ready-made schemas (public): one row for every schema that exists, pooled or claimed."""

from __future__ import annotations

from django.db import models


class Slot(models.Model):
    """A schema `t_<n>` with its role `tr_<n>`: built ahead of need, then claimed by one company for good."""

    class State(models.TextChoices):
        BUILDING = "building"
        READY = "ready"
        CLAIMED = "claimed"
        FAILED = "failed"

    state = models.CharField(max_length=10, choices=State.choices, default=State.BUILDING)
    migrated_to = models.CharField(max_length=64, blank=True, default="")  # fingerprint of the code's migrations
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="tenancy_slot_state")]

    def __str__(self) -> str:
        return self.schema

    @property
    def schema(self) -> str:
        return f"t_{self.pk}"

    @property
    def role(self) -> str:
        # Regular names: tools for many servers recognise tenant roles by them (docs/scale.md).
        return f"tr_{self.pk}"
