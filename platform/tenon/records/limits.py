"""What the subscription gives only so much of: asked before more of it is made. What is there already stays, also when
the subscription gives less by now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from tenon.problems import Problem
from tenon.registry.registry import registry
from tenon.tenancy.context import current


class LimitReached(Problem):
    """`limit` is the key, `used` what there is, `most` what the subscription gives."""

    type, status, title = "limit-reached", 403, _("The subscription gives no more of this")


def used(key: str) -> int:
    """How much there is of it now, counted."""
    return int(import_string(registry().limits[key].used)())


def reached(key: str, there: int, most: int) -> LimitReached:
    title = registry().limits[key].title
    said = _("%(what)s: the subscription gives no more than %(most)s") % {"what": title, "most": shown(key, most)}
    return LimitReached(said, limit=key, used=there, most=most)


def shown(key: str, amount: int) -> str:
    """An amount as people read it."""
    if registry().limits[key].unit != "bytes":
        return str(amount)
    size: float = amount
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:g} {unit}" if size == int(size) else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:g} TB" if size == int(size) else f"{size:.1f} TB"


def require_room(key: str, more: int = 1) -> None:
    """Before `more` of it is made, inside the service that makes it. Of two at once the second counts the first.
    Raises LimitReached."""
    most = current().limits.get(key)
    if most is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"limit:{current().id}:{key}"])
    there = used(key)
    if there + more > most:
        raise reached(key, there, most)


def limits_with(limits: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each of the limits with what the company being served uses of it, in the order of the registry."""
    return [
        {"key": key, "title": str(limit.title), "unit": limit.unit, "used": used(key), "most": int(limits[key])}
        for key, limit in registry().limits.items()
        if key in limits and _is_on(key)
    ]


def _is_on(key: str) -> bool:
    module = key.partition(".")[0]
    return module not in registry().modules or current().has_module(module)
