"""What a reference is called: the title field of the entity it points at, found in the same query."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import get_language

from tenon.access.actor import Actor
from tenon.api.shapes import FieldShape, entity_of_model, label_of, model_field, shapes, title_of
from tenon.registry.registry import registry
from tenon.registry.types import Entity

_DEPTH = 3


def title_path(model: type[models.Model], entity_key: str = "") -> tuple[str, tuple[tuple[str, str], ...]]:
    """(ORM path of the title within `model`, the (entity, field) pairs it reads: roles may hide one of them). In
    Chinese it is the field's Chinese twin (`label_zh` beside `label`), where the entity has one."""
    return _title_path(model, entity_key, (get_language() or "").startswith("zh"), 0)


@cache
def _title_path(
    model: type[models.Model], entity_key: str, chinese: bool, depth: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    entity = registry().entities.get(entity_key) or entity_of_model(model)
    if entity is None:
        names = {f.name for f in model._meta.get_fields()}
        return next((n for n in ("number", "code", "name", "title", "label") if n in names), "pk"), ()
    title = label_of(entity)
    known = shapes(entity.key)
    shape = (known.get(f"{title}_zh") if chinese and entity.label_field else None) or known.get(title)
    path = shape.source if shape is not None and shape.source else title
    # A label made of the title hides with it.
    reads = tuple((entity.key, name) for name in dict.fromkeys((title, title_of(entity))))
    field = model_field(model, path)
    if field is None:
        return "pk", ()
    if field.is_relation and depth < _DEPTH:
        target: Any = field.related_model
        rest, more = _title_path(target, shape.target if shape else "", chinese, depth + 1)
        return f"{path}__{rest}", reads + more
    return path, reads


def label_path(actor: Actor, shape: FieldShape) -> str:
    """Where the label of a reference stands, from the referring row. The id where a role hides the title."""
    if shape.target_model is None:
        return shape.source
    path, reads = title_path(shape.target_model, shape.target)
    if any(field in actor.hidden.get(entity, ()) for entity, field in reads):
        path = "pk"
    return f"{shape.source}__{path}"


def own_label_path(actor: Actor, entity: Entity, model: type[models.Model]) -> str:
    """The same for a row of `entity` itself."""
    path, reads = title_path(model, entity.key)
    return "pk" if any(field in actor.hidden.get(key, ()) for key, field in reads) else path
