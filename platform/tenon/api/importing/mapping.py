"""Which column is which field: guessed from keys and labels in all our languages, changed by the person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from tenon.api.metadata import Resource
from tenon.api.shapes import FieldShape, model_of, title_of
from tenon.problems import FieldError, Invalid

_ALIKE = 90
# Behind the name of a reference: "Customer code", "客户编号".
_KEY_WORDS = re.compile(r"(code|number|no|id|name|编码|编号|代码|号|名称)$")


def normal(text: str) -> str:
    """Letters and digits only, small: `Order No.` and `order_no` are the same."""
    return re.sub(r"[\W_]+", "", text.casefold())


def importable(resource: Resource) -> dict[str, FieldShape]:
    """The fields that a file may fill."""
    return {k: s for k, s in resource.fields.items() if not s.read_only and s.type != "json"}


def _names(resource: Resource) -> dict[str, str]:
    """Normalised name → field; keys go before labels, the first field before later ones."""
    fields = importable(resource)
    names = {normal(key.removeprefix("custom.")): key for key in reversed(fields)}
    entity = resource.entity
    title = title_of(entity)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for key, shape in fields.items():
                names.setdefault(normal(str(shape.label)), key)
            if title in fields:
                names.setdefault(normal(str(entity.label or model_of(entity)._meta.verbose_name)), title)
    return names


def guess(resource: Resource, columns: Iterable[str]) -> dict[str, str]:
    """Column → field. A field is given to one column only, the best one."""
    names, fields = _names(resource), importable(resource)
    scores: list[tuple[float, int, str, str]] = []
    for place, column in enumerate(columns):
        wanted = normal(column)
        if wanted in names:
            scores.append((200, -place, column, names[wanted]))
            continue
        short = _KEY_WORDS.sub("", wanted)
        if (
            short != wanted
            and fields.get(names.get(short, ""), None) is not None
            and fields[names[short]].type == "ref"
        ):
            scores.append((150, -place, column, names[short]))
            continue
        for name, key in names.items():
            alike = fuzz.ratio(wanted, name)
            if alike >= _ALIKE and min(len(wanted), len(name)) > 3:
                scores.append((alike, -place, column, key))
    mapping: dict[str, str] = {}
    for _score, _place, column, key in sorted(scores, reverse=True):
        if column not in mapping and key not in mapping.values():
            mapping[column] = key
    return mapping


def checked(resource: Resource, columns: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping without empty entries. Raises Invalid for columns or fields that are not there."""
    known, fields, errors = set(columns), importable(resource), []
    given = {column: key for column, key in mapping.items() if key}
    for column, key in given.items():
        if column not in known:
            errors.append(FieldError(f"mapping.{column}", "unknown", _("The file has no such column.")))
        elif not isinstance(key, str) or key not in fields:
            errors.append(FieldError(f"mapping.{column}", "unknown", _("There is no such field to fill.")))
    keys = [key for key in given.values() if isinstance(key, str)]
    twice = {key for key in keys if keys.count(key) > 1}
    errors += [
        FieldError(f"mapping.{column}", "twice", _("This field is filled by two columns."))
        for column, key in given.items()
        if isinstance(key, str) and key in twice
    ]
    if errors:
        raise Invalid(errors=errors)
    return given


def key_of(resource: Resource, key: str, mapped: Iterable[str]) -> tuple[str, ...]:
    """The fields that tell whether a row is there already; () = every row is new. Raises Invalid."""
    fields, filled = importable(resource), set(mapped)
    if not key:
        return tuple(k for k in resource.entity.key_fields if k in filled) if _all_filled(resource, filled) else ()
    wanted = tuple(part.strip() for part in key.split(",") if part.strip())
    if any(part not in filled or not _tells(fields.get(part)) for part in wanted):
        raise Invalid.field("key", _("The key must be a field that a column fills."))
    return wanted


def _tells(shape: FieldShape | None) -> bool:
    return shape is not None and shape.stored and not shape.custom and shape.type != "multichoice"


def _all_filled(resource: Resource, filled: set[str]) -> bool:
    return bool(resource.entity.key_fields) and set(resource.entity.key_fields) <= filled


def keys_offered(resource: Resource) -> list[str]:
    """What may serve as the key: the entity's own, and unique fields. A key of several fields counts only as a whole
    (`parent,component`): by its first part alone, other rows would be taken for the same record."""
    own = [",".join(resource.entity.key_fields)] if set(resource.entity.key_fields) <= set(importable(resource)) else []
    unique = [
        key
        for key, shape in importable(resource).items()
        if shape.source and "__" not in shape.source and not shape.custom and _is_unique(resource, shape.source)
    ]
    return [key for key in dict.fromkeys([*own, *unique]) if key]


def _is_unique(resource: Resource, name: str) -> bool:
    return any(f.name == name and f.unique for f in resource.model._meta.concrete_fields)
