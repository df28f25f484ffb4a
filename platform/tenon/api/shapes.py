"""Fields of entities, resolved: what a manifest declares, completed from the Django model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.fields import NOT_PROVIDED
from django.utils.translation import get_language

from tenon.api.fields import FILTERS, INTEGER_RANGES, TEXTS, type_of
from tenon.records.selectors.custom_field import CustomFieldDef
from tenon.registry.errors import ManifestError
from tenon.registry.registry import registry
from tenon.registry.types import Entity, Field

_TITLES = ("number", "code", "name", "title", "label", "key")
_KERNEL = ("version", "created_at", "changed_at", "created_by", "changed_by", "custom")


ModelClass = type[models.Model]


@dataclass(frozen=True)
class FieldShape:
    """One field, resolved. `source` is its ORM path ("" = an input of a service, kept nowhere), `column` what is
    selected, `target` the entity a reference points at, `label_paths` where the reference's label stands."""

    key: str
    type: str
    label: Any
    source: str
    column: str
    required: bool = False
    read_only: bool = False
    write_once: bool = False
    nullable: bool = False
    blank_allowed: bool = False
    empty: Any = None
    help: Any = ""
    default: Any = None
    max_length: int | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    bounds: tuple[int | None, int | None] = (None, None)
    choices: tuple[tuple[Any, Any], ...] | None = None
    choices_of: str = ""
    decimals: int | None = None
    currency_field: str | None = None
    unit_field: str | None = None
    target: str = ""
    target_model: ModelClass | None = None
    ref_filter: Mapping[str, Any] | None = None
    sensitive: bool = False
    hidden: bool = False
    searchable: bool = False
    sortable: bool = True
    filters: tuple[str, ...] = ()
    custom: bool = False

    @property
    def stored(self) -> bool:
        return bool(self.source)


def model_of(entity: Entity) -> type[models.Model]:
    return apps.get_model(entity.model)


def title_of(entity: Entity) -> str:
    """The field that names a record: declared, or the usual ones in order."""
    if entity.title_field:
        return entity.title_field
    names = {f.name for f in model_of(entity)._meta.get_fields()}
    return next((name for name in _TITLES if name in names), "id")


def label_of(entity: Entity) -> str:
    """The field that references to a record show: declared, or what names it."""
    return entity.label_field or title_of(entity)


def entity_of_model(model: type[models.Model]) -> Entity | None:
    return registry().entity_by_model.get(model._meta.label_lower)


def model_field(model: type[models.Model], path: str) -> models.Field[Any, Any] | None:
    """The field at an ORM path such as `order__number`; None when it is no plain field (an annotation)."""
    found: Any = None
    for part in path.split("__"):
        if model is None:
            return None
        try:
            found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return None
        if not isinstance(found, models.Field):
            return None
        model = found.related_model if found.is_relation else None  # type: ignore[assignment]
    return found


def _source(entity: Entity, declared: Field, model: type[models.Model]) -> str:
    if declared.source is not None:
        return declared.source.replace(".", "__")
    if model_field(model, declared.key) is not None:
        return declared.key
    # Neither on the model nor annotated by a selector: something that the entity's services take.
    return declared.key if entity.selector and declared.read_only is not False else ""


def _default(field: models.Field[Any, Any] | None) -> Any:
    value = field.default if field is not None else None
    if value is NOT_PROVIDED or callable(value):
        return None
    return getattr(value, "value", value)


def _empty(field: models.Field[Any, Any] | None, nullable: bool) -> Any:
    """What stands for "nothing" in this field."""
    if field is None or nullable:
        return None
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, models.JSONField):
        return field.default() if field.default in (dict, list) else None
    return "" if isinstance(field, (models.CharField, models.TextField)) else None


def resolve(entity: Entity, declared: Field) -> FieldShape:
    """Completes one declared field from the model."""
    model = model_of(entity)
    source = _source(entity, declared, model)
    field = model_field(model, source) if source else None
    kind = declared.type or (type_of(field) if field is not None else None)
    if kind is None:
        raise ManifestError(f"{entity.key}: field {declared.key!r} is not on {entity.model}; name its type or source")
    own = field is not None and "__" not in source
    choices = declared.choices or (tuple(field.flatchoices) if field is not None and field.choices else None)
    if choices is None and declared.key == entity.state_field and entity.states:
        choices = tuple((s.value, s.label) for s in entity.states)
    if choices and kind == "text":
        kind = "choice"
    nullable = bool(field.null) if field is not None else not declared.required
    editable = own and field is not None and field.editable and not field.primary_key and source not in _KERNEL
    # Annotations and paths cannot be written; states change by actions only, unless the entity says otherwise.
    is_state = declared.key == entity.state_field
    read_only = declared.read_only if declared.read_only is not None else bool(source) and (not editable or is_state)
    has_default = field is not None and (field.has_default() or field.blank or field.null)
    required = declared.required if declared.required is not None else (editable and not has_default and not read_only)
    target_model = field.related_model if field is not None and field.is_relation else None
    target = declared.ref or ""
    if target and target_model is None:
        target_model = model_of(registry().entities[target]) if target in registry().entities else None
    elif target_model is not None and not target:
        found = entity_of_model(target_model)  # type: ignore[arg-type]
        target = found.key if found else ""
    label = (
        declared.label
        if declared.label is not None
        else (field.verbose_name if field is not None else declared.key.replace("_", " "))
    )
    keys = {f if isinstance(f, str) else f.key for f in entity.fields}
    currency = declared.currency_field or ("currency" if kind == "money" and "currency" in keys else None)
    unit = declared.unit_field or ("unit" if kind == "quantity" and "unit" in keys else None)
    plain_decimal = kind == "decimal" and isinstance(field, models.DecimalField)
    decimals = declared.decimals if declared.decimals is not None else (field.decimal_places if plain_decimal else None)  # type: ignore[union-attr]
    bounds = INTEGER_RANGES.get(field.get_internal_type(), (None, None)) if field is not None else (-(2**63), 2**63 - 1)
    return FieldShape(
        key=declared.key,
        type=kind,
        label=label,
        source=source,
        column=f"{source}_id" if kind == "ref" and own else source,
        required=bool(required),
        read_only=bool(read_only),
        write_once=declared.write_once,
        nullable=nullable,
        blank_allowed=field is not None and bool(field.blank),
        empty=_empty(field, nullable),
        help=declared.help if declared.help is not None else (field.help_text if field is not None else ""),
        default=declared.default if declared.default is not None else _default(field),
        max_length=getattr(field, "max_length", None) if kind in TEXTS else None,
        max_digits=getattr(field, "max_digits", None),
        decimal_places=getattr(field, "decimal_places", None),
        bounds=bounds,
        choices=choices,
        choices_of=declared.choices_of,
        decimals=decimals,
        currency_field=currency,
        unit_field=unit,
        target=target,
        target_model=target_model,  # type: ignore[arg-type]
        ref_filter=declared.ref_filter or None,
        sensitive=declared.sensitive,
        hidden=declared.hidden,
        searchable=declared.key in entity.search,
        sortable=bool(source) and kind not in ("json", "multichoice"),
        filters=FILTERS[kind] if source else (),
    )


@cache
def shapes(key: str) -> dict[str, FieldShape]:
    """The declared fields of an entity, resolved; the same for everybody."""
    entity = registry().entities[key]
    out: dict[str, FieldShape] = {}
    for declared in entity.fields:
        shape = resolve(entity, Field(declared) if isinstance(declared, str) else declared)
        out[shape.key] = shape
    return out


@cache
def kernel_shapes(key: str) -> dict[str, FieldShape]:
    """id, version, created and changed: every row has them, whether declared or not."""
    entity = registry().entities[key]
    out: dict[str, FieldShape] = {}
    for name in ("id", *_KERNEL[:-1]):
        if model_field(model_of(entity), name) is not None and name not in shapes(key):
            out[name] = replace(resolve(entity, Field(name)), read_only=True, required=False)
    return out


def custom_shape(definition: CustomFieldDef) -> FieldShape:
    chinese = (get_language() or "").startswith("zh")
    kind = definition.type
    return FieldShape(
        key=f"custom.{definition.key}",
        type=kind,
        label=(chinese and definition.label_zh) or definition.label,
        source=f"custom__{definition.key}",
        column=f"custom__{definition.key}",
        required=definition.required,
        nullable=True,
        blank_allowed=True,
        help=definition.help,
        max_length={"text": 500, "longtext": 20_000}.get(kind),
        max_digits=24 if kind == "decimal" else None,
        decimal_places=8 if kind == "decimal" else None,
        bounds=(-(2**53), 2**53),
        choices=tuple((v, (chinese and zh) or en) for v, en, zh in definition.choices) if kind == "choice" else None,
        filters=FILTERS[kind],
        searchable=definition.searchable and kind in ("text", "longtext"),
        custom=True,
    )


def param_shape(entity: Entity, declared: Field) -> FieldShape:
    """A parameter of an action: a field that is kept nowhere. `type` is text unless said."""
    target_model = model_of(registry().entities[declared.ref]) if declared.ref else None
    kind = declared.type or ("ref" if declared.ref else "choice" if declared.choices else "text")
    return FieldShape(
        key=declared.key, type=kind, label=declared.label or declared.key.replace("_", " "), source="", column="",
        required=bool(declared.required), nullable=not declared.required, blank_allowed=not declared.required,
        help=declared.help or "", default=declared.default, choices=declared.choices, decimals=declared.decimals,
        decimal_places=declared.decimals, target=declared.ref or "", target_model=target_model,
        ref_filter=declared.ref_filter or None, currency_field=declared.currency_field, unit_field=declared.unit_field,
        sortable=False, hidden=declared.hidden,
    )  # fmt: skip
