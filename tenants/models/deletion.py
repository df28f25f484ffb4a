"""Companies that leave: the request, the days to think again, and what remains as proof."""

from __future__ import annotations

from django.db import models


class CompanyDeletion(models.Model):
    """A company's deletion. Outlives the company: who asked, why, when everything was removed, how much that was, and
    by which hash its last export can be recognised. Until `slug_free_at` nobody may take the address."""

    tenant = models.ForeignKey("tenants.Tenant", models.SET_NULL, null=True, related_name="deletions")
    company_id = models.BigIntegerField()
    slot_id = models.BigIntegerField()
    slug = models.CharField(max_length=40)
    slug_skeleton = models.CharField(max_length=40, db_index=True)
    name = models.CharField(max_length=160)
    state_before = models.CharField(max_length=10)
    person_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=254)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    purge_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=254, blank=True, default="")
    purged_at = models.DateTimeField(null=True)
    slug_free_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)  # rows per table, files, events, cache entries that were removed
    export_sha256 = models.CharField(max_length=64, blank=True, default="")
    export_content = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"], condition=models.Q(undone_at=None, purged_at=None), name="tenants_deletion_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.asked_at:%Y-%m-%d}"
