"""How often programs may ask: per API key and per company, by the minute. People at a browser are not counted."""

from __future__ import annotations

import logging
import time

import redis
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.problems import TooManyRequests

log = logging.getLogger(__name__)
WINDOW = 60


def limits() -> tuple[int, int]:
    """(requests a minute of one key, of all keys of a company)."""
    return int(settings.API_KEY_RATE), int(settings.COMPANY_RATE)


def admit(actor: Actor) -> None:
    """Counts a request of an API key. Raises TooManyRequests with `retry_after`. Without Valkey nobody is held up."""
    if actor.kind != "api_key":
        return
    now = time.time()
    window = int(now // WINDOW)
    keys = [cache.make_key(f"rate:{name}:{window}") for name in (actor.ref, "company")]
    try:
        client = cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]
        with client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.incr(key)
                pipe.expire(key, 2 * WINDOW)
            mine, _kept, ours, _kept_too = pipe.execute()
    except (redis.RedisError, OSError, AttributeError):
        log.warning("requests are not counted: no Valkey", exc_info=True)
        return
    key_limit, company_limit = limits()
    if mine > key_limit or ours > company_limit:
        retry = max(1, int((window + 1) * WINDOW - now))
        raise TooManyRequests(_("This key has asked too often; try again shortly."), retry_after=retry)
