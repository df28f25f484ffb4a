"""Idempotency keys: the same request twice has one effect."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """The answer given to a key, stored in the same transaction as its effect. Removed after a day."""

    key = models.CharField(max_length=200, unique=True)  # actor ref and the client's key
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
