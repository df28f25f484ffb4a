"""Marks of handled events."""

from __future__ import annotations

from django.db import models


class HandledEvent(models.Model):
    """An event that a handler has taken effect for: written in the handler's transaction, so that a second delivery
    does nothing."""

    event_id = models.UUIDField()
    handler = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        db_table = "events_handled"
        constraints = [models.UniqueConstraint(fields=["event_id", "handler"], name="events_handled_once")]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_id}"
