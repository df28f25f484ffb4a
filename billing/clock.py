"""What time it is for subscriptions. Its own function, so that a story can move time.

With STRIPE_TEST_CLOCK (a test clock's id, in Stripe's test mode or at the simulator) customers live by that clock, and
so do we: it stands still until somebody advances it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from billing import gateway


def now() -> datetime:
    """Raises BillingUnavailable when there is a test clock and nobody tells what it says."""
    if not settings.STRIPE_TEST_CLOCK:
        return timezone.now()
    with gateway.asking() as stripe:
        return stamped(stripe.test_helpers.test_clocks.retrieve(settings.STRIPE_TEST_CLOCK).frozen_time)


def stamped(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def moment(stamp: int | None) -> datetime | None:
    """Stripe's seconds."""
    return None if stamp is None else stamped(stamp)
