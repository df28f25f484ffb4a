"""The outbox and its deliveries, in the public schema. A company's role may only INSERT into the outbox."""

from __future__ import annotations

from django.db import models


class Outbox(models.Model):
    """An event, written in the transaction of what it tells. `role` is filled by PostgreSQL (current_user) and checked
    by a row policy: a company cannot speak in another's name."""

    event_id = models.UUIDField(unique=True)
    role = models.CharField(max_length=63)
    name = models.CharField(max_length=120)
    payload = models.JSONField()
    actor = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    spread_at = models.DateTimeField(null=True)  # when its deliveries were made

    class Meta:
        db_table = "events_outbox"
        indexes = [models.Index(fields=["created_at"], condition=models.Q(spread_at=None), name="events_outbox_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class Delivery(models.Model):
    """One event to one handler: due, delivered, skipped (module off), or dead (to be looked at and replayed)."""

    class State(models.TextChoices):
        DUE = "due"
        DONE = "done"
        SKIPPED = "skipped"
        DEAD = "dead"

    event = models.ForeignKey(Outbox, models.CASCADE, related_name="deliveries")
    role = models.CharField(max_length=63)
    handler = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(auto_now_add=True)
    error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="events_delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="due"), name="events_delivery_due"),
            models.Index(fields=["role", "state"], name="events_delivery_role_state"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_id}"
