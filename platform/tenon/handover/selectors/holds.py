"""Who may not take data along any more."""

from __future__ import annotations

from tenon.access.actor import Actor
from tenon.handover.errors import ExportHeld
from tenon.handover.models import Handover


def exports_held(member_id: int | None) -> bool:
    """From the day the handover was asked for, until it is called off: also for the member's API keys."""
    return (
        member_id is not None
        and Handover.objects.filter(
            member_id=member_id, exports_held=True, state__in=(Handover.State.SCHEDULED, Handover.State.RUNNING)
        ).exists()
    )


def require_export(actor: Actor) -> None:
    """Raises ExportHeld."""
    if exports_held(actor.member_id):
        raise ExportHeld
