"""Saved views: a list as somebody likes it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class SavedView(Record):
    """Filters, columns, order and grouping of a list, private or shared with the company."""

    entity = models.CharField(_("entity"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey("access.Member", models.CASCADE, verbose_name=_("owner"))
    shared = models.BooleanField(_("shared"), default=False)
    config = models.JSONField(_("settings"), default=dict)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")

    def __str__(self) -> str:
        return self.name
