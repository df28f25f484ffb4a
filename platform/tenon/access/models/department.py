"""Departments: a tree; `path` makes "this one and all below" one indexed prefix match."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Department(Record):
    """A department (部门). `path` is the ids from the root, `1/4/9/`, kept by the department services."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent department")
    )
    path = models.CharField(max_length=255, blank=True, default="", editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        indexes = [models.Index(fields=["path"], name="access_department_path", opclasses=["text_pattern_ops"])]

    def __str__(self) -> str:
        return self.name
