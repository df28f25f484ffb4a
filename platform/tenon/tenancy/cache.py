"""The cache: one company can never read what another one cached; a process keeps its connections to Valkey."""

from __future__ import annotations

from functools import cache
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from tenon.tenancy.context import current_or_none


def make_key(key: str, key_prefix: str, version: int) -> str:
    company = current_or_none()
    return f"{key_prefix}:{'-' if company is None else company.id}:{version}:{key}"


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url)


class _Client(RedisCacheClient):
    def get_client(self, key: Any = None, *, write: bool = False) -> redis.Redis:
        return _client(self._servers[0])  # type: ignore[attr-defined]


class SharedRedisCache(RedisCache):
    """Django makes its cache, and with it a pool of connections, anew in every context, which is with us in every
    request: connecting cost more than all that was asked. Here all of a process's threads share one client."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
