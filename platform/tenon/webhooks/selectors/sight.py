"""What an endpoint may be told: of records its owner may see now, without what the owner's roles hide.

An event says what it is about (`subject`: entity and the field with the record's id), which of its other fields name
records (`refers`) and which of them are a field of a record (`reads`). An event that does not say is told to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.visibility import rows
from tenon.events.happening import Happening
from tenon.problems import Problem
from tenon.registry.menus import entity_is_on
from tenon.registry.registry import registry
from tenon.tenancy.context import Company


@dataclass(frozen=True)
class Told:
    """An event as webhooks know it."""

    name: str
    module: str
    entity: str
    key: str  # field with the record's id
    refers: dict[str, str]
    reads: dict[str, str]


@cache
def told_events() -> dict[str, Told]:
    """Events that other programs can be told of, by name."""
    found = {}
    for module in registry().modules.values():
        for event in module.publishes:
            subject = getattr(event, "subject", None)
            if subject is None or subject[0] not in registry().entities:
                continue
            name = getattr(event, "name", None) or event.__name__
            found[name] = Told(
                name,
                module.key,
                subject[0],
                subject[1],
                dict(getattr(event, "refers", {})),
                dict(getattr(event, "reads", {})),
            )
    return found


def offered(actor: Actor, company: Company) -> list[Told]:
    """Events of modules that are on, about what the actor may see."""
    return [t for t in told_events().values() if company.has_module(t.module) and _may_view(actor, t.entity)]


def still_told(event: str, company: Company) -> bool:
    """Whether an event that was put into the queue may still leave: its module and what it is about are on."""
    told = told_events().get(event)
    if told is None:
        return False
    return company.has_module(told.module) and entity_is_on(registry().entities[told.entity], company)


def _may_view(actor: Actor, entity: str) -> bool:
    return actor.can(f"{registry().entities[entity].permission_prefix}.view")


def _sees(actor: Actor, entity: str, pk: Any) -> bool:
    if pk is None or entity not in registry().entities:
        return False
    try:
        return bool(rows(Resource(actor, registry().entities[entity])).filter(pk=pk).exists())
    except Problem:
        return False


def payload(actor: Actor, company: Company, happening: Happening) -> dict[str, Any] | None:
    """What is told; None: nothing. References that the actor may not follow and values it may not read are null."""
    told = told_events().get(happening.name)
    if told is None or not company.has_module(told.module):
        return None
    pk = happening.payload.get(told.key)
    if not _sees(actor, told.entity, pk):
        return None
    hidden = actor.hidden.get(told.entity, frozenset())
    reads = {**{k: f"{told.entity}.{k}" for k in hidden}, **told.reads}
    data = _shown(actor, happening.payload, told.refers, reads, "")
    data[told.key] = pk
    return {
        "id": str(happening.event_id),
        "type": happening.name,
        "timestamp": happening.at.isoformat(),
        "company": company.slug,
        "subject": {"entity": told.entity, "id": pk},
        "data": data,
    }


def _shown(
    actor: Actor, values: dict[str, Any], refers: dict[str, str], reads: dict[str, str], prefix: str
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for key, value in values.items():
        path = f"{prefix}{key}"
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            shown[key] = [_shown(actor, item, refers, reads, f"{path}.") for item in value]
        elif (path in refers and not _follows(actor, refers[path], value)) or (
            path in reads and not _reads(actor, reads[path])
        ):
            shown[key] = None
        else:
            shown[key] = value
    return shown


def _follows(actor: Actor, entity: str, pk: Any) -> bool:
    # Entities without an owner are seen wholly or not at all: no need to look the row up.
    known = registry().entities.get(entity)
    if known is None:
        return False
    return _may_view(actor, entity) if not known.owner_field else _sees(actor, entity, pk)


def _reads(actor: Actor, field: str) -> bool:
    entity, _dot, name = field.rpartition(".")
    return _may_view(actor, entity) and name not in actor.hidden.get(entity, frozenset())
