"""A record's history from the audit trail, in the words of its entity: only fields that the actor may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _t

from tenon.access.actor import Actor
from tenon.api.fields import DECIMALS, to_json
from tenon.api.labels import title_path
from tenon.api.metadata import Resource
from tenon.api.shapes import FieldShape
from tenon.records.models import AuditEntry

PAGE = 100
Changes = dict[str, list[Any]]


def history(resource: Resource, pk: int, *, offset: int = 0) -> tuple[list[dict[str, Any]], int | None]:
    """The latest writes first, and the offset of the next page, if there is one. Writes that changed nothing the actor
    may see are left out. The caller has found the record visible to the actor."""
    entries = AuditEntry.objects.filter(table_name=resource.model._meta.db_table, row_id=pk).order_by("-at", "-id")
    # Numbers are read as decimals, from the text: as floats they would change on the way.
    texts = entries.annotate(text=Cast("changes", TextField())).values_list(
        "at", "actor", "actor_label", "request_id", "op", "text"
    )
    page = list(texts[offset : offset + PAGE + 1])
    return _read(resource, page[:PAGE]), offset + PAGE if len(page) > PAGE else None


def _read(resource: Resource, entries: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
    columns = _columns(resource)
    found = []
    for at, actor, label, request_id, op, text in entries:
        changes = _changes(resource, columns, op, json.loads(text, parse_float=Decimal))
        if changes or op != "update":
            found.append((at, actor, label, request_id, op, changes))
    labels = _labels(resource, columns, [entry[5] for entry in found])
    return [
        {
            "at": at,
            "actor": {"id": _member_id(actor), "label": _who(actor, label)},
            "op": op,
            "request_id": request_id,
            "changes": {key: [_out(labels, key, v) for v in pair] for key, pair in changes.items()},
        }
        for at, actor, label, request_id, op, changes in found
    ]


def _member_id(ref: str) -> int | None:
    kind, _sep, pk = ref.partition(":")
    return int(pk) if kind == "member" and pk.isdigit() else None


def _columns(resource: Resource) -> dict[str, FieldShape]:
    """Column of the table → field, for the fields that the actor sees."""
    out = {}
    for shape in resource.fields.values():
        if not shape.custom and shape.source and "__" not in shape.source:
            out[shape.column] = shape
    return out


def _changes(resource: Resource, columns: Mapping[str, FieldShape], op: str, stored: dict[str, Any]) -> Changes:
    def pair(value: Any) -> list[Any]:
        if op == "update":
            return list(value)
        return [None, value] if op == "insert" else [value, None]

    changes: Changes = {}
    for column, value in stored.items():
        old, new = pair(value)
        if column == "custom":
            changes.update(_custom(resource, old or {}, new or {}))
        elif column in columns and (op == "update" or value not in (None, "", [], {})):
            shape = columns[column]
            changes[shape.key] = [_value(shape, old), _value(shape, new)]
    return changes


def _custom(resource: Resource, old: Mapping[str, Any], new: Mapping[str, Any]) -> Changes:
    out: Changes = {}
    for key in resource.custom:
        name = key.removeprefix("custom.")
        if old.get(name) != new.get(name):
            out[key] = [old.get(name), new.get(name)]
    return out


def _value(shape: FieldShape, value: Any) -> Any:
    if value is not None and shape.type in DECIMALS and not isinstance(value, str):
        return to_json(shape.type, Decimal(value))
    return value


def _labels(resource: Resource, columns: Mapping[str, FieldShape], all_changes: list[Changes]) -> dict[str, Any]:
    """Field → {id: label} for the references that occur; one query for each target."""
    wanted: dict[str, set[int]] = {}
    shapes = {shape.key: shape for shape in columns.values() if shape.type == "ref"}
    for changes in all_changes:
        for key, pair in changes.items():
            if key in shapes:
                wanted.setdefault(key, set()).update(v for v in pair if isinstance(v, int))
    return {key: _titles(resource.actor, shapes[key], ids) for key, ids in wanted.items()}


def _who(actor: str, label: str) -> str:
    """What was done by nobody in person has a key for a name, which says nothing to people."""
    return _t("System") if actor.startswith(("system:", "maintenance:")) else label or actor


def _titles(actor: Actor, shape: FieldShape, ids: set[int]) -> dict[int, str]:
    model = shape.target_model
    if model is None:
        return {}
    path, reads = title_path(model, shape.target)
    if any(field in actor.hidden.get(entity, ()) for entity, field in reads):
        return {}
    return {pk: str(label) for pk, label in model._default_manager.filter(pk__in=ids).values_list("pk", path)}


def _out(labels: Mapping[str, Mapping[int, str]], key: str, value: Any) -> Any:
    if key not in labels or not isinstance(value, int):
        return value
    return {"id": value, "label": labels[key].get(value, f"#{value}")}
