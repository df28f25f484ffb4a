"""Custom fields: what a company adds to an entity. Values live in the record's `custom` JSON."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class CustomField(Record):
    """A field of the company's own (自定义字段), typed and validated, in forms, lists, filters, import and export."""

    entity = models.CharField(_("entity"), max_length=80)
    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("label"), max_length=120)
    label_zh = models.CharField(_("label (Chinese)"), max_length=120, blank=True, default="")
    type = models.CharField(
        _("type"),
        max_length=12,
        choices=[
            ("text", _("Text")), ("longtext", _("Long text")), ("integer", _("Whole number")),
            ("decimal", _("Number")), ("boolean", _("Yes / no")), ("date", _("Date")), ("choice", _("Choice")),
        ],
    )  # fmt: skip
    required = models.BooleanField(_("required"), default=False)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    help = models.CharField(_("help"), max_length=255, blank=True, default="")
    searchable = models.BooleanField(
        _("in the search"), default=False, help_text=_("The list's search looks at it too; slower in long lists.")
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [models.UniqueConstraint(fields=["entity", "key"], name="records_custom_field_key")]

    def __str__(self) -> str:
        return self.label
