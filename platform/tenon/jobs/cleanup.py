"""Removing what a company need not keep."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tenon.records.models import IdempotencyKey


def forget_idempotency_keys() -> int:
    """Answers kept for repeated requests, after a day."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()[0]
