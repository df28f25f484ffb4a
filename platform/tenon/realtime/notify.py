"""Sending to a company's sockets from ordinary code: one PUBLISH, no event loop.

The channel layer is channels_redis' pub/sub one; its wire format is a PUBLISH of the serialised message on the
group's channel. Going through `async_to_sync(layer.group_send)` would start an event loop and open a connection for
every commit."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from tenon.tenancy.context import Company

log = logging.getLogger(__name__)


def company_group(company_id: int) -> str:
    """All sockets of a company. Each consumer lets through what its member may see."""
    return f"c{company_id}"


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)


def send(group: str, message: Mapping[str, Any]) -> None:
    """Never raises: a socket that misses a hint refetches later; the work that caused it is committed already."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        if isinstance(layer, RedisPubSubChannelLayer):
            layers: dict[str, Any] = settings.CHANNEL_LAYERS
            config = layers["default"]["CONFIG"]
            channel = f"{config['prefix']}__group__{group}"
            _client(config["hosts"][0]).publish(channel, layer.serialize(dict(message)))
        else:
            async_to_sync(layer.group_send)(group, dict(message))
    except (redis.RedisError, OSError):
        log.warning("a message to %s was lost", group, exc_info=True)


def bootstrap_changed(company: Company) -> None:
    """Features, menu, roles: every socket of the company looks again at what it may see, and tells its client."""
    send(company_group(company.id), {"type": "bootstrap"})
