"""How long delivered events are kept."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from tenon.events.models import Delivery, Outbox

KEPT = timedelta(days=30)


def forget_delivered(limit: int = 5000) -> int:
    """Removes events that every handler has taken, a while ago. Skipped and dead ones stay: they may be wanted."""
    open_ones = Delivery.objects.filter(event=OuterRef("pk")).exclude(state=Delivery.State.DONE)
    old = Outbox.objects.filter(spread_at__lt=timezone.now() - KEPT).exclude(Exists(open_ones)).order_by("id")
    ids = list(old.values_list("pk", flat=True)[:limit])
    Outbox.objects.filter(pk__in=ids).delete()
    return len(ids)
