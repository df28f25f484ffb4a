"""Endpoints: making, changing, replacing their secrets, taking over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.problems import Conflict, FieldError, Forbidden, Invalid
from tenon.records.service import service
from tenon.sealing import seal
from tenon.tenancy.context import current
from tenon.webhooks.errors import AddressForbidden
from tenon.webhooks.models import WebhookEndpoint, WebhookMessage
from tenon.webhooks.posting import check_url
from tenon.webhooks.rules.signing import new_secret
from tenon.webhooks.selectors.sight import offered
from tenon.webhooks.services.queueing import TEST, message_put, wake

MOST = 20  # endpoints of one company
OVERLAP = timedelta(hours=24)  # how long a replaced secret still signs


@service("webhooks.endpoint.create")
def endpoint_create(*, actor: Actor, data: dict[str, Any]) -> tuple[WebhookEndpoint, str]:
    """An endpoint that sees what the actor sees, and its secret, which is shown once. Raises Invalid, Forbidden,
    Conflict (too many)."""
    if actor.member_id is None or actor.kind != "member":
        raise Forbidden(_("Webhooks belong to members"))
    if WebhookEndpoint.objects.count() >= MOST:
        raise Conflict(_("A company has at most %(n)s webhooks") % {"n": MOST})
    secret = new_secret()
    endpoint = WebhookEndpoint(owner_id=actor.member_id, secret=seal(secret))
    _write(actor, endpoint, {"name": "", "url": "", "events": [], **data})
    return endpoint, secret


@service("webhooks.endpoint.update")
def endpoint_update(*, actor: Actor, endpoint: WebhookEndpoint, data: dict[str, Any]) -> WebhookEndpoint:
    """Name, address, events, on or off. Switched on again it begins afresh. Raises Invalid."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    if data.get("is_active") and not endpoint.is_active:
        endpoint.failing_since, endpoint.stopped_why = None, ""
    if data.get("is_active") is False:
        endpoint.messages.filter(state=WebhookMessage.State.DUE).update(state=WebhookMessage.State.HELD)
    _write(actor, endpoint, data)
    return endpoint


@service("webhooks.endpoint.delete")
def endpoint_delete(*, actor: Actor, endpoint: WebhookEndpoint) -> None:
    """Its log goes with it."""
    WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk).delete()


@service("webhooks.endpoint.update")
def endpoint_rotate(*, actor: Actor, endpoint: WebhookEndpoint) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown once. The old one signs beside it for a day, so that nothing is refused meanwhile."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    secret = new_secret()
    endpoint.old_secret, endpoint.old_until = endpoint.secret, timezone.now() + OVERLAP
    endpoint.secret = seal(secret)
    endpoint.save()
    return endpoint, secret


@service("webhooks.endpoint.update")
def endpoint_take_over(*, actor: Actor, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """It sees with the actor's eyes from now on: for those whose owner has left. Raises Forbidden, Invalid (events that
    the actor may not see)."""
    if actor.member_id is None or actor.kind != "member":
        raise Forbidden(_("Webhooks belong to members"))
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    endpoint.owner_id = actor.member_id
    _write(actor, endpoint, {"events": endpoint.events})
    return endpoint


@service("webhooks.endpoint.update")
def endpoint_ping(*, actor: Actor, endpoint: WebhookEndpoint) -> WebhookMessage:
    """A test message, through the same queue as everything else."""
    company = current()
    if company.quiet:
        raise Conflict(_("This company is a copy: nothing leaves it"))
    body = {
        "id": str(uuid4()), "type": TEST, "timestamp": timezone.now().isoformat(), "company": company.slug,
        "data": {"said_by": actor.label},
    }  # fmt: skip
    message = message_put(endpoint, TEST, body)
    wake()
    return message


def _write(actor: Actor, endpoint: WebhookEndpoint, data: dict[str, Any]) -> None:
    errors: list[FieldError] = []
    for name in ("name", "url", "events", "is_active"):
        if name in data:
            setattr(endpoint, name, data[name])
    endpoint.name = str(endpoint.name).strip()
    if not endpoint.name:
        errors.append(FieldError("name", "required", _("This is required.")))
    if "url" in data:
        try:
            check_url(endpoint.url)
        except AddressForbidden as error:
            errors.append(FieldError("url", "invalid", str(error)))
    if "events" in data:
        may = {told.name for told in offered(actor, current())}
        endpoint.events = sorted(set(endpoint.events))
        unknown = [name for name in endpoint.events if name not in may]
        if unknown:
            message = _("There is no event %(name)s, or you may not see it") % {"name": unknown[0]}
            errors.append(FieldError("events", "does_not_exist", message))
        elif not endpoint.events:
            errors.append(FieldError("events", "required", _("Choose at least one event")))
    if errors:
        raise Invalid(errors=errors)
    endpoint.save()
