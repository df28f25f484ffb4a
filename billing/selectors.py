"""Reads of subscriptions."""

from __future__ import annotations

from django.db.models import Max

from billing.models import SubscriptionItem
from billing.rules.dunning import ENDED
from tenon.tenancy.context import outside


def seats_of(tenant_id: int) -> int | None:
    """Seats that the running subscription pays for; None: no limit (on trial, or let in by whoever runs Tenon)."""
    with outside():
        items = SubscriptionItem.objects.filter(account__tenant_id=tenant_id).exclude(account__status__in=ENDED)
        found: int | None = items.aggregate(n=Max("quantity"))["n"]
        return found
