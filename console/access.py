"""Who may come into the console, and what each role may do there."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from tenants import identity
from tenants.models import Staff

LOOK = "look"
# What each role may do beyond looking.
VERBS: dict[str, frozenset[str]] = {
    Staff.Role.OPERATOR: frozenset(
        {"extend_trial", "grant", "deny", "lift", "suspend", "resume", "replay", "refill", "support"}
    ),
    Staff.Role.SUPPORT: frozenset({"support", "replay"}),
    Staff.Role.VIEWER: frozenset(),
}


def staff_of(request: HttpRequest) -> Staff | None:
    """The member of staff who signed in on the apex host, with a second factor, not too long ago; None for anybody
    else. This is the one question that every page of the console asks."""
    if not settings.CONSOLE or getattr(request, "tenant", None) is not None:
        return None
    user: Any = request.user
    if not user.is_authenticated or not user.is_active or not user.is_staff:
        return None
    if not identity.session_fits(request.session, None) or not _second_factor(request):
        return None
    return Staff.objects.filter(person_id=user.pk).first()


def _second_factor(request: HttpRequest) -> bool:
    since = time.time() - settings.CONSOLE_HOURS * 3600
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return any(r.get("method") == "mfa" and r.get("at", 0) > since for r in records)


def may(staff: Staff | None, verb: str) -> bool:
    return staff is not None and (verb == LOOK or verb in VERBS.get(staff.role, frozenset()))
