"""The company's changes to the default menu, in layers, and what each of them was before."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class MenuPatch(Record):
    """A layer of the menu (三级菜单) as a sparse patch over what lies below it: the company's (no role, no member) over
    the default tree, a role's over the company's, a member's own over all. `nodes` maps ids of nodes to what is
    different about them; `added` are nodes of the layer's own; their shape: tenon.registry.menus. `draft` is what is
    being edited and nobody sees yet. Only the company's and roles' layers have drafts and versions."""

    internal: ClassVar[bool] = True

    role = models.SlugField(_("role"), max_length=60, blank=True, default="", db_default="", db_index=False)
    member = models.ForeignKey("access.Member", models.CASCADE, null=True, blank=True, related_name="+")
    nodes = models.JSONField(_("changes"), default=dict, blank=True)
    added = models.JSONField(_("own entries"), default=list, blank=True)
    draft = models.JSONField(_("draft"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        constraints = [
            # Two who publish the first patch at once: the second one is refused, not a second menu.
            models.UniqueConstraint(fields=["role", "member"], name="access_menupatch_layer", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class MenuVersion(Record):
    """A menu as it was published: who, when, what. Any of them can be published again."""

    internal: ClassVar[bool] = True

    patch = models.ForeignKey(MenuPatch, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    nodes = models.JSONField(_("changes"), default=dict, blank=True)
    added = models.JSONField(_("own entries"), default=list, blank=True)
    restored = models.PositiveIntegerField(_("version it brings back"), null=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("menu version")
        verbose_name_plural = _("menu versions")
        constraints = [models.UniqueConstraint(fields=["patch", "number"], name="access_menuversion_number")]

    def __str__(self) -> str:
        return str(self.number)
