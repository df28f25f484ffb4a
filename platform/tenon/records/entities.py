"""Saved views and custom fields for the generic API and pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Entity, Field, Section

_SERVICES = "tenon.records.services"

SAVED_VIEW = Entity(
    key="records.saved_view",
    model="records.SavedView",
    path="saved-views",
    label=_("Saved view"),
    label_plural=_("Saved views"),
    icon="bookmark",
    fields=(
        "name", Field("entity", write_once=True), Field("owner", read_only=True), "shared",
        Field("config", type="json", required=False), Field("mine", type="boolean", label=_("Mine")),
    ),
    list=("name", "entity", "owner", "shared"),
    search=("name",),
    default_order=("name",),
    title_field="name",
    selector="tenon.records.selectors.saved_view.saved_views",
    create=f"{_SERVICES}.saved_view.saved_view_create",
    update=f"{_SERVICES}.saved_view.saved_view_update",
    delete=f"{_SERVICES}.saved_view.saved_view_delete",
    handover_field="owner",
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip

CUSTOM_FIELD = Entity(
    key="records.custom_field",
    model="records.CustomField",
    path="custom-fields",
    label=_("Custom field"),
    label_plural=_("Custom fields"),
    icon="text-cursor-input",
    fields=(
        "label", "label_zh", Field("entity", write_once=True), Field("key", write_once=True),
        Field("type", write_once=True), "required", Field("choices", type="json"), "help", "searchable", "position",
        "is_active",
    ),
    list=("label", "entity", "key", "type", "required", "is_active"),
    search=("label", "label_zh", "key"),
    default_order=("entity", "position", "id"),
    title_field="label",
    subtitle_field="entity",
    form=(
        Section(_("Field"), ("entity", "key", "label", "label_zh", "type", "choices")),
        Section(_("Behaviour"), ("required", "searchable", "help", "position", "is_active")),
    ),
    create=f"{_SERVICES}.custom_field.custom_field_create",
    update=f"{_SERVICES}.custom_field.custom_field_update",
    delete=f"{_SERVICES}.custom_field.custom_field_delete",
    importable=False,
    custom_fields=False,
    comments=False,
    attachments=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (SAVED_VIEW, CUSTOM_FIELD)
