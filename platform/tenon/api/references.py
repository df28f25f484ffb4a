"""References that come in: by id, `{"id"}`, `{"code"}` or `{"number"}`; found together, only what the actor sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Model, Q, QuerySet, TextField
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.api.metadata import Resource, feature_on
from tenon.api.shapes import FieldShape, model_field, model_of, title_of
from tenon.api.visibility import rows, survivors
from tenon.problems import FieldError
from tenon.registry.registry import registry

_LARGEST = 2**63 - 1


class NaturalKey(str):
    """A reference as people write it in a spreadsheet: the code or number of a record, or its title."""


@dataclass(frozen=True)
class Wanted:
    """A reference to find. `put` takes the record; `current` is the key that stands there now and may stay."""

    shape: FieldShape
    field: str
    by: str
    value: Any
    put: Callable[[Model], None]
    current: int | None = None


def read(shape: FieldShape, raw: Any) -> tuple[str, Any] | None:
    """(`pk` or a key field, value); None when it is no reference at all."""
    if isinstance(raw, NaturalKey):
        return "natural", str(raw).strip()
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return ("pk", raw) if 0 < raw <= _LARGEST else None
    if isinstance(raw, str):
        return ("pk", int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
    if isinstance(raw, dict):
        if raw.get("id") is not None:
            return None if isinstance(raw["id"], dict) else read(shape, raw["id"])
        for key in _natural_keys(shape):
            if isinstance(raw.get(key), (str, int)) and raw[key] != "":
                return key, str(raw[key])
    return None


def _natural_keys(shape: FieldShape) -> list[str]:
    target = registry().entities.get(shape.target)
    if target is None:
        return []
    model: Any = shape.target_model or model_of(target)
    keys = dict.fromkeys([*target.key_fields, "code", "number", title_of(target)])
    # Texts only: a key made of references or days is no word that one could write here.
    return [key for key in keys if isinstance(model_field(model, key), (CharField, TextField)) and "__" not in key]


def _base(actor: Actor, shape: FieldShape) -> QuerySet[Any]:
    """What may be pointed at: rows of the target that the actor sees and that fit the field's filter."""
    target = registry().entities.get(shape.target)
    model: Any = shape.target_model
    if target is None:
        found = model._default_manager.all()
    elif not feature_on(target) or not actor.can(f"{target.permission_prefix}.view"):
        return model._default_manager.none()
    else:
        found = rows(Resource(actor, target))
    return found.filter(_ref_filter(shape))


def _ref_filter(shape: FieldShape) -> Q:
    condition = Q()
    for name, value in (shape.ref_filter or {}).items():
        if name.endswith("__in") and isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        condition &= Q(**{name.replace(".", "__"): value})
    return condition


def find(actor: Actor, wanted: list[Wanted]) -> list[FieldError]:
    """Hands each reference its record; one query per target and kind of key. Returns what was not found."""
    errors: list[FieldError] = []
    groups: dict[tuple[Any, ...], list[Wanted]] = {}
    for item in wanted:
        stays = item.by == "pk" and item.current is not None and item.value == item.current
        condition = tuple(sorted((item.shape.ref_filter or {}).items(), key=lambda pair: pair[0]))
        key = (item.shape.target, item.shape.target_model, item.by, stays, repr(condition))
        groups.setdefault(key, []).append(item)
    for (_target, model, by, stays, _condition), items in groups.items():
        base = model._default_manager.all() if stays else _base(actor, items[0].shape)
        errors += _find_by_pk(base, items) if by == "pk" else _find_by_key(base, items, by)
    return errors


def _missing(item: Wanted) -> FieldError:
    message = _("There is no such record, or you may not use it here: %(value)s.") % {"value": item.value}
    return FieldError(item.field, "does_not_exist", message)


def _find_by_pk(base: QuerySet[Any], items: list[Wanted]) -> list[FieldError]:
    found = {row.pk: row for row in base.filter(pk__in={item.value for item in items})}
    found |= _merged(base, items, "pk", {item.value for item in items} - found.keys())
    errors = []
    for item in items:
        row = found.get(item.value)
        if row is None:
            errors.append(_missing(item))
        else:
            item.put(row)
    return errors


def _merged(base: QuerySet[Any], items: list[Wanted], by: str, values: set[Any]) -> dict[Any, Any]:
    """Key → the record that took in the one of this key: what was written down before a merge still leads there."""
    target = registry().entities.get(items[0].shape.target)
    heirs = survivors(target, items[0].shape.target_model, by, values) if target is not None else {}
    rows_there = {row.pk: row for row in base.filter(pk__in=heirs.values())} if heirs else {}
    return {key: rows_there[heir] for key, heir in heirs.items() if heir in rows_there}


def _find_by_key(base: QuerySet[Any], items: list[Wanted], by: str) -> list[FieldError]:
    """Each natural key in turn, exactly as written; the title last."""
    left, errors = list(items), []
    for key in _natural_keys(items[0].shape) if by == "natural" else [by]:
        found: dict[str, list[Any]] = {}
        for row in base.filter(**{f"{key}__in": {item.value for item in left}}).order_by("pk")[:5000]:
            found.setdefault(str(getattr(row, key)), []).append(row)
        entity = registry().entities.get(items[0].shape.target)
        if entity is not None and key in entity.key_fields:
            heirs = _merged(base, items, key, {item.value for item in left} - found.keys())
            found |= {value: [row] for value, row in heirs.items()}
        still = []
        for item in left:
            rows_here = found.get(item.value, [])
            if len(rows_here) == 1:
                item.put(rows_here[0])
            elif rows_here:
                message = _("Several records are called %(value)s.") % {"value": item.value}
                errors.append(FieldError(item.field, "ambiguous", message))
            else:
                still.append(item)
        left = still
        if not left:
            break
    return errors + [_missing(item) for item in left]
