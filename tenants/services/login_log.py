"""Writing down who signed in, from where, and who was refused."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tenants.models import LoginLog, Person
from tenon.tenancy.context import outside


def client_ip(request: HttpRequest) -> str | None:
    """The address of whoever calls; behind our proxy, the last one that the proxy itself saw."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        found = request.META.get("HTTP_X_FORWARDED_FOR", found).rpartition(",")[2].strip()
    try:
        return str(ip_address(found))
    except ValueError:
        return None


def note(kind: LoginLog.Kind, request: Any, *, person: Person | None = None, email: str = "") -> None:
    with outside():
        LoginLog.objects.create(
            person=person,
            email=(person.email if person else email)[:254],
            kind=kind,
            host=request.get_host()[:253] if request is not None else "",
            ip=client_ip(request) if request is not None else None,
            user_agent=request.headers.get("User-Agent", "")[:300] if request is not None else "",
        )
