"""Writing down who signed in, from where, and who was refused."""

from __future__ import annotations

from typing import Any

from tenants.addresses import client_ip
from tenants.models import LoginLog, Person
from tenon.tenancy.context import outside


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
