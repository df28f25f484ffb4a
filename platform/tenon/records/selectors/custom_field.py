"""A company's custom fields, as every request needs them: from the cache, which changes write anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import transaction

from tenon.records.models import CustomField

_KEY = "custom-fields"
_KEPT = 3600
_held: ContextVar[dict[str, tuple[CustomFieldDef, ...]] | None] = ContextVar("tenon_custom_fields", default=None)


@dataclass(frozen=True)
class CustomFieldDef:
    entity: str
    key: str
    label: str
    label_zh: str
    type: str
    required: bool
    choices: tuple[tuple[str, str, str], ...]  # value, label, Chinese label
    help: str
    searchable: bool = False


def _read() -> dict[str, tuple[CustomFieldDef, ...]]:
    found: dict[str, list[CustomFieldDef]] = {}
    for row in CustomField.objects.filter(is_active=True).order_by("entity", "position", "id"):
        found.setdefault(row.entity, []).append(definition_of(row))
    return {entity: tuple(fields) for entity, fields in found.items()}


def definition_of(row: CustomField) -> CustomFieldDef:
    return CustomFieldDef(
        row.entity, row.key, row.label, row.label_zh, row.type, row.required, _choices(row.choices), row.help,
        row.searchable,
    )  # fmt: skip


def _choices(stored: Any) -> tuple[tuple[str, str, str], ...]:
    out = []
    for item in stored if isinstance(stored, list) else ():
        if isinstance(item, dict):
            value = str(item.get("value", ""))
            out.append((value, str(item.get("label") or value), str(item.get("label_zh") or "")))
        else:
            out.append((str(item), str(item), ""))
    return tuple(out)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, the definitions are fetched once however many entities ask: for answers about all of them."""
    token = _held.set(_known())
    try:
        yield
    finally:
        _held.reset(token)


def custom_fields(entity: str) -> tuple[CustomFieldDef, ...]:
    """The active custom fields of an entity in the company being served."""
    known = _held.get()
    return (_known() if known is None else known).get(entity, ())


def _known() -> dict[str, tuple[CustomFieldDef, ...]]:
    known: dict[str, tuple[CustomFieldDef, ...]] | None = cache.get(_KEY)
    if known is None:
        known = _read()
        # add, not set: a change that commits meanwhile has written the newer state already.
        cache.add(_KEY, known, _KEPT)
    return known


def forget_custom_fields() -> None:
    """Called by the services that change definitions: after the commit every process reads the new ones."""
    cache.delete(_KEY)
    transaction.on_commit(lambda: cache.set(_KEY, _read(), _KEPT))
