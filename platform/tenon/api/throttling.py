"""How often programs may ask: per API key and per company, by the minute. People at a browser are not counted."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Budget:
    """What a key may still ask in this minute: the scarcer of its own allowance and its company's."""

    key_limit: int
    company_limit: int
    key_used: int
    company_used: int
    resets_in: int

    @property
    def exceeded(self) -> bool:
        return self.key_used > self.key_limit or self.company_used > self.company_limit

    def headers(self) -> dict[str, str]:
        """Those of draft-ietf-httpapi-ratelimit-headers, and the three that most clients know."""
        mine, ours = self.key_limit - self.key_used, self.company_limit - self.company_used
        name, limit, left = ("key", self.key_limit, mine) if mine <= ours else ("company", self.company_limit, ours)
        left = max(0, left)
        return {
            "RateLimit-Policy": f'"key";q={self.key_limit};w={WINDOW}, "company";q={self.company_limit};w={WINDOW}',
            "RateLimit": f'"{name}";r={left};t={self.resets_in}',
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(self.resets_in),
        }


def count(actor: Actor) -> Budget | None:
    """Counts a request of an API key; None for whoever is not counted. Without Valkey nobody is held up."""
    if actor.kind != "api_key":
        return None
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
        return None
    return Budget(*limits(), mine, ours, max(1, int((window + 1) * WINDOW - now)))


def refuse_guest(counts: Mapping[str, int], *, add: bool = True) -> None:
    """Guests have no key: they are counted by name (their network address, their link), each with what it may ask in a
    minute. `add` False looks without counting. Raises TooManyRequests. Without Valkey nobody is held up."""
    now = time.time()
    window = int(now // WINDOW)
    try:
        client = cache._cache.get_client(None, write=True)  # type: ignore[attr-defined]
        with client.pipeline(transaction=False) as pipe:
            for name in counts:
                key = cache.make_key(f"rate:guest:{name}:{window}")
                pipe.incrby(key, 1 if add else 0)
                pipe.expire(key, 2 * WINDOW)
            used = pipe.execute()[::2]
    except (redis.RedisError, OSError, AttributeError):
        log.warning("guests are not counted: no Valkey", exc_info=True)
        return
    if any(int(count) > most for count, most in zip(used, counts.values(), strict=True)):
        after = max(1, int((window + 1) * WINDOW - now))
        raise TooManyRequests(_("This was asked too often; try again shortly."), retry_after=after, limit="guest")


def refuse_beyond(budget: Budget | None) -> None:
    """Raises TooManyRequests with `retry_after`."""
    if budget is not None and budget.exceeded:
        own = budget.key_used > budget.key_limit
        said = (
            _("This key has asked too often; try again shortly.")
            if own
            else _("Your company's keys together have asked too often; try again shortly.")
        )
        raise TooManyRequests(said, retry_after=budget.resets_in, limit="key" if own else "company")
