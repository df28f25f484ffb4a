"""Reads of support access."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from tenants.models import SupportGrant, SupportSession, SupportVisit
from tenants.services.support import SupportActor, open_grant
from tenon.access.actor import Actor
from tenon.registry import menus
from tenon.registry.registry import registry
from tenon.tenancy.context import outside

LATEST = 20
PAGE = 50
READS = Q(visits__method__in=("GET", "HEAD", "OPTIONS"))
_ENTITY = re.compile(r"/api/v1/([a-z_]+)/([a-z-]+)/(?:(\d+)/)?")


def state_of(tenant_id: int) -> dict[str, Any]:
    """Two queries, however many visits there were."""
    with outside():
        grant = open_grant(tenant_id)
        sessions = list(
            SupportSession.objects.filter(tenant_id=tenant_id)
            .select_related("grant")
            .annotate(reads=Count("visits", filter=READS), writes=Count("visits", filter=~READS))
            .order_by("-id")[:LATEST]
        )
    return {"grant": None if grant is None else _grant(grant), "sessions": [_session(s) for s in sessions]}


def _grant(grant: SupportGrant) -> dict[str, Any]:
    return {
        "scope": grant.scope,
        "reason": grant.reason,
        "granted_by": grant.granted_label,
        "granted_at": grant.granted_at,
        "until": grant.until,
    }


def _session(session: Any) -> dict[str, Any]:
    over = min(session.grant.until, timezone.now()) if session.grant.until <= timezone.now() else None
    return {
        "id": session.pk,
        "label": session.label,
        "reason": session.reason,
        "scope": session.grant.scope,
        "begun_at": session.begun_at,
        "ended_at": session.ended_at or over,
        "reads": session.reads,
        "writes": session.writes,
    }


def visits_of(tenant_id: int, session_id: int, before: int | None) -> dict[str, Any] | None:
    """A page of what one session did; None when the company has no such session."""
    with outside():
        if not SupportSession.objects.filter(pk=session_id, tenant_id=tenant_id).exists():
            return None
        rows = SupportVisit.objects.filter(session_id=session_id).order_by("-id")
        page = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    more = len(page) > PAGE
    results = [
        {
            "id": v.pk,
            "at": v.at,
            "method": v.method,
            "path": v.path,
            "label": label_of(v.path),
            "status": v.status,
        }
        for v in page[:PAGE]
    ]
    return {"results": results, "next": page[PAGE - 1].pk if more else None}


def label_of(path: str) -> str:
    """What an address of the API is about, in words: "Sales orders", "Customer 12"; empty when it is no record's."""
    found = _ENTITY.match(path)
    if found is None:
        return ""
    module, name, pk = found.groups()
    for entity in registry().entities.values():
        if entity.path == name and entity.key.partition(".")[0] == module:
            return f"{entity.label} {pk}" if pk else str(menus.entity_title(entity))
    return ""


def seen_by(tenant_id: int, actor: Actor) -> dict[str, Any] | None:
    """What the web app's banner says: to the visitor where it is, to members that somebody may be in. One query."""
    with outside():
        grant = (
            SupportGrant.objects.filter(tenant_id=tenant_id, ended_at=None, until__gt=timezone.now())
            .annotate(inside=Count("sessions", filter=Q(sessions__ended_at=None)))
            .first()
        )
    if grant is None:
        return None
    return {
        "mine": isinstance(actor, SupportActor),
        "label": actor.label if isinstance(actor, SupportActor) else "",
        "scope": grant.scope,
        "until": grant.until,
        "inside": grant.inside,
    }
