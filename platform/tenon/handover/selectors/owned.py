"""What somebody looks after, in all modules: found through the registry (`owner_field`, `handover_field`), so that a
module's new entity is found by itself; and what a manifest says to be `looked_after`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, Model, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.api.labels import title_path
from tenon.api.matching import selected
from tenon.api.metadata import Resource
from tenon.problems import Invalid
from tenon.registry.registry import registry
from tenon.registry.types import Entity

OVER = ("done", "off")  # kinds of states in which nothing is left to do


@dataclass(frozen=True)
class Kind:
    """One entity whose records belong to somebody."""

    entity: Entity
    model: type[Model]
    owner: str
    department: str  # empty: its rows have none of their own

    @property
    def key(self) -> str:
        return self.entity.key

    @property
    def label(self) -> str:
        return str(capfirst(str(self.entity.label_plural or self.entity.label or self.entity.key)))

    def of(self, member_id: int) -> QuerySet[Any]:
        return self.model._default_manager.filter(**{f"{self.owner}_id": member_id})

    @property
    def still_open(self) -> Q:
        """Not over: by the states' kinds, else by the mark of what is in use. What knows neither is always open."""
        entity = self.entity
        if entity.state_field:
            return ~Q(**{f"{entity.state_field}__in": [s.value for s in entity.states if s.kind in OVER]})
        field = next((f for f in self.model._meta.concrete_fields if f.name == "is_active"), None)
        return Q(is_active=True) if isinstance(field, BooleanField) else Q()

    @property
    def route(self) -> str:
        """Where its list is."""
        if self.key in registry().entities:
            return f"/{self.entity.module}/{self.entity.path}"
        permission = f"{self.entity.permission_prefix}.view"
        return next((n.route for n in registry().menus.values() if n.route and n.permission == permission), "")

    @property
    def label_path(self) -> str:
        return title_path(self.model, self.key)[0]


@cache
def kinds() -> tuple[Kind, ...]:
    """In the order of the registry; lines follow their head, a model that two entities share is there once."""
    found: dict[str, Kind] = {}
    for entity in registry().owned_entities():
        owner = entity.owner_field or entity.handover_field
        department = entity.department_field if "__" not in entity.department_field else ""
        model: type[Model] = apps.get_model(entity.model)
        found.setdefault(entity.model.lower(), Kind(entity, model, owner, department))
    return tuple(found.values())


def kind_of(key: str) -> Kind | None:
    return next((k for k in kinds() if k.key == key), None)


def matching(actor: Actor, kind: Kind, rows: QuerySet[Any], filters: Mapping[str, Any]) -> QuerySet[Any]:
    """The rows that a list's filters choose. Raises Invalid for a filter that does not fit."""
    if kind.key not in registry().entities:
        raise Invalid.field("filters", _("These records are chosen one by one"), "unknown")
    return selected(Resource(actor, kind.entity), rows, filters)


def counts(member_id: int) -> list[tuple[Kind, int, int]]:
    """(kind, open, closed) where there are any: two counts in one query per kind."""
    from django.db.models import Count

    found = []
    for kind in kinds():
        figures = kind.of(member_id).aggregate(all=Count("pk"), open=Count("pk", filter=kind.still_open or Q(pk__gt=0)))
        if figures["all"]:
            found.append((kind, figures["open"], figures["all"] - figures["open"]))
    return found


def labelled(kind: Kind, rows: QuerySet[Any]) -> Iterable[tuple[int, str]]:
    for pk, label in rows.values_list("pk", kind.label_path):
        yield pk, str(label if label is not None else pk)[:200]


def without(rows: QuerySet[Any], ids: Collection[int]) -> QuerySet[Any]:
    return rows.exclude(pk__in=ids) if ids else rows
