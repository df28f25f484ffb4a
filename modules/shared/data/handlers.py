"""What the shared layer does when something happened elsewhere. Idempotent: looking again says the same again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from modules.shared.contracts.events import PartiesMerged, SupplyMoved
from modules.shared.data.models import PartyMerge
from modules.shared.data.services.merging import party_merge_follow
from modules.shared.data.services.promises import promises_review
from tenon.access.actor import system

# How long ago a merge may be for somebody's write to be still on its way.
LATE = timedelta(days=3)


def supply_moved(event: SupplyMoved) -> None:
    """Promises that stand on the supply are looked at again."""
    promises_review(actor=system("promises"), entity=event.entity, ids=event.ids, label=event.label)


def parties_merged(event: PartiesMerged) -> None:
    """What was being written for the absorbed party meanwhile follows it."""
    if (merge := PartyMerge.objects.filter(pk=event.merge_id).first()) is not None:
        party_merge_follow(actor=system("merges"), merge=merge)


def merges_nightly() -> dict[str, int]:
    """The same once more, for what took longer. Returns how many references followed."""
    recent = PartyMerge.objects.filter(state=PartyMerge.State.MERGED, created_at__gte=timezone.now() - LATE)
    return {"followed": sum(party_merge_follow(actor=system("merges"), merge=one) for one in recent.order_by("pk"))}
