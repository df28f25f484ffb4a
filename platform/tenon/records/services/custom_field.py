"""Custom fields: defined, changed and taken away. Values stay in the records when a definition goes."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.api.fields import FieldFault, parse
from tenon.api.shapes import custom_shape
from tenon.problems import Conflict, Invalid
from tenon.realtime.notify import bootstrap_changed
from tenon.records.models import CustomField
from tenon.records.selectors.custom_field import definition_of, forget_custom_fields
from tenon.records.service import service
from tenon.registry.registry import registry
from tenon.tenancy.context import current

MOST = 60
_COMPARED = ("integer", "decimal", "boolean", "date")  # PostgreSQL reads these from the JSON as what they are
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")


def _choices(field: CustomField) -> list[dict[str, str]]:
    """Texts or {"value", "label", "label_zh"}, written in the second form."""
    out: list[dict[str, str]] = []
    for item in field.choices if isinstance(field.choices, list) else ():
        entry = item if isinstance(item, dict) else {"value": item}
        given = entry.get("value", "")
        value = str(given).strip() if isinstance(given, (str, int)) else ""
        if not value or len(value) > 120 or any(value == known["value"] for known in out):
            raise Invalid.field("choices", _("Each choice needs a value of its own, of 120 characters at most."))
        label, chinese = str(entry.get("label") or value)[:120], str(entry.get("label_zh") or "")[:120]
        out.append({"value": value, "label": label, "label_zh": chinese})
    if field.type == "choice" and not out:
        raise Invalid.field("choices", _("Name at least one choice."), "required")
    return out if field.type == "choice" else []


def _check(field: CustomField) -> None:
    entity = registry().entities.get(field.entity)
    if entity is None or not entity.custom_fields:
        raise Invalid.field("entity", _("Records of this kind take no custom fields."))
    if not _KEY.match(field.key):
        raise Invalid.field("key", _("Small letters, digits and _, starting with a letter."))
    if not field.label.strip():
        raise Invalid.field("label", _("This is required."), "required")
    field.choices = _choices(field)


def _check_kept(field: CustomField) -> None:
    """Values outlive their definition. Those under this key must be of its type: what compares, sorts and exports them
    relies on it. Raises Invalid."""
    if field.type not in _COMPARED:
        return
    shape = custom_shape(definition_of(field))
    model = apps.get_model(registry().entities[field.entity].model)
    rows = model._default_manager.filter(custom__has_key=field.key)
    for value in rows.order_by().values_list(f"custom__{field.key}", flat=True).distinct():
        try:
            if value is not None:
                parse(shape, value)
        except FieldFault:
            message = _("Records still hold values of another type under this key; choose another key.")
            raise Invalid.field("key", message, "other_type") from None


def _settle(field: CustomField) -> CustomField:
    forget_custom_fields()
    company = current()
    transaction.on_commit(lambda: bootstrap_changed(company), robust=True)
    return field


@service("records.custom_field.create")
def custom_field_create(*, actor: Actor, data: dict[str, Any]) -> CustomField:
    """Raises Invalid, Conflict (too many)."""
    field = CustomField(**data)
    _check(field)
    there = CustomField.objects.filter(entity=field.entity)
    if there.count() >= MOST:
        raise Conflict(_("A kind of record takes %(n)s custom fields at most.") % {"n": MOST})
    if there.filter(key=field.key).exists():
        raise Invalid.field("key", _("There is already a custom field with this key."), "unique")
    _check_kept(field)
    field.save()
    return _settle(field)


@service("records.custom_field.update")
def custom_field_update(*, actor: Actor, record: CustomField, data: dict[str, Any]) -> CustomField:
    """Label, help, choices, order, whether required and active. Raises Invalid."""
    for name, value in data.items():
        setattr(record, name, value)
    _check(record)
    record.save()
    return _settle(record)


@service("records.custom_field.delete")
def custom_field_delete(*, actor: Actor, record: CustomField) -> None:
    """Takes the definition away; values stay in the records and come back with a field of the same key."""
    record.delete()
    _settle(record)
