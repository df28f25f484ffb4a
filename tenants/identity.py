"""Who is calling, and may they come in: sessions and API keys to actors, the same for HTTP and websockets.

Called inside the company; what is public is read by stepping out for a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.errors import CompanyClosed, CompanyNotReady, CompanySuspended, MfaRequired, NotAMember
from tenants.models import Membership, Tenant
from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Member
from tenon.access.selectors.actors import actor_of, actor_of_key, key_by_secret, member_of_person
from tenon.problems import Unauthenticated
from tenon.records.service import acting
from tenon.tenancy.context import outside
from tenon.tenancy.plain import PlainQuery

TOKEN = re.compile(r"tn_(\d{1,18})_(\d{1,18})_([A-Za-z0-9_-]{20,100})\Z")
# What a session knows about the host it was begun on.
SESSION_COMPANY, SESSION_SINCE = "tenon_company", "tenon_since"
_NOTED_EVERY = timedelta(hours=1)
_MEMBERSHIP = PlainQuery(
    Membership,
    "from tenants_membership r where r.person_id = %s and r.tenant_id = %s and r.is_active"
    " and (r.until is null or r.until > clock_timestamp())",
)


@dataclass(frozen=True)
class KeyToken:
    """`tn_<company>_<key>_<secret>`: names its company, so that it works on the apex host too."""

    tenant_id: int
    key_id: int
    secret: str


def key_token(authorization: str) -> KeyToken | None:
    """The API key of an Authorization header; None when there is none. Raises Unauthenticated for anything else."""
    if not authorization:
        return None
    scheme, _space, value = authorization.partition(" ")
    found = TOKEN.match(value.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise Unauthenticated(_("This API key is not well formed"))
    return KeyToken(int(found[1]), int(found[2]), found[3])


def check_open(tenant: Tenant) -> None:
    """Raises CompanyNotReady, CompanySuspended or CompanyClosed."""
    if tenant.state == Tenant.State.CLOSED:
        raise CompanyClosed
    if tenant.state == Tenant.State.SUSPENDED:
        raise CompanySuspended(by_staff=tenant.suspended_at is not None)
    if tenant.state not in (Tenant.State.READY, Tenant.State.READ_ONLY):
        raise CompanyNotReady


def begin_session(session: Any, tenant: Tenant | None) -> None:
    """Ties a session to the host it was begun on. A cookie carried to another company's host opens nothing there."""
    session[SESSION_COMPANY] = tenant.pk if tenant else 0
    session[SESSION_SINCE] = timezone.now().timestamp()


def session_fits(session: Any, tenant: Tenant | None) -> bool:
    return session.get(SESSION_COMPANY, tenant.pk if tenant else 0) == (tenant.pk if tenant else 0)


def member_actor(tenant: Tenant, person_id: int, session: Any, request_id: str = "") -> tuple[Member, Actor]:
    """The person's member here. Raises NotAMember, or Unauthenticated for a session that was ended for it."""
    if (visit := session.get("tenon_support")) is not None:
        from tenants.services.support import session_actor

        return session_actor(tenant, person_id, visit, request_id)
    with outside():
        membership = _MEMBERSHIP.first(person_id, tenant.pk)
    member = member_of_person(person_id) if membership else None
    if member is None:
        raise NotAMember
    since = datetime.fromtimestamp(session.get(SESSION_SINCE, 0), tz=UTC)
    if member.signed_out_before is not None and since < member.signed_out_before:
        raise Unauthenticated
    return member, actor_of(member, request_id=request_id)


def has_second_factor(person_id: int) -> bool:
    """An authenticator app or a passkey. Recovery codes alone are none."""
    with outside():
        return Authenticator.objects.filter(
            user_id=person_id, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        ).exists()


def check_second_factor(tenant: Tenant, person_id: int) -> None:
    """Raises MfaRequired where the company asks for one and the grace is over. Programs have keys instead."""
    due = tenant.mfa_required_from
    if due is not None and due <= timezone.now() and not has_second_factor(person_id):
        raise MfaRequired


def key_actor(tenant: Tenant, token: KeyToken, request_id: str = "") -> tuple[Member, Actor]:
    """The API key's actor. Raises Unauthenticated: wrong company, wrong secret, expired, or its owner has left."""
    if token.tenant_id != tenant.pk:
        raise Unauthenticated
    key = key_by_secret(token.key_id, token.secret)
    with outside():
        owner_is_here = Membership.objects.filter(
            Q(until=None) | Q(until__gt=timezone.now()),
            person_id=key.owner.person_id, tenant_id=tenant.pk, is_active=True, person__is_active=True,
        ).exists()  # fmt: skip
    if not owner_is_here:
        raise Unauthenticated
    actor = actor_of_key(key, request_id=request_id)
    _note_use(key, actor)
    return key.owner, actor


def _note_use(key: ApiKey, actor: Actor) -> None:
    """When the key was last used, to the hour: an audit entry per request would drown the trail."""
    if cache.add(f"api-key-used:{key.pk}", 1, _NOTED_EVERY.total_seconds()):
        with acting(actor, unlocked=True):
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())
