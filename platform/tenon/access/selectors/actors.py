"""Loads the one who acts, inside the company: at most two queries."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.utils import timezone

from tenon.access.actor import Actor
from tenon.access.models import ApiKey, Member, Role
from tenon.access.rules.merge import Rights, RoleFacts, merge
from tenon.problems import Unauthenticated
from tenon.registry.registry import registry
from tenon.tenancy.context import current
from tenon.tenancy.plain import PlainQuery

LONGEST_LABEL = 160  # as the audit trail keeps it
_Facts = tuple[str, tuple[str, ...], str, str, str]
_ROLES = PlainQuery(Role, "from access_role r where r.key = any(%s)")
_MEMBER_OF_PERSON = PlainQuery(
    Member,
    """from access_member r left join access_department j on j.id = r.department_id
        where r.person_id = %s and r.is_active""",
    joined="department",
)


@lru_cache(maxsize=1024)
def _rights(roles: tuple[_Facts, ...]) -> Rights:
    # Keyed by the roles' whole content, not by their versions: nothing to forget to invalidate.
    known = frozenset(registry().permissions)
    views = {e.key: f"{e.permission_prefix}.view" for e in registry().entities.values()}
    facts = [RoleFacts(k, frozenset(p), s, json.loads(ss), json.loads(fr)) for k, p, s, ss, fr in roles]
    return merge(facts, known, views)


def _facts(role: Role) -> _Facts:
    return role.key, tuple(role.permissions), role.scope, json.dumps(role.scopes), json.dumps(role.field_rules)


def rights_of(roles: Iterable[Role]) -> Rights:
    return _rights(tuple(sorted(_facts(role) for role in roles)))


def live_grants(member: Member, at: datetime | None = None) -> list[dict[str, Any]]:
    """The temporary grants that are worth something at this moment."""
    if not member.grants:
        return []
    now = at or timezone.now()
    return [g for g in member.grants if datetime.fromisoformat(g["since"]) <= now < datetime.fromisoformat(g["until"])]


def facts_of(member: Member, at: datetime | None = None) -> tuple[tuple[str, ...], list[_Facts]]:
    """What a member's rights come from: keys of roles held or lent, and the facts of these and of single permissions
    that are lent. One query."""
    lent = live_grants(member, at)
    keys = tuple(dict.fromkeys((*member.roles, *(g["role"] for g in lent if g["role"]))))
    facts = [_facts(role) for role in _ROLES.all(list(keys))]
    facts += [(f"grant:{g['id']}", tuple(g["permissions"]), g["scope"], "{}", "{}") for g in lent if not g["role"]]
    return keys, facts


def actor_of(member: Member, *, request_id: str = "") -> Actor:
    """The member with its roles merged, lent ones too: one query for the roles."""
    keys, facts = facts_of(member)
    rights = _rights(tuple(sorted(facts)))
    department = member.department if member.department_id else None
    return Actor(
        kind="member",
        label=member.name,
        member_id=member.pk,
        department_id=member.department_id,
        department_path=department.path if department else "",
        permissions=rights.permissions,
        scopes=rights.scopes,
        hidden=rights.hidden,
        locked=rights.locked,
        roles=keys,
        language=member.language or current().language,
        request_id=request_id,
    )


def member_of_person(person_id: int) -> Member | None:
    return _MEMBER_OF_PERSON.first(person_id)


def actor_by_ref(ref: str, *, request_id: str = "") -> Actor | None:
    """The actor that `Actor.ref` named, with the rights it has now; None when it has left. For jobs."""
    kind, _, value = ref.partition(":")
    if kind == "system":
        return replace(_system(value), request_id=request_id)
    if kind == "member":
        member = Member.objects.select_related("department").filter(pk=value, is_active=True).first()
        return actor_of(member, request_id=request_id) if member else None
    key = ApiKey.objects.select_related("owner__department").filter(pk=value).first()
    return actor_of_key(key, request_id=request_id) if key and key_is_live(key) else None


def _system(label: str) -> Actor:
    from tenon.access.actor import system

    return system(label)


def key_is_live(key: ApiKey) -> bool:
    return key.is_active and key.owner.is_active and (key.expires_at is None or key.expires_at > timezone.now())


def actor_of_key(key: ApiKey, *, request_id: str = "") -> Actor:
    """What the key names, within what its owner holds now; the owner's scopes and field rules."""
    owner = actor_of(key.owner, request_id=request_id)
    return replace(
        owner,
        kind="api_key",
        key_id=key.pk,
        label=f"{key.name} ({owner.label})"[:LONGEST_LABEL],
        permissions=owner.permissions & frozenset(key.permissions),
    )


def secret_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def key_by_secret(key_id: int, secret: str) -> ApiKey:
    """The live key with this secret. Raises Unauthenticated, the same for every reason."""
    key = ApiKey.objects.select_related("owner__department").filter(pk=key_id).first()
    presented, kept = secret_hash(secret), key.secret_hash if key else "-" * 64
    if not hmac.compare_digest(presented, kept) or key is None or not key_is_live(key):
        raise Unauthenticated
    return key
