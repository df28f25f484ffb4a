"""What this test process keeps in Valkey: cached answers, counters of limits, tickets."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache


def clear_own_cache() -> None:
    """Not `cache.clear()`: that empties the store of all who test beside."""
    client = cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]
    own = f"{settings.CACHES['default']['KEY_PREFIX']}:*"
    if keys := list(client.scan_iter(match=own, count=10_000)):
        client.delete(*keys)
