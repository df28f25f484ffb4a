"""The rows of an entity that an actor may see: the one base of lists, exports, searches, summaries and links."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from tenon.access.scope import visible
from tenon.api.metadata import Resource
from tenon.registry.registry import registry
from tenon.registry.types import Entity


@cache
def parent_of(key: str) -> Entity | None:
    """The entity whose lines these are."""
    entity = registry().entities[key]
    if not entity.parent_field:
        return None
    return next((e for e in registry().entities.values() if e.lines == key), None)


@cache
def scoped(key: str) -> Entity:
    """The entity as data scope sees it. Lines are in scope with their document, and what lives under another entity's
    permissions (a party's addresses) with that entity: a role's scope for orders holds for their lines too."""
    entity = registry().entities[key]
    parent = parent_of(key)
    if parent is None:
        above = registry().entities.get(entity.permission)
        return replace(entity, key=above.key, permission=entity.permission_prefix) if above is not None else entity
    prefix = f"{entity.parent_field}__"
    owner = entity.owner_field or (prefix + parent.owner_field if parent.owner_field else "")
    department = entity.department_field or (prefix + parent.department_field if parent.department_field else "")
    return replace(
        entity, key=parent.key, permission=entity.permission_prefix, owner_field=owner, department_field=department
    )


def annotated(resource: Resource) -> QuerySet[Any]:
    """All rows, as the entity's selector annotates them. Not yet what the actor may see."""
    if resource.entity.selector:
        found: QuerySet[Any] = import_string(resource.entity.selector)(actor=resource.actor)
        return found
    return resource.model._default_manager.all()


def survivors(entity: Entity, model: Any, by: str, values: Collection[Any]) -> dict[Any, int]:
    """Key of a record that went up in another one → id of that one; `by` is `pk` or a key field. What the actor may see
    of it is for the caller to ask."""
    if not entity.merged_field or not values:
        return {}
    gone = model._default_manager.filter(**{f"{entity.merged_field}__isnull": False, f"{by}__in": list(values)})
    return dict(gone.values_list(by, f"{entity.merged_field}_id"))


def rows(resource: Resource) -> QuerySet[Any]:
    """Raises FeatureOff or Forbidden."""
    return visible(resource.actor, scoped(resource.entity.key), annotated(resource))
