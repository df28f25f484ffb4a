"""How much of the workers one company may have at a time."""

from __future__ import annotations

import time
from functools import cache

import redis
from django.conf import settings

LEASE = 120.0  # seconds that a place is kept without a sign of life

_TAKE = """
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[1])
if redis.call('zscore', KEYS[1], ARGV[4]) or redis.call('zcard', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('zadd', KEYS[1], ARGV[3], ARGV[4])
  redis.call('expire', KEYS[1], 3600)
  return 1
end
return 0
"""


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.CACHES["default"]["LOCATION"], socket_timeout=5)


def _key(company_id: int) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:bulk:{company_id}"


def take(company_id: int, job_id: int, limit: int) -> bool:
    """One of the company's `limit` places for bulk work; kept by calling again, lost `LEASE` seconds after."""
    now = time.time()
    return bool(_client().eval(_TAKE, 1, _key(company_id), now, limit, now + LEASE, str(job_id)))


def give_back(company_id: int, job_id: int) -> None:
    _client().zrem(_key(company_id), str(job_id))
