"""What the staff does about the machinery: delivering again, filling the pool."""

from __future__ import annotations

from django.db import transaction

from billing.models import StripeEvent
from billing.services.events import event_replay
from console.services.log import By, note, reason_of
from tenon.events.dispatcher import company_by_role, replay
from tenon.events.models import Delivery
from tenon.tenancy.context import outside
from tenon.tenancy.refill import refill_soon


def deliveries_replay(*, by: By, ids: list[int], reason: str) -> int:
    """Dead or skipped deliveries become due again, each in its own company. Returns how many. Raises Forbidden,
    Invalid."""
    by.require("replay")
    reason = reason_of(reason)
    with outside(), transaction.atomic():
        roles: dict[str, list[int]] = {}
        for pk, role in Delivery.objects.filter(pk__in=ids).values_list("pk", "role"):
            roles.setdefault(role, []).append(pk)
        done = 0
        for role, mine in roles.items():
            company = company_by_role()(role)
            if company is not None:
                done += replay(company, mine)
        note(by, "deliveries_replayed", reason=reason, ids=ids[:200], done=done)
    return done


def stripe_replay(*, by: By, ids: list[str], reason: str) -> int:
    """Events of the payment service are tried again now. Returns how many are done. Raises Forbidden, Invalid."""
    by.require("replay")
    reason = reason_of(reason)
    with outside():
        done = sum(event_replay(row) for row in StripeEvent.objects.filter(pk__in=ids, processed_at=None))
        note(by, "stripe_events_replayed", reason=reason, ids=ids[:200], done=done)
    return done


def pool_refill(*, by: By, reason: str) -> None:
    """Asks a worker to fill the pool. Raises Forbidden, Invalid."""
    by.require("refill")
    reason = reason_of(reason)
    with outside():
        note(by, "pool_refilled", reason=reason)
    refill_soon()
