"""Staff in a company: only with its consent, for as long as that lasts, and never as one of its members.

A grant is the company's; a session is one person's visit under it. Who visits acts as `support:<session>`, which is
what the audit trail of the company keeps, and every request of it is noted for the company to read."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.errors import NoConsent
from tenants.hosts import company_url
from tenants.models import CompanyLog, Person, SupportGrant, SupportSession, SupportVisit, Tenant
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.access.services.guards import OWNER
from tenon.problems import Forbidden, Invalid, Unauthenticated
from tenon.realtime.notify import bootstrap_changed
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, outside

SESSION = "tenon_support"  # in the browser's session: which visit this is
HOURS = (1, 4, 24, 72)
TICKET = 60  # seconds
# What consent does not cover, in either scope: people's rights, keys, the company itself, its money with us, and
# taking data out. Whatever a module adds later is covered by its last word.
_NEVER = ("access.", "billing.", "samples.", "webhooks.", "handover.")
_ALWAYS = frozenset({"access.member.view", "access.department.view", "access.role.view"})


@dataclass(frozen=True)
class SupportActor(Actor):
    """Staff inside a company. Signs in by session as members do, is none of them, owns nothing."""

    session_id: int = 0
    read_only: bool = True

    @property
    def ref(self) -> str:
        return f"support:{self.session_id}"


def covered(code: str, *, read_only: bool) -> bool:
    """Whether consent of this scope covers a permission."""
    verb = code.rpartition(".")[2]
    if code in _ALWAYS:
        return True
    if code.startswith(_NEVER) or verb in ("export", "import"):
        return False
    return verb == "view" if read_only else True


# --- the company's side -----------------------------------------------------------------------------------------------


def may_grant(actor: Actor) -> bool:
    return actor.kind == "member" and OWNER in actor.roles


def _require_owner(actor: Actor) -> None:
    if not may_grant(actor):
        raise Forbidden(_("Only an owner of the company decides about support access"))


def support_grant(*, actor: Actor, hours: int, scope: str, reason: str) -> SupportGrant:
    """Lets staff in for so many hours; an earlier consent ends. Raises Forbidden, Invalid."""
    _require_owner(actor)
    reason = " ".join(reason.split())
    if hours not in HOURS:
        raise Invalid.field("hours", _("There is no such choice"), "invalid_choice")
    if scope not in SupportGrant.Scope.values:
        raise Invalid.field("scope", _("There is no such choice"), "invalid_choice")
    if not 3 <= len(reason) <= 500:
        raise Invalid.field("reason", _("Say in a few words what this is about"), "length")
    company = current()
    with outside(), transaction.atomic():
        Tenant.objects.select_for_update().get(pk=company.id)
        _end(company, actor.label)
        grant = SupportGrant.objects.create(
            tenant_id=company.id, scope=scope, reason=reason, granted_by=actor.ref, granted_label=actor.label,
            until=timezone.now() + timedelta(hours=hours),
        )  # fmt: skip
        _log(company, actor, "support_granted", hours=hours, scope=scope, reason=reason)
    bootstrap_changed(company)
    return grant


def support_end(*, actor: Actor) -> int:
    """Takes the consent back: visits end at once, their sockets close. Returns how many visits that ended."""
    _require_owner(actor)
    company = current()
    with outside(), transaction.atomic():
        Tenant.objects.select_for_update().get(pk=company.id)
        ended = _end(company, actor.label)
        _log(company, actor, "support_ended", visits=ended)
    bootstrap_changed(company)
    return ended


def _end(company: Company, by: str) -> int:
    now = timezone.now()
    SupportGrant.objects.filter(tenant_id=company.id, ended_at=None).update(ended_at=now, ended_label=by[:160])
    return SupportSession.objects.filter(tenant_id=company.id, ended_at=None).update(ended_at=now)


def _log(company: Company, actor: Actor, what: str, **detail: Any) -> None:
    CompanyLog.objects.create(
        tenant_id=company.id, actor=actor.ref, actor_label=actor.label, what=what, detail=detail
    )  # fmt: skip


def support_expire() -> int:
    """Ends what has run out: requests are refused from the very moment, this closes what is open. Returns how many
    consents ended."""
    now = timezone.now()
    with outside():
        due = list(SupportGrant.objects.filter(ended_at=None, until__lte=now).select_related("tenant"))
        for grant in due:
            with transaction.atomic():
                SupportGrant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=grant.until)
                SupportSession.objects.filter(grant=grant, ended_at=None).update(ended_at=grant.until)
            bootstrap_changed(grant.tenant.company())
    return len(due)


# --- the staff's side -------------------------------------------------------------------------------------------------


def open_grant(tenant_id: int) -> SupportGrant | None:
    """The consent that is in force. Outside a company."""
    return SupportGrant.objects.filter(tenant_id=tenant_id, ended_at=None, until__gt=timezone.now()).first()


def _key(token: str) -> str:
    return f"support-ticket:{sha256(token.encode()).hexdigest()}"


def session_begin(*, staff: Person, title: str, tenant: Tenant, reason: str) -> str:
    """Begins a visit. Returns an address, good for a minute and once, that opens it. Raises NoConsent, Invalid."""
    reason = " ".join(reason.split())
    if not 3 <= len(reason) <= 500:
        raise Invalid.field("reason", _("Say in a few words what this is about"), "length")
    with outside(), transaction.atomic():
        Tenant.objects.select_for_update().get(pk=tenant.pk)  # the consent does not end in between
        grant = open_grant(tenant.pk)
        if grant is None:
            raise NoConsent
        label = f"{_('Support')} · {title}"[:120]
        session = SupportSession.objects.create(grant=grant, tenant=tenant, person=staff, label=label, reason=reason)
        CompanyLog.objects.create(
            tenant=tenant, actor=f"support:{session.pk}", actor_label=label, what="support_entered",
            detail={"reason": reason, "scope": grant.scope},
        )  # fmt: skip
        token = secrets.token_urlsafe(32)
        cache.set(_key(token), (staff.pk, session.pk), TICKET)
    return f"{company_url(tenant.slug)}/support/enter/?ticket={token}"


def session_enter(*, tenant: Tenant, token: str) -> tuple[Person, int]:
    """Who comes in with a ticket, and with which visit. Raises Unauthenticated for any that is used, old or forged."""
    with outside():
        held = cache.get(_key(token))
        if held is None or not cache.delete(_key(token)):
            raise Unauthenticated
        person_id, session_id = held
        session = _live(tenant.pk, person_id, session_id)
        if session is None or session.person is None:
            raise Unauthenticated
        return session.person, session.pk


def _live(tenant_id: int, person_id: int, session_id: int) -> SupportSession | None:
    return (
        SupportSession.objects.select_related("grant", "person")
        .filter(
            pk=session_id, tenant_id=tenant_id, person_id=person_id, ended_at=None, grant__ended_at=None,
            grant__until__gt=timezone.now(), person__is_active=True, person__is_staff=True, person__staff__isnull=False,
        )
        .first()
    )  # fmt: skip


def session_actor(tenant: Tenant, person_id: int, session_id: int, request_id: str = "") -> tuple[Member, SupportActor]:
    """Called inside the company. Raises Unauthenticated once the visit is over, by whomever or by the clock. The member
    is nobody's row: pages that ask who I am are answered "Support"."""
    with outside():
        session = _live(tenant.pk, person_id, session_id)
    if session is None:
        raise Unauthenticated
    read_only = session.grant.scope == SupportGrant.Scope.READ_ONLY
    member = Member(name=session.label, email="", person_id=person_id, roles=[])
    codes = frozenset(code for code in registry().permissions if covered(code, read_only=read_only))
    return member, SupportActor(
        kind="member", label=session.label, permissions=codes, scopes={"": "all"}, request_id=request_id,
        session_id=session.pk, read_only=read_only, language=current().language,
    )  # fmt: skip


def session_leave(*, session_id: int) -> None:
    """The visitor goes; the consent stays."""
    with outside():
        SupportSession.objects.filter(pk=session_id, ended_at=None).update(ended_at=timezone.now())


def visit_note(session_id: int, method: str, path: str, status: int) -> None:
    with outside():
        SupportVisit.objects.create(session_id=session_id, method=method[:8], path=path[:300], status=status)
