"""What the wizard shows before anything happens, and the report afterwards."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Member, Role
from tenon.access.scope import scope_filter
from tenon.access.selectors.actors import rights_of
from tenon.handover.models import Handover, HandoverItem
from tenon.handover.selectors.owned import Kind, counts, kind_of, kinds, labelled
from tenon.jobs.models import Job
from tenon.problems import Forbidden, NotFound
from tenon.registry import menus
from tenon.tenancy.context import current

MOST_RECORDS = 200
HAND_OVER = "access.member.hand_over"


def handover_members(actor: Actor) -> QuerySet[Member]:
    """Those whose records an actor may hand over: everybody's for who looks after members, else one's own people's.
    Raises Forbidden."""
    actor.require(HAND_OVER)
    members = Member.objects.select_related("department", "manager")
    if actor.can("access.member.update"):
        return members
    return members.filter(pk__in=actor.subordinates)


def member_for(actor: Actor, member_id: int) -> Member:
    """Raises NotFound, Forbidden."""
    member = handover_members(actor).filter(pk=member_id).first()
    if member is None:
        if Member.objects.filter(pk=member_id).exists():
            raise Forbidden
        raise NotFound
    return member


def preview(actor: Actor, member: Member) -> dict[str, Any]:
    """All that belongs to a member, and who could take it."""
    company = current()
    found = counts(member.pk)
    sessions = import_string(settings.SESSIONS_OF)(company, member.person_id)
    return {
        "member": person_row(member),
        "manager": person_row(member.manager) if member.manager and member.manager.is_active else None,
        "kinds": [
            {
                "entity": kind.key,
                "label": kind.label,
                "icon": kind.entity.icon,
                "open": still,
                "closed": over,
                "has_states": bool(kind.still_open),
                "is_on": menus.entity_is_on(kind.entity, company),
                "can_view": actor.can(f"{kind.entity.permission_prefix}.view"),
            }
            for kind, still, over in found
        ],
        "access": {
            "is_active": member.is_active,
            "sessions": len(sessions),
            "keys": ApiKey.objects.filter(owner=member, is_active=True).count(),
            "reports": Member.objects.filter(manager=member, is_active=True).count(),
            "jobs": open_jobs(member.pk).count(),
            "owner": "owner" in member.roles,
            "oneself": member.pk == actor.member_id,
        },
        "heirs": heirs(member, [kind for kind, _still, _over in found]),
        "running": Handover.objects.filter(member=member, state__in=("scheduled", "running"))
        .values_list("pk", flat=True)
        .first(),
    }


def open_jobs(member_id: int) -> QuerySet[Job]:
    return Job.objects.filter(started_by_id=member_id, state__in=(Job.State.QUEUED, Job.State.RUNNING))


def heirs(leaver: Member, owned: list[Kind]) -> list[dict[str, Any]]:
    """Active colleagues; `blind` names the kinds that their roles would not show them."""
    roles = {r.key: r for r in Role.objects.all()}
    leaving = Handover.objects.filter(state="scheduled", ends_at__isnull=False).values("member_id")
    found = []
    others = Member.objects.filter(is_active=True).exclude(Q(pk=leaver.pk) | Q(pk__in=leaving))
    for member in others.select_related("department").order_by("name", "pk"):
        codes = rights_of([roles[k] for k in member.roles if k in roles]).permissions
        blind = [k.key for k in owned if f"{k.entity.permission_prefix}.view" not in codes]
        found.append({**person_row(member), "blind": blind})
    return found


def person_row(member: Member) -> dict[str, Any]:
    return {
        "id": member.pk,
        "name": member.name,
        "email": member.email,
        "department": member.department.name if member.department_id and member.department else None,
        "is_active": member.is_active,
    }


def records(actor: Actor, member: Member, entity: str, search: str = "", state: str = "open") -> dict[str, Any]:
    """Single records of a kind to choose from: those that the actor may see itself. Raises NotFound, FeatureOff,
    Forbidden."""
    kind = kind_of(entity)
    if kind is None:
        raise NotFound
    actor.require(f"{kind.entity.permission_prefix}.view")
    rows = kind.of(member.pk).filter(scope_filter(actor, kind.entity))
    if state in ("open", "closed"):
        rows = rows.filter(kind.still_open) if state == "open" else rows.exclude(kind.still_open or Q(pk__gt=0))
    if search.strip():
        rows = rows.filter(**{f"{kind.label_path}__icontains": search.strip()[:100]})
    chosen = list(labelled(kind, rows.order_by(kind.label_path, "pk")[: MOST_RECORDS + 1]))
    return {
        "results": [{"id": pk, "label": label} for pk, label in chosen[:MOST_RECORDS]],
        "more": len(chosen) > MOST_RECORDS,
    }


def row(handover: Handover) -> dict[str, Any]:
    return {
        "id": handover.pk,
        "member": person_row(handover.member),
        "heir": person_row(handover.heir),
        "state": handover.state,
        "state_label": handover.get_state_display(),
        "closed": handover.closed,
        "last_day": handover.last_day,
        "ends_at": handover.ends_at,
        "ended_at": handover.ended_at,
        "move_now": handover.move_now,
        "exports_held": handover.exports_held,
        "note": handover.note,
        "job": handover.job_id,
        "created_at": handover.created_at,
        "created_by": {"id": handover.created_by_id, "label": handover.created_by.name if handover.created_by else ""},
        "done_at": handover.done_at,
        "request_id": handover.request_id,
    }


def report(actor: Actor, handover: Handover) -> dict[str, Any]:
    """The handover with its figures by kind and heir. Labels of kinds that the actor may not view are left out by
    `items`."""
    from django.db.models import Count

    labels = {k.key: k for k in kinds()}
    by_heir: dict[str, list[dict[str, Any]]] = {}
    grouped = (
        handover.items.filter(failed="")
        .values("entity", "heir_id", "heir__name")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    for line in grouped:
        by_heir.setdefault(line["entity"], []).append(
            {"id": line["heir_id"], "name": line["heir__name"], "count": line["n"]}
        )
    failed = dict(
        handover.items.exclude(failed="").values_list("entity").annotate(n=Count("pk")).values_list("entity", "n")
    )
    kept = handover.figures.get("kept", {})
    named = [k for k in labels if k in by_heir or k in failed or kept.get(k)]
    return {
        **row(handover),
        "figures": {k: v for k, v in handover.figures.items() if k != "kept"},
        "kinds": [
            {
                "entity": key,
                "label": labels[key].label,
                "icon": labels[key].entity.icon,
                "route": labels[key].route,
                "moved": sum(h["count"] for h in by_heir.get(key, ())),
                "heirs": by_heir.get(key, []),
                "kept": kept.get(key, 0),
                "failed": failed.get(key, 0),
            }
            for key in named
        ],
    }


def items(actor: Actor, handover: Handover, entity: str = "") -> QuerySet[HandoverItem]:
    """What was moved, of kinds that the actor may view."""
    shown = [k.key for k in kinds() if actor.can(f"{k.entity.permission_prefix}.view")]
    rows = handover.items.select_related("heir").filter(entity__in=shown)
    return (rows.filter(entity=entity) if entity else rows).order_by("entity", "label", "pk")
