"""The end of access that was scheduled: the door shut by itself; here the rest follows."""

from __future__ import annotations

from django.utils import timezone

from tenon.access.actor import system
from tenon.handover.models import Handover
from tenon.handover.services.plan import start
from tenon.records.service import acting


def handovers_due() -> int:
    """Starts what has become due. The system acts: whoever asked was checked then, and may have left since. Returns how
    many."""
    actor = system("handover")
    due = Handover.objects.filter(state=Handover.State.SCHEDULED, ends_at__lte=timezone.now()).order_by("pk")
    started = 0
    for handover in due:
        with acting(actor, unlocked=True):
            locked = Handover.objects.select_for_update().select_related("member").get(pk=handover.pk)
            if locked.state != Handover.State.SCHEDULED:
                continue
            locked.state = Handover.State.RUNNING
            locked.save()
            start(actor, locked)
        started += 1
    return started
