"""Temporary grants: given with a reason and an end, ended early, over by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import Member, TemporaryGrant
from tenon.access.services.guards import OWNER, known_roles, may_grant, may_hand_out, may_reach, words
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.realtime.notify import bootstrap_changed
from tenon.records.service import service
from tenon.registry.registry import registry
from tenon.tenancy.context import current


@service("access.grant.create")
def grant_create(*, actor: Actor, data: dict[str, Any]) -> TemporaryGrant:
    """A right for a while. Raises Invalid, Forbidden (nobody grants what they do not hold, nor to themselves)."""
    member = Member.objects.select_for_update().get(pk=data["member"].pk)
    if not member.is_active:
        raise Invalid.field("member", _("This member has left"), "inactive")
    if actor.member_id == member.pk:
        raise Forbidden(_("You cannot grant rights to yourself"))
    role, codes = str(data.get("role") or ""), words("permissions", data.get("permissions"))
    if bool(role) == bool(codes):
        raise Invalid.field("role", _("Choose a role, or single permissions"), "required")
    scope = data.get("scope") or "own"
    if role:
        if role == OWNER:
            raise Invalid.field("role", _("Owning the company is not lent"), "owner")
        may_hand_out(actor, known_roles([role]))
    else:
        if unknown := [c for c in codes if c not in registry().permissions]:
            raise Invalid.field("permissions", _("There is no permission %(code)s") % {"code": unknown[0]}, "unknown")
        may_grant(actor, codes)
        may_reach(actor, codes, scope)
    since = data.get("since") or timezone.now()
    until: Any = data.get("until")
    grant = TemporaryGrant(
        member=member, role=role, permissions=sorted(codes), scope=scope, since=since, until=until,
        reason=(data.get("reason") or "").strip(), custom=data.get("custom") or {},
    )  # fmt: skip
    if grant.until is not None and (grant.until <= timezone.now() or grant.until <= since):
        raise Invalid.field("until", _("This moment has passed already"), "past")
    grant.full_clean()
    grant.save()
    _write_down(member)
    return grant


@service("access.grant.end")
def grant_end(*, actor: Actor, grant: TemporaryGrant) -> TemporaryGrant:
    """Worth nothing from now on. Raises StateRefused when it is over already."""
    member = Member.objects.select_for_update().get(pk=grant.member_id)
    grant = TemporaryGrant.objects.select_for_update().get(pk=grant.pk)
    now = timezone.now()
    if grant.ended_at is not None or grant.until <= now:
        raise StateRefused(_("This grant is over already"))
    grant.ended_at = now
    grant.save()
    _write_down(member)
    return grant


@service()
def grants_over(*, actor: Actor) -> int:
    """For the schedule: what ended by itself is taken out of its member's row and told to open pages. Nothing was worth
    anything any more before that. Returns how many members. Checks nothing: it takes rights from nobody."""
    now = timezone.now()
    found = Member.objects.select_for_update().exclude(grants=[]).order_by("pk")
    changed = [m for m in found if any(_moment(g["until"]) <= now for g in m.grants)]
    for member in changed:
        _write_down(member)
    return len(changed)


def forget_grants_over() -> None:
    """The schedule's task."""
    from tenon.access.actor import system

    grants_over(actor=system("grants"))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _write_down(member: Member) -> None:
    """What is in force or to come, beside the member (`Member.grants`)."""
    rows = TemporaryGrant.objects.filter(member=member, ended_at=None, until__gt=timezone.now()).order_by("pk")
    member.grants = [
        {
            "id": g.pk,
            "role": g.role,
            "permissions": g.permissions,
            "scope": g.scope,
            "since": g.since.isoformat(),
            "until": g.until.isoformat(),
        }
        for g in rows
    ]
    member.save()
    company = current()
    transaction.on_commit(lambda: bootstrap_changed(company), robust=True)
