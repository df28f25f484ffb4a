"""What an entity looks like to one actor: fields that its roles hide or lock taken into account, custom fields added;
and the metadata document that the web app renders from."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.utils.module_loading import import_string
from django.utils.text import capfirst

from tenon import ports
from tenon.access.actor import Actor
from tenon.api.shapes import (
    FieldShape,
    custom_shape,
    kernel_shapes,
    model_field,
    model_of,
    param_shape,
    shapes,
    title_of,
)
from tenon.problems import FeatureOff
from tenon.records.selectors.custom_field import custom_fields
from tenon.registry.menus import entity_is_on
from tenon.registry.registry import registry
from tenon.registry.types import Entity
from tenon.tenancy.context import current


def feature_on(entity: Entity) -> bool:
    return entity_is_on(entity, current())


class Resource:
    """An entity as one actor sees it, for one request. Raises FeatureOff when the entity is switched off."""

    def __init__(self, actor: Actor, entity: Entity) -> None:
        if not feature_on(entity):
            raise FeatureOff(features=list(entity.features))
        self.actor, self.entity, self.model = actor, entity, model_of(entity)
        self.hidden = actor.hidden.get(entity.key, frozenset())
        self.locked = actor.locked.get(entity.key, frozenset())

    @classmethod
    def of(cls, actor: Actor, key: str) -> Resource:
        return cls(actor, registry().entities[key])

    @cached_property
    def custom(self) -> dict[str, FieldShape]:
        if not self.entity.custom_fields or model_field(self.model, "custom") is None:
            return {}
        found = (custom_shape(definition) for definition in custom_fields(self.entity.key))
        return {s.key: s for s in found if s.key not in self.hidden}

    @cached_property
    def fields(self) -> dict[str, FieldShape]:
        """Declared and custom fields that the actor may see, in order; locked ones read-only."""
        found = {**shapes(self.entity.key), **self.custom}
        if not self.hidden and not self.locked:
            return found
        return {
            key: replace(shape, read_only=True, required=False) if key in self.locked else shape
            for key, shape in found.items()
            if key not in self.hidden
        }

    @cached_property
    def queryable(self) -> dict[str, FieldShape]:
        """What may be filtered and sorted by: the fields and what the kernel keeps."""
        return {**{k: v for k, v in kernel_shapes(self.entity.key).items() if k not in self.hidden}, **self.fields}

    def may(self, verb: str) -> bool:
        entity = self.entity
        if verb != "view" and not entity.writable:
            return False
        if (verb == "create" and not entity.creatable) or (verb == "delete" and not entity.deletable):
            return False
        return self.actor.can(f"{entity.permission_prefix}.{verb}")

    @cached_property
    def lines(self) -> Resource | None:
        """The resource of its lines, when that is on."""
        if not self.entity.lines:
            return None
        line = registry().entities[self.entity.lines]
        return Resource(self.actor, line) if feature_on(line) else None


def _text(value: Any) -> str:
    return capfirst(str(value)) if value else ""


def field_meta(shape: FieldShape) -> dict[str, Any]:
    """A field as docs/api.md shows it."""
    choices = import_string(shape.choices_of)() if shape.choices_of else shape.choices
    return {
        "key": shape.key,
        "label": _text(shape.label),
        "type": shape.type,
        "ref": shape.target or None,
        "ref_filter": dict(shape.ref_filter) if shape.ref_filter else None,
        "required": shape.required,
        "read_only": shape.read_only,
        "write_once": shape.write_once,
        "nullable": shape.nullable,
        "help": str(shape.help or ""),
        "default": shape.default,
        "max_length": shape.max_length,
        "choices": [{"value": v, "label": str(label)} for v, label in choices] if choices else None,
        "decimals": shape.decimals,
        "currency_field": shape.currency_field,
        "unit_field": shape.unit_field,
        "filters": list(shape.filters),
        "sortable": shape.sortable,
        "searchable": shape.searchable,
        "custom": shape.custom,
        "hidden": shape.hidden,
    }


def entity_meta(actor: Actor, entity: Entity) -> dict[str, Any]:
    """An entity as docs/api.md shows it, for this actor, in the active language."""
    resource = Resource(actor, entity)
    fields = resource.fields
    meta = resource.model._meta

    def seen(keys: tuple[str, ...]) -> list[str]:
        return [key for key in keys if key.partition(".")[0] in fields or key in fields]

    states = [{"value": s.value, "label": str(s.label), "kind": s.kind} for s in entity.states]
    sections = [{"title": str(s.title), "fields": seen(s.fields)} for s in entity.form]
    may_write = resource.may("create") or resource.may("update")
    return {
        "key": entity.key,
        "module": entity.module,
        "label": _text(entity.label or meta.verbose_name),
        "label_plural": _text(entity.label_plural or meta.verbose_name_plural),
        "icon": entity.icon,
        "endpoint": f"/api/v1/{entity.module}/{entity.path}/",
        "route": f"/{entity.module}/{entity.path}",
        "title_field": title_of(entity),
        "subtitle_field": entity.subtitle_field if entity.subtitle_field in fields else None,
        "fields": [field_meta(shape) for shape in fields.values()],
        "list": seen(entity.list)
        or [k for k, s in fields.items() if s.stored and s.type not in ("json", "longtext")][:6],
        "search": seen(entity.search),
        "default_order": [key for key in entity.default_order if key.lstrip("-") in resource.queryable],
        "totals": seen(entity.totals),
        "form": [section for section in sections if section["fields"]],
        "state_field": entity.state_field if entity.state_field in fields else None,
        "states": states,
        "update_states": list(entity.update_states),
        "delete_states": list(entity.delete_states),
        "actions": [
            {
                "key": action.key,
                "label": _text(action.label),
                "states": list(action.states),
                "when": {key: list(values) for key, values in action.when.items()},
                "bulk": action.bulk,
                "primary": action.primary,
                "danger": action.danger,
                "icon": action.icon or None,
                "params": [field_meta(param_shape(entity, p)) for p in action.params],
            }
            for action in entity.actions
            if actor.can(action.permission) and (action.needs is None or ports.find(action.needs) is not None)
        ],
        "lines": {"entity": entity.lines, "field": entity.lines_field} if resource.lines else None,
        "views": [
            {"key": v.key, "title": _text(v.title), "filters": dict(v.filters), "order": list(v.order)}
            for v in entity.views
        ],
        "can": {
            **{verb: resource.may(verb) for verb in ("view", "create", "update", "delete")},
            "import": entity.importable and may_write,
            "export": resource.may("view"),
        },
        "features": {
            "attachments": entity.attachments,
            "comments": entity.comments,
            "history": entity.history and bool(getattr(resource.model, "audited", False)),
            "custom_fields": entity.custom_fields,
        },
    }
