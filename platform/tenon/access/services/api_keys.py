"""API keys: issued once, revoked for good."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenon.access.actor import Actor
from tenon.access.models import ApiKey
from tenon.access.selectors.actors import secret_hash
from tenon.access.services.guards import may_grant, words
from tenon.problems import Forbidden, Invalid, StateRefused
from tenon.records.service import service
from tenon.registry.registry import registry
from tenon.tenancy.context import current


@service("access.api_key.create")
def api_key_create(*, actor: Actor, data: dict[str, Any]) -> ApiKey:
    """A key that acts for oneself. Its `token` is on the returned object and nowhere else, ever. Raises Invalid,
    Forbidden (a key holds no more than its owner)."""
    if actor.kind != "member" or actor.member_id is None:
        raise Forbidden(_("Only a member issues API keys"))
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        name=data.get("name", ""), owner_id=actor.member_id, secret_hash=secret_hash(secret),
        expires_at=data.get("expires_at"), permissions=_codes(actor, data.get("permissions")),
    )  # fmt: skip
    _still_to_come(key)
    key.full_clean()
    key.save()
    key.token = f"tn_{current().id}_{key.pk}_{secret}"
    return key


@service("access.api_key.update")
def api_key_update(*, actor: Actor, record: ApiKey, data: dict[str, Any]) -> ApiKey:
    """Name, permissions, until when. Raises Invalid, Forbidden, StateRefused (revoked for good)."""
    key = ApiKey.objects.select_for_update().get(pk=record.pk)
    if not key.is_active:
        raise StateRefused(_("This key was revoked: make a new one"))
    if "permissions" in data:
        key.permissions = _codes(actor, data["permissions"], set(key.permissions))
    for name in ("name", "expires_at", "custom"):
        if name in data:
            setattr(key, name, data[name])
    if "expires_at" in data:
        _still_to_come(key)
    key.full_clean()
    key.save()
    return key


@service("access.api_key.delete")
def api_key_revoke(*, actor: Actor, key: ApiKey) -> ApiKey:
    """The key opens nothing from now on. The row stays: the audit trail names it."""
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    key.is_active = False
    key.save()
    return key


def _still_to_come(key: ApiKey) -> None:
    if key.expires_at is not None and key.expires_at <= timezone.now():
        raise Invalid.field("expires_at", _("This moment has passed already"), "past")


def _codes(actor: Actor, codes: Any, already: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    wanted = sorted(words("permissions", codes))
    unknown = [c for c in wanted if c not in registry().permissions]
    if unknown:
        raise Invalid.field(
            "permissions", _("There is no permission %(code)s") % {"code": unknown[0]}, "does_not_exist"
        )
    may_grant(actor, set(wanted) - already)
    return wanted
