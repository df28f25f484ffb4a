"""What Stripe told us, each once."""

from __future__ import annotations

from django.db import models


class StripeEvent(models.Model):
    """One webhook event. Stored in the transaction of its effect; without `processed_at` it is a dead letter."""

    id = models.CharField(primary_key=True, max_length=80)
    type = models.CharField(max_length=80)
    created = models.DateTimeField()
    payload = models.JSONField()
    account = models.ForeignKey("billing.BillingAccount", models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(processed_at=None), name="billing_event_dead")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
