"""The broker's queues: how many messages wait, and for how long the first one has."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import Any

from celery import current_app

from tenon.jobs.services import QUEUES

log = logging.getLogger(__name__)
SENT_AT = "tenon_sent_at"  # header of every message, see tenon_site.celery_app


@dataclass(frozen=True)
class Queue:
    """`length` None: the broker does not answer. `oldest`: seconds, None when nothing waits or it does not say."""

    name: str
    length: int | None
    oldest: float | None


def queues() -> list[Queue]:
    try:
        with current_app.connection_for_read(heartbeat=0) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            channel = connection.default_channel
            return [_queue(channel, name) for name in QUEUES]
    except Exception:  # whatever the broker's library raises: that is what the page says
        log.warning("the broker does not answer", exc_info=True)
        return [Queue(name, None, None) for name in QUEUES]


def _queue(channel: Any, name: str) -> Queue:
    client = getattr(channel, "client", None)
    if client is None:  # not Valkey: the length alone
        return Queue(name, channel.queue_declare(name, passive=True).message_count, None)
    length = int(client.llen(name))
    # Length is asked with the installation's prefix by the library itself, the first message is not.
    first = client.lindex(f"{getattr(channel, 'global_keyprefix', '') or ''}{name}", -1)
    sent = json.loads(first).get("headers", {}).get(SENT_AT) if first else None
    return Queue(name, length, max(0.0, time.time() - float(sent)) if sent else None)
