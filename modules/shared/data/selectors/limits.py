"""Limits by role and department: which of them hold for whoever acts."""

from __future__ import annotations

from typing import Any

from tenon.access.actor import Actor


def limits_of(actor: Actor, model: Any, department: Any) -> list[Any] | None:
    """The active rows of `model` (fields role, department, is_active) for the actor in that department; None: nothing
    limits them. The owner and the system are never limited; nobody is while there are no rows. One query."""
    if actor.kind == "system" or "owner" in actor.roles:
        return None
    rows = list(model.objects.filter(is_active=True).select_related("role", "department"))
    if not rows:
        return None
    path = department.path if department is not None else ""
    return [
        x
        for x in rows
        if (x.role is None or x.role.key in actor.roles)
        and (x.department is None or path.startswith(x.department.path))
    ]
