"""Emptying the queue: one worker at a time per company, each message at least once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tenon.access.actor import system
from tenon.access.models import Member
from tenon.jobs.gate import fresh
from tenon.records.service import acting
from tenon.sealing import unseal
from tenon.tenancy.context import Company, current
from tenon.webhooks.mails import mail_stopped
from tenon.webhooks.models import WebhookEndpoint, WebhookMessage
from tenon.webhooks.posting import Answer, post
from tenon.webhooks.rules import retrying
from tenon.webhooks.rules.signing import headers
from tenon.webhooks.selectors.sight import still_told
from tenon.webhooks.services.queueing import TEST, wake

STEP = 20
LEASE = timedelta(minutes=10)  # a message whose worker died is due again
LOCK, LOCKED_FOR = "webhooks:sending", 300
LONGEST = 60.0  # seconds that one company keeps a worker in one go
SOON = 300.0  # what is due again within this is waited for; the schedule finds the rest


def send_all_due() -> int:
    """Returns how many were tried. Nothing leaves a copy, nor a company that is suspended or has to pay first: there
    it waits."""
    company = current()
    if company.quiet or company.read_only or not cache.add(LOCK, 1, LOCKED_FOR):
        return 0
    began, tried, silent = time.monotonic(), 0, set[int]()
    try:
        while time.monotonic() - began < LONGEST and (step := _take(silent)):
            for message in step:
                now = fresh(company)  # each call takes seconds: much may be switched meanwhile
                if now is None or now.quiet or now.read_only:
                    return tried  # they wait
                if not _may_leave(message, now):
                    WebhookMessage.objects.filter(pk=message.pk).update(state=WebhookMessage.State.HELD)
                    continue
                if message.endpoint_id in silent:
                    _later(message)  # it has just failed to answer: no waiting for it again and again
                    continue
                tried += 1
                if not _send(message).ok:
                    silent.add(message.endpoint_id)
        if WebhookMessage.objects.filter(**_due()).exclude(endpoint_id__in=silent).exists():
            wake()
    finally:
        cache.delete(LOCK)
    return tried


def _may_leave(message: WebhookMessage, company: Company) -> bool:
    """Not what is about a function that was switched off since, nor what was to be told with the eyes of somebody who
    has left: that is held back, and sent when somebody asks once it is on, or theirs."""
    on = message.event == TEST or still_told(message.event, company)
    return on and Member.objects.filter(pk=message.endpoint.owner_id, is_active=True).exists()


def _due() -> dict[str, object]:
    return {"state": WebhookMessage.State.DUE, "due_at__lte": timezone.now(), "endpoint__is_active": True}


def _take(silent: set[int]) -> list[WebhookMessage]:
    """Leases some, oldest first."""
    with transaction.atomic():
        rows = WebhookMessage.objects.select_for_update(skip_locked=True, of=("self",)).select_related("endpoint")
        due = list(rows.filter(**_due()).exclude(endpoint_id__in=silent).order_by("due_at", "pk")[:STEP])
        WebhookMessage.objects.filter(pk__in=[m.pk for m in due]).update(due_at=timezone.now() + LEASE)
    return due


def _later(message: WebhookMessage) -> None:
    WebhookMessage.objects.filter(pk=message.pk).update(due_at=timezone.now() + timedelta(seconds=retrying.DELAYS[0]))


def _send(message: WebhookMessage) -> Answer:
    endpoint, now = message.endpoint, timezone.now()
    # Counted before the attempt: a message that kills its worker is given up one day, too.
    message.attempts += 1
    WebhookMessage.objects.filter(pk=message.pk).update(attempts=message.attempts)
    answer = _call(message, now)
    message.sent_at, message.duration_ms = now, answer.duration_ms
    message.status, message.answer = answer.status, answer.text
    wait = retrying.delay(message.attempts)
    if answer.ok:
        message.state = WebhookMessage.State.DELIVERED
    elif wait is None:
        message.state = WebhookMessage.State.FAILED
    else:
        message.due_at = timezone.now() + wait
    message.save()
    _note_health(endpoint, answer)
    if message.state == WebhookMessage.State.DUE and wait is not None and wait.total_seconds() <= SOON:
        wake(countdown=wait.total_seconds() + 1)
    return answer


def _call(message: WebhookMessage, now: datetime) -> Answer:
    endpoint, body = message.endpoint, message.body.encode()
    try:
        secrets = [unseal(endpoint.secret)]
        if endpoint.old_secret and endpoint.old_until is not None and endpoint.old_until > now:
            secrets.append(unseal(endpoint.old_secret))
    except ValueError:  # restored from another installation, whose key is not ours
        return Answer(None, _("The secret cannot be read here: make a new one"), 0)
    return post(endpoint.url, body, headers(secrets, str(message.message_id), int(now.timestamp()), body))


def _note_health(endpoint: WebhookEndpoint, answer: Answer) -> None:
    """Written when it changes only: since when nothing has arrived there, and the end of trying."""
    now = timezone.now()
    if answer.ok == (endpoint.failing_since is None) and not retrying.given_up(endpoint.failing_since, now):
        return
    with acting(system("webhooks"), unlocked=True):
        locked = WebhookEndpoint.objects.select_for_update().select_related("owner").get(pk=endpoint.pk)
        if answer.ok:
            locked.failing_since = None
        elif locked.failing_since is None:
            locked.failing_since = now
        elif retrying.given_up(locked.failing_since, now) and locked.is_active:
            locked.is_active = False
            locked.stopped_why = (f"{answer.status} " if answer.status else "") + answer.text[:180]
            locked.messages.filter(state=WebhookMessage.State.DUE).update(state=WebhookMessage.State.HELD)
            company = current()
            transaction.on_commit(lambda: mail_stopped(locked, company), robust=True)
        locked.save()
    endpoint.failing_since, endpoint.is_active = locked.failing_since, locked.is_active
