"""The company's changes to the default menu."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class MenuPatch(Record):
    """The company's menu (三级菜单) as a sparse patch over the default tree: one row. `nodes` maps ids of default nodes
    to what is different about them; `added` are nodes of the company's own. Their shape: tenon.registry.menus."""

    internal: ClassVar[bool] = True

    nodes = models.JSONField(_("changes"), default=dict, blank=True)
    added = models.JSONField(_("own entries"), default=list, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("menu")
        verbose_name_plural = _("menus")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
