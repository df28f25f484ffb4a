"""Work that waits: the broker's queues, and what companies' outgoing webhooks have not got rid of."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.db import DatabaseError, connection

from tenants.models import Tenant
from tenants.services.provisioning import UNFINISHED
from tenon.jobs.services import QUEUES
from tenon.tenancy.context import serving

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


@dataclass(frozen=True)
class Backlog:
    """One company's outgoing webhooks. `failing`: waiting messages that were tried in vain at least once; `given_up`:
    failed for good or held back. `stopped`: addresses that were switched off because nothing reached them."""

    company: int
    slug: str
    name: str
    waiting: int
    failing: int
    given_up: int
    stopped: int
    oldest: float | None  # seconds that the first waiting message has waited


def webhook_backlogs() -> list[Backlog]:
    """Of every company that has any, the longest first. One short question in each company: whoever is behind the
    code's tables is left out."""
    found = []
    companies = Tenant.objects.exclude(state__in=(*UNFINISHED, Tenant.State.CLOSED)).order_by("pk")
    for tenant in companies.iterator(500):
        try:
            found.append(_backlog(tenant))
        except DatabaseError:
            log.warning("the webhooks of %s could not be counted", tenant.slug, exc_info=True)
    there = [b for b in found if b.waiting or b.given_up or b.stopped]
    return sorted(there, key=lambda b: (-b.waiting, -b.given_up, b.slug))


def _backlog(tenant: Tenant) -> Backlog:
    with serving(tenant.company()), connection.cursor() as cursor:
        cursor.execute(
            """select count(*) filter (where state = 'due'), count(*) filter (where state = 'due' and attempts > 0),
                      count(*) filter (where state in ('failed', 'held')),
                      extract(epoch from clock_timestamp() - min(created_at) filter (where state = 'due')),
                      (select count(*) from webhooks_webhookendpoint where stopped_why <> '' and not is_active)
                 from webhooks_webhookmessage where state <> 'delivered'"""
        )
        waiting, failing, given_up, oldest, stopped = cursor.fetchone()
    return Backlog(
        tenant.pk,
        tenant.slug,
        tenant.name,
        waiting,
        failing,
        given_up,
        stopped,
        None if oldest is None else float(oldest),
    )
