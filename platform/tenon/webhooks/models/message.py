"""What was told to whom, and what they answered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class WebhookMessage(models.Model):
    """One event to one endpoint (投递). Due ones are the queue; the rest is the log, kept for a month."""

    audited: ClassVar[bool] = False

    class State(models.TextChoices):
        DUE = "due", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        HELD = "held", _("Held back")  # the queue was full, or the endpoint was switched off meanwhile

    endpoint = models.ForeignKey("webhooks.WebhookEndpoint", models.CASCADE, related_name="messages")
    message_id = models.UUIDField(unique=True)
    event = models.CharField(max_length=120)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=2000, blank=True, default="")  # the beginning of it, or what went wrong

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="due"), name="webhooks_message_due"),
            models.Index(fields=["endpoint", "-id"], name="webhooks_message_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint_id}"
