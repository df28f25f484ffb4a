"""Saved views that a member sees: its own and the shared ones."""

from __future__ import annotations

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from tenon.access.actor import Actor
from tenon.records.models import SavedView


def saved_views(*, actor: Actor) -> QuerySet[SavedView]:
    mine = Q(owner_id=actor.member_id) if actor.member_id is not None else Q(pk__in=[])
    marked = SavedView.objects.annotate(
        mine=Case(When(mine, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    return marked if actor.kind == "system" else marked.filter(mine | Q(shared=True))
