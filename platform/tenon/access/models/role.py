"""Roles: named sets of permissions with a data scope and field rules, editable by the company's admin."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Role(Record):
    """A role (角色). `permissions` holds codes; `*` stands for all (owner). `scopes` maps entity keys to
    own/department/subtree/all, `field_rules` maps entity keys to {field: hidden | read_only}."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    permissions = ArrayField(models.CharField(max_length=120), verbose_name=_("permissions"), default=list, blank=True)
    scope = models.CharField(
        _("data scope"),
        max_length=12,
        default="own",
        choices=[
            ("own", _("Own")),
            ("department", _("Own department")),
            ("subtree", _("Department and below")),
            ("all", _("All")),
        ],
    )
    scopes = models.JSONField(_("scopes by entity"), default=dict, blank=True)
    field_rules = models.JSONField(_("field rules"), default=dict, blank=True)
    # Codes that this role was offered as a shipped one: a later release adds its new codes, not those taken away.
    offered = ArrayField(models.CharField(max_length=120), default=list, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.name
