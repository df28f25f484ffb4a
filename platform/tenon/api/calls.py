"""How many requests programs have made today (UTC): what the subscription counts as API calls. People at a browser are
not counted."""

from __future__ import annotations

import logging
import time

import redis
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.problems import TooManyRequests
from tenon.records.limits import shown
from tenon.tenancy.context import current

log = logging.getLogger(__name__)
LIMIT = "access.api_calls"
DAY = 86_400


class CallsUsedUp(TooManyRequests):
    type, title = "limit-reached", _("The subscription's API calls of today are used up")


def _key(now: float) -> str:
    return f"api-calls:{int(now // DAY)}"


def calls_today() -> int:
    """Without Valkey nothing has been counted."""
    try:
        return int(cache.get(_key(time.time()), 0))
    except (redis.RedisError, OSError):
        return 0


def count_call(actor: Actor) -> None:
    """Counts a request of an API key. Raises CallsUsedUp with `retry_after`. Without Valkey nobody is held up."""
    if actor.kind != "api_key":
        return
    now = time.time()
    try:
        cache.add(_key(now), 0, 2 * DAY)
        count = cache.incr(_key(now))
    except (redis.RedisError, OSError, ValueError):
        log.warning("API calls are not counted: no Valkey", exc_info=True)
        return
    most = current().limits.get(LIMIT)
    if most is not None and count > most:
        raise CallsUsedUp(
            _("The subscription gives %(most)s API calls a day; they are used up.") % {"most": shown(LIMIT, most)},
            retry_after=int(DAY - now % DAY) + 1, limit=LIMIT, most=most,
        )  # fmt: skip
