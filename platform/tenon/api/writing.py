"""Creating, changing, deleting and acting on records: lock, check the version, validate, hand over to the service.

Every function here runs in one service frame, so that the check and the write are one transaction."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from functools import cache, reduce
from typing import Any, TypeVar

from django.db.models import Model, ProtectedError, RestrictedError
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from tenon import ports
from tenon.access.actor import Actor
from tenon.api import validation
from tenon.api.integrity import problem_of_protected
from tenon.api.labels import own_label_path
from tenon.api.metadata import Resource, feature_on
from tenon.api.query import lines_of
from tenon.api.rows import RowPlan
from tenon.api.shapes import shapes
from tenon.api.visibility import annotated, parent_of, rows
from tenon.problems import FieldError, Invalid, NotFound, PreconditionRequired, Problem, StaleVersion, StateRefused
from tenon.records.service import service
from tenon.records.services.record import record_create, record_delete, record_update
from tenon.registry.registry import registry
from tenon.registry.types import Action, Entity

R = TypeVar("R")
ANY_VERSION = -1


class NotHere(Problem):
    type, status, title = "method-not-allowed", 405, _("Records of this kind are not written like that")


@service()
def in_frame(*, actor: Actor, work: Callable[[], R]) -> R:
    """Runs `work` as one transaction of the actor, again after a deadlock. Permissions are checked inside."""
    return work()


# --- what the caller gets back ------------------------------------------------------------


def row_of(resource: Resource, pk: int) -> dict[str, Any]:
    """The row with its lines, as it stands now. What one has just written one may see, even when it was given away."""
    plan = RowPlan(resource)
    row = next((row for row, _extra in plan.rows(annotated(resource).filter(pk=pk))), None)
    if row is None:
        raise NotFound
    if resource.lines is not None:
        row[resource.entity.lines_field] = lines_of(resource, pk)
    return row


def row_or_none(resource: Resource, pk: int) -> dict[str, Any] | None:
    """The same behind an action, which may have taken the record away."""
    try:
        return row_of(resource, pk)
    except NotFound:
        return None


def locked(resource: Resource, pk: int, version: int | None) -> Any:
    """The record, locked, in the version the caller knows. Raises NotFound, PreconditionRequired, StaleVersion."""
    visible = rows(resource).filter(pk=pk).order_by().values("pk")
    # No-key: rows that point at this one may be written meanwhile; only who changes it too has to wait.
    found = resource.model._base_manager.select_for_update(of=("self",), no_key=True)
    record = found.filter(pk=pk, pk__in=visible).first()
    if record is None:
        raise NotFound
    if version == ANY_VERSION or not hasattr(record, "version"):
        return record
    if version is None:
        raise PreconditionRequired
    if record.version != version:
        raise stale(resource, record)
    return record


def stale(resource: Resource, record: Any) -> StaleVersion:
    by = record.changed_by
    return StaleVersion(
        current=row_of(resource, record.pk),
        changed_by={"id": by.pk, "label": str(by)} if by is not None else None,
        changed_at=record.changed_at,
    )


# --- services ------------------------------------------------------------


@cache
def _parameters(path: str) -> tuple[str, ...]:
    return tuple(inspect.signature(import_string(path)).parameters)


@cache
def _needed(path: str) -> tuple[str, ...]:
    """What the service cannot do without, but for the actor."""
    found = inspect.signature(import_string(path)).parameters.values()
    return tuple(p.name for p in found if p.default is p.empty and p.kind is p.KEYWORD_ONLY and p.name != "actor")


def call_create(actor: Actor, entity: Entity, data: dict[str, Any]) -> Any:
    """Services take `data`; older ones take the fields as keywords."""
    if not entity.create:
        return record_create(actor=actor, entity=entity, data=data)
    create = import_string(entity.create)
    if "data" in _parameters(entity.create):
        return create(actor=actor, data=data)
    missing = [name for name in _needed(entity.create) if name not in data]
    if missing:
        raise Invalid(errors=[FieldError(name, "required", _("This is required.")) for name in missing])
    return create(actor=actor, **data)


def call_update(actor: Actor, entity: Entity, record: Model, data: dict[str, Any]) -> Any:
    if not entity.update:
        return record_update(actor=actor, entity=entity, record=record, data=data)
    update, names = import_string(entity.update), _parameters(entity.update)
    argument = "record" if "record" in names else next(n for n in names if n != "actor")
    if "data" in names:
        return update(actor=actor, **{argument: record}, data=data)
    return update(actor=actor, **{argument: record}, **data)


def call_delete(actor: Actor, entity: Entity, record: Model) -> None:
    if not entity.delete:
        record_delete(actor=actor, entity=entity, record=record)
        return
    argument = next(n for n in _parameters(entity.delete) if n != "actor")
    import_string(entity.delete)(actor=actor, **{argument: record})


def require(resource: Resource, verb: str) -> None:
    entity = resource.entity
    allowed = {"create": entity.creatable, "update": True, "delete": entity.deletable}[verb]
    if not entity.writable or not allowed:
        raise NotHere
    resource.actor.require(f"{entity.permission_prefix}.{verb}")


def _through_parent(resource: Resource, verb: str) -> Resource | None:
    """A line without a service of its own is written by its document's: totals and states stay right."""
    entity = resource.entity
    parent = parent_of(entity.key)
    own = {"create": entity.create, "update": entity.update, "delete": entity.delete}[verb]
    return Resource(resource.actor, parent) if parent is not None and not own else None


# --- the verbs ------------------------------------------------------------


def create(resource: Resource, body: Any) -> int:
    """The key of the new record. Raises Invalid, Forbidden, and what the service raises."""
    require(resource, "create")
    data = validation.for_create(resource, body)
    parent = _through_parent(resource, "create")
    if parent is not None:
        return _line_create(resource, parent, data)
    record = call_create(resource.actor, resource.entity, data)
    return int(record.pk)


def update(resource: Resource, pk: int, version: int | None, body: Any) -> None:
    """Raises NotFound, PreconditionRequired, StaleVersion, Invalid, Forbidden, and what the service raises."""
    require(resource, "update")
    record = locked(resource, pk, version)
    data = validation.for_update(resource, body, record)
    if not data:
        return
    parent = _through_parent(resource, "update")
    if parent is not None:
        _lines_change(resource, parent, record, {**data, "id": pk})
        return
    call_update(resource.actor, resource.entity, record, data)


def delete(resource: Resource, pk: int, version: int | None) -> None:
    """Raises NotFound, PreconditionRequired, StaleVersion, Forbidden, ProtectedError."""
    require(resource, "delete")
    record = locked(resource, pk, version)
    parent = _through_parent(resource, "delete")
    if parent is not None:
        _lines_change(resource, parent, record, None)
        return
    try:
        call_delete(resource.actor, resource.entity, record)
    except (ProtectedError, RestrictedError) as error:
        raise problem_of_protected(error, lambda item: _named(resource.actor, item)) from error


def _named(actor: Actor, record: Model) -> str | None:
    """What a record is called, for those who may see it."""
    entity = registry().entity_by_model.get(record._meta.label_lower)
    if entity is None or not feature_on(entity) or not actor.can(f"{entity.permission_prefix}.view"):
        return None
    return str(record) if rows(Resource(actor, entity)).filter(pk=record.pk).exists() else None


def line_ids(resource: Resource, head_id: int) -> list[int]:
    lines = resource.model._default_manager.filter(**{resource.entity.parent_field: head_id})
    ordered = "position" if any(f.name == "position" for f in resource.model._meta.concrete_fields) else "pk"
    return list(lines.order_by(ordered, "pk").values_list("pk", flat=True))


def _line_create(resource: Resource, parent: Resource, data: dict[str, Any]) -> int:
    require(parent, "update")
    field = resource.entity.parent_field
    if field not in resource.fields:
        raise NotHere
    if data.get(field) is None:
        raise Invalid.field(field, _("This is required."), "required")
    head = locked(parent, data.pop(field).pk, ANY_VERSION)
    before = line_ids(resource, head.pk)
    lines = [*({"id": pk} for pk in before), data]
    call_update(resource.actor, parent.entity, head, {parent.entity.lines_field: lines})
    return next(pk for pk in line_ids(resource, head.pk) if pk not in before)


def _lines_change(resource: Resource, parent: Resource, line: Any, change: dict[str, Any] | None) -> None:
    require(parent, "update")
    head = locked(parent, getattr(line, f"{resource.entity.parent_field}_id"), ANY_VERSION)
    lines = [{"id": pk} if pk != line.pk else change for pk in line_ids(resource, head.pk)]
    kept = [values for values in lines if values is not None]
    call_update(resource.actor, parent.entity, head, {parent.entity.lines_field: kept})


def action_of(resource: Resource, key: str) -> Action:
    found = next((a for a in resource.entity.actions if a.key == key), None)
    if found is None or (found.needs is not None and ports.find(found.needs) is None):
        raise NotFound(_("There is no such action."))
    resource.actor.require(found.permission)
    return found


def act(resource: Resource, pk: int, key: str, version: int | None, body: Any) -> Any:
    """Runs an action; its result as JSON, or None. Raises NotFound, StaleVersion, StateRefused, Invalid, Forbidden."""
    action = action_of(resource, key)
    record = locked(resource, pk, ANY_VERSION if version is None else version)
    state = getattr(record, resource.entity.state_field, None) if resource.entity.state_field else None
    if action.states and state not in action.states:
        label = next((str(s.label) for s in resource.entity.states if s.value == state), str(state))
        raise StateRefused(
            _("%(action)s is not possible while the state is “%(state)s”.") % {"action": action.label, "state": label},
            state=state,
        )
    if not _applies(resource, action, record):
        raise StateRefused(_("“%(action)s” is not for this kind of record.") % {"action": action.label})
    params = validation.for_action(resource, action, body)
    result = import_string(action.service)(actor=resource.actor, **{action.argument: record}, **params)
    return _result(resource, pk, result)


def _applies(resource: Resource, action: Action, record: Any) -> bool:
    """Whether the fields that the action asks for hold one of its values."""
    known = shapes(resource.entity.key)
    return all(_word(_value(record, known[key].source)) in values for key, values in action.when.items())


def _value(record: Any, source: str) -> Any:
    """Of the record, or of one that it points at (`location__kind`)."""
    return reduce(lambda of, name: getattr(of, name, None), source.split("__"), record)


def _word(value: Any) -> str:
    """A value as JSON writes it, which is how manifests name it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _result(resource: Resource, pk: int, result: Any) -> Any:
    if isinstance(result, Model):
        return None if isinstance(result, resource.model) and result.pk == pk else reference(resource.actor, result)
    if isinstance(result, (list, tuple)):
        return [reference(resource.actor, item) if isinstance(item, Model) else item for item in result]
    if isinstance(result, Mapping):
        return {k: reference(resource.actor, v) if isinstance(v, Model) else v for k, v in result.items()}
    return dataclasses.asdict(result) if dataclasses.is_dataclass(result) and not isinstance(result, type) else result


def reference(actor: Actor, record: Model) -> dict[str, Any]:
    """A record as a link: entity, id, label, page of the web app."""
    entity = registry().entity_by_model.get(record._meta.label_lower)
    if entity is None:
        return {"entity": None, "id": record.pk, "label": str(record)}
    path = own_label_path(actor, entity, type(record))
    label: Any = record
    for part in path.split("__"):
        label = getattr(label, part, None)
    route = f"/{entity.module}/{entity.path}/{record.pk}"
    return {"entity": entity.key, "id": record.pk, "label": str(label or record.pk), "route": route}
