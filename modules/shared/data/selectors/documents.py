"""The documents behind demand and supply lines, as far as a member may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from modules.shared.contracts.refs import RecordRef
from tenon.access.actor import Actor
from tenon.api.metadata import Resource
from tenon.api.visibility import parent_of, rows
from tenon.problems import FeatureOff, Forbidden
from tenon.registry.registry import registry

Line = tuple[str, int]  # entity, id


def documents_seen(actor: Actor, lines: Iterable[RecordRef]) -> dict[Line, RecordRef]:
    """Line → the document it stands on (itself, where it is one). What the actor may not see is left out. One query for
    each kind of line."""
    wanted: dict[str, dict[int, str]] = defaultdict(dict)
    for line in lines:
        wanted[line.entity][line.id] = line.label
    seen: dict[Line, RecordRef] = {}
    for key, labels in wanted.items():
        entity = registry().entities.get(key)
        if entity is None:
            continue
        try:
            found = rows(Resource.of(actor, key)).filter(pk__in=labels)
        except (FeatureOff, Forbidden):
            continue
        parent = parent_of(key)
        if parent is None:
            seen |= {(key, pk): RecordRef(key, pk, labels[pk]) for pk in found.values_list("pk", flat=True)}
        else:
            pairs = found.values_list("pk", f"{entity.parent_field}_id")
            seen |= {(key, pk): RecordRef(parent.key, head, labels[pk]) for pk, head in pairs}
    return seen


def as_json(line: RecordRef | None, seen: dict[Line, RecordRef]) -> dict[str, Any] | None:
    """The document to name and link, or None."""
    found = seen.get((line.entity, line.id)) if line is not None else None
    return None if found is None else {"entity": found.entity, "id": found.id, "label": found.label}
