"""From an event to messages in the queue: one for each endpoint that wants it and whose owner may see it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from tenon.access.models import Member
from tenon.access.selectors.actors import actor_of
from tenon.events.happening import Happening
from tenon.jobs.task import headers_for
from tenon.tenancy.context import current
from tenon.webhooks.models import WebhookEndpoint, WebhookMessage
from tenon.webhooks.selectors.sight import payload

MOST_WAITING = 5000  # messages of one company that wait; what comes beyond is kept, and sent when somebody asks
TEST = "webhook.test"


def wanted() -> set[str]:
    """Names of the events that somebody here listens for. A copy of a company tells nobody anything."""
    if current().quiet:
        return set()
    return {name for names in _active().values_list("events", flat=True) for name in names}


def _active() -> Any:
    return WebhookEndpoint.objects.filter(is_active=True)


def hear(happening: Happening) -> None:
    """The listener: runs inside the company once per event, in a frame of its own."""
    company = current()
    if company.quiet:
        return
    made = False
    for endpoint in _active().filter(events__contains=[happening.name]).order_by("pk"):
        owner = Member.objects.select_related("department").filter(pk=endpoint.owner_id, is_active=True).first()
        body = payload(actor_of(owner), company, happening) if owner is not None else None
        if body is not None:
            message_put(endpoint, happening.name, body)
            made = True
    if made:
        wake()


def message_put(endpoint: WebhookEndpoint, event: str, body: dict[str, Any]) -> WebhookMessage:
    waiting = WebhookMessage.objects.filter(state=WebhookMessage.State.DUE)[:MOST_WAITING].count()
    state = WebhookMessage.State.DUE if waiting < MOST_WAITING else WebhookMessage.State.HELD
    return WebhookMessage.objects.create(
        endpoint=endpoint, message_id=uuid4(), event=event, state=state, due_at=timezone.now(),
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    )  # fmt: skip


def wake(countdown: float = 0) -> None:
    """A worker looks at the queue, after the commit. Without a broker the schedule finds it some minutes later."""
    from tenon.webhooks.tasks import send

    headers = headers_for(current())
    transaction.on_commit(
        lambda: send.apply_async([], queue="bulk", headers=headers, countdown=countdown, retry=False), robust=True
    )
