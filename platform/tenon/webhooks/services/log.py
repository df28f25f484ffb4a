"""The log of what was told: looking, sending again, forgetting."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tenon.access.actor import Actor
from tenon.problems import NotFound, StateRefused
from tenon.webhooks.models import WebhookEndpoint, WebhookMessage
from tenon.webhooks.services.queueing import wake

KEPT = timedelta(days=30)
UPDATE = "webhooks.endpoint.update"
_OVER = (WebhookMessage.State.FAILED, WebhookMessage.State.HELD)


def message_replay(*, actor: Actor, message_id: int) -> WebhookMessage:
    """Sends one again, under its old id, whatever came of it before. Raises NotFound, Forbidden, StateRefused."""
    actor.require(UPDATE)
    message = WebhookMessage.objects.select_related("endpoint").filter(pk=message_id).first()
    if message is None:
        raise NotFound
    _require_active(message.endpoint)
    message.state, message.attempts, message.due_at = WebhookMessage.State.DUE, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "due_at"])
    wake()
    return message


def messages_replay(*, actor: Actor, endpoint: WebhookEndpoint) -> int:
    """Sends again all that failed or was held back. Returns how many. Raises Forbidden, StateRefused."""
    actor.require(UPDATE)
    _require_active(endpoint)
    count = endpoint.messages.filter(state__in=_OVER).update(
        state=WebhookMessage.State.DUE, attempts=0, due_at=timezone.now()
    )
    wake()
    return count


def _require_active(endpoint: WebhookEndpoint) -> None:
    from django.utils.translation import gettext_lazy as _

    if not endpoint.is_active:
        raise StateRefused(_("Switch the webhook on first"))


def forget_old() -> int:
    """Removes messages that are over, after a month. Returns how many."""
    old = WebhookMessage.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(state=WebhookMessage.State.DUE)
    return old.delete()[0]
