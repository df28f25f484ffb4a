"""A member's notifications, as far as the member may still see what they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.visibility import rows
from tenon.notifications.models import Notification
from tenon.problems import FeatureOff, Forbidden
from tenon.registry.registry import registry

PAGE = 30
MOST_UNREAD = 100


def visible_ids(actor: Actor, entity: str, ids: Collection[int]) -> set[int]:
    """Which of these records the actor may see now; none of an entity that is off or not permitted. One query."""
    if entity not in registry().entities:
        return set()
    try:
        found = rows(Resource.of(actor, entity)).filter(pk__in=ids)
    except (FeatureOff, Forbidden):
        return set()
    return set(found.values_list("pk", flat=True))


@dataclass(frozen=True)
class Told:
    """A page of a member's notifications, the latest first, and how many are unread (counted up to MOST_UNREAD)."""

    rows: list[Notification]
    unread: int


def notifications_of(actor: Actor, *, before: int | None = None) -> Told:
    """The latest `PAGE`, or those before one of them. A record that the member does not see any more is neither spoken
    of nor counted. Two queries, and one per kind of record."""
    mine = Notification.objects.filter(member_id=actor.member_id or 0)
    page = list((mine if before is None else mine.filter(pk__lt=before)).order_by("-id")[:PAGE])
    fresh = list(mine.filter(read_at=None).order_by("-id").values_list("entity", "record_id")[:MOST_UNREAD])
    wanted: dict[str, set[int]] = defaultdict(set)
    for entity, record_id in [*fresh, *((row.entity, row.record_id) for row in page)]:
        wanted[entity].add(record_id)
    seen = {entity: visible_ids(actor, entity, ids) for entity, ids in wanted.items()}
    return Told(
        [row for row in page if row.record_id in seen[row.entity]],
        sum(record_id in seen[entity] for entity, record_id in fresh),
    )
