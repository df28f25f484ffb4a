"""Data scope: the single filter that decides which rows of an entity an actor sees."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from tenon.access.actor import Actor
from tenon.registry.types import Entity

M = TypeVar("M", bound=Model)


def scope_filter(actor: Actor, entity: Entity) -> Q:
    """own: mine · department: mine and my department's · subtree: those, the departments below, and records of all who
    report to me · all. Entities without an owner are not scoped."""
    if not entity.owner_field:
        return Q()
    scope = actor.scope(entity.key)
    if scope == "all":
        return Q()
    owner = entity.owner_field
    mine: dict[str, Any] = {owner: actor.member_id}
    condition = Q(**mine) if actor.member_id is not None else Q(pk__in=[])
    if scope == "subtree":
        condition |= Q(**{f"{owner}__in": actor.subordinates})
    if entity.department_field and actor.department_id is not None:
        if scope == "department":
            condition |= Q(**{entity.department_field: actor.department_id})
        elif scope == "subtree":
            condition |= Q(**{f"{entity.department_field}__path__startswith": actor.department_path})
    return condition


def visible(actor: Actor, entity: Entity, rows: QuerySet[M]) -> QuerySet[M]:
    """The rows the actor may see; all selectors, exports, searches and sockets go through here. What went up in another
    record is seen by nobody: it is found under that one.

    Raises FeatureOff or Forbidden when it may see none at all."""
    actor.require(f"{entity.permission_prefix}.view")
    if entity.merged_field:
        rows = rows.filter(**{f"{entity.merged_field}__isnull": True})
    return rows.filter(scope_filter(actor, entity))
