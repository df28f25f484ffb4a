"""When a message is tried again, and when an endpoint is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

# After the first failure, the second …; three days and a half in all.
DELAYS = (30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 36 * 3600)
GIVEN_UP_AFTER = timedelta(days=3)


def delay(attempts: int) -> timedelta | None:
    """How long to wait after that many attempts; None: no more."""
    return timedelta(seconds=DELAYS[attempts - 1]) if 1 <= attempts <= len(DELAYS) else None


def given_up(failing_since: datetime | None, now: datetime) -> bool:
    """An endpoint that nothing has reached for so long is switched off."""
    return failing_since is not None and now - failing_since >= GIVEN_UP_AFTER
