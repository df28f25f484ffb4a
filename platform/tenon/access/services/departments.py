"""Departments: the tree and its paths."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Department
from tenon.problems import Invalid
from tenon.records.service import service, touch_ids

DEEPEST = 12


def _lock_tree() -> dict[int, Department]:
    """All departments, locked: two moves at once could otherwise close a circle."""
    return {d.pk: d for d in Department.objects.select_for_update().order_by("pk")}


def _path(department: Department, parent: Department | None) -> str:
    path = f"{parent.path if parent else ''}{department.pk}/"
    if path.count("/") > DEEPEST:
        raise Invalid.field(
            "parent", _("Departments go %(levels)s levels deep at most") % {"levels": DEEPEST}, "max_depth"
        )
    return path


@service("access.department.create")
def department_create(*, actor: Actor, data: dict[str, Any]) -> Department:
    """A new department. Raises Invalid."""
    tree = _lock_tree()
    parent = data.get("parent")
    department = Department(name=data.get("name", ""), parent=parent, custom=data.get("custom") or {})
    department.full_clean(exclude=["path"])
    department.save()
    department.path = _path(department, tree.get(parent.pk) if parent else None)
    Department.objects.filter(pk=department.pk).update(path=department.path)
    return department


@service("access.department.update")
def department_update(*, actor: Actor, record: Department, data: dict[str, Any]) -> Department:
    """Renames or moves; everything below moves along. Raises Invalid for a circle."""
    tree = _lock_tree()
    department = tree[record.pk]
    old = department.path
    for name in ("name", "custom"):
        if name in data:
            setattr(department, name, data[name])
    if "parent" in data:
        parent = tree.get(data["parent"].pk) if data["parent"] else None
        if parent is not None and parent.path.startswith(old):
            raise Invalid.field("parent", _("A department cannot be below itself"), "cycle")
        department.parent = parent
        department.path = _path(department, parent)
    department.full_clean(exclude=["path"])
    department.save()
    if department.path != old:
        below = Department.objects.filter(path__startswith=old).exclude(pk=department.pk)
        ids = set(below.values_list("pk", flat=True))
        below.update(path=Concat(Value(department.path), Substr(F("path"), len(old) + 1)), version=F("version") + 1)
        touch_ids(Department, "update", ids)
    return department


@service("access.department.delete")
def department_delete(*, actor: Actor, record: Department) -> None:
    """Deletes an empty department. Raises Conflict (from the database) while members, records or others are in it."""
    Department.objects.select_for_update().get(pk=record.pk).delete()
