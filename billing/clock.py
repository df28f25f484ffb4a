"""What time it is for subscriptions. Its own function, so that a story can move time."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def moment(stamp: int | None) -> datetime | None:
    """Stripe's seconds."""
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC)
