"""Companies that look alike but for their marks: the same ids, the same tables, in each of them its own mark in all
that can be read."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.middleware.csrf import _get_new_csrf_string

from bench.isolation.caller import Answer, ask, multipart
from tenants.identity import begin_session
from tenants.models import Person, Tenant
from tenon.access.actor import system
from tenon.access.models import Member
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving
from tests.companies import make_company

MARK = re.compile(rb"mk[0-9a-f]{12}x")
CUSTOMERS = 12
PARTIES = "/api/v1/shared/parties/"


@dataclass
class Place:
    """A company of this world. `quiet`: nothing is ever written here once it stands, so its sockets hear nothing."""

    company: Company
    mark: str
    cookie: str
    csrf: str
    quiet: bool
    colleague: int  # the member whom the owner names in comments
    key: str = ""
    customers: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.company.slug

    def headers(self) -> dict[str, str]:
        return {"cookie": self.cookie, "x-csrftoken": self.csrf}

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        sent = {**self.headers(), **headers}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return await ask(method, self.slug, path, headers=sent, body=content)

    async def must(self, method: str, path: str, body: Any = None, status: int = 201, kind: str = "") -> Any:
        answer = await self.call(method, path, body, **({"content-type": kind} if kind else {}))
        assert answer.status == status, (method, path, answer.status, answer.content[:400])
        return answer.json


def _session(person: Person, tenant: Tenant) -> tuple[str, str]:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    begin_session(session, tenant)
    session.save()
    csrf = _get_new_csrf_string()
    name, csrf_name = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    return f"{name}={session.session_key}; {csrf_name}={csrf}", csrf


def found(quiet: bool) -> Place:
    """A company named by its mark, and its owner's session. Synchronous: before any loop runs."""
    mark = f"mk{secrets.token_hex(6)}x"
    company = make_company(mark, f"Company {mark}")
    with outside():
        person = Person.objects.get(email=f"owner@{mark}.example")
        cookie, csrf = _session(person, Tenant.objects.get(pk=company.id))
        other = Person.objects.create_user(f"colleague@{mark}.example", None, name=f"Colleague {mark}")
    with serving(company), acting(system("bench")):
        colleague = Member.objects.create(person_id=other.pk, name=other.name, email=other.email, roles=["owner"])
    return Place(company, mark, cookie, csrf, quiet, colleague.pk)


async def furnish(place: Place) -> None:
    """Everything that is read later, written over the API: a custom field, customers, a comment, a file, a saved view,
    a department, an API key."""
    mark = place.mark
    field_ = {"entity": "shared.party", "key": "mark", "label": f"Field {mark}", "type": "text", "searchable": True}
    await place.must("POST", "/api/v1/records/custom-fields/", field_)
    for n in range(CUSTOMERS):
        row = {"code": f"C-{n:03d}", "name": f"Customer {mark} {n:03d}", "is_customer": True, "custom": {"mark": mark}}
        made = await place.must("POST", PARTIES, row)
        place.customers.append(made["id"])
    first = f"{PARTIES}{place.customers[0]}/"
    await place.must("POST", f"{first}comments/", {"body": f"Said in {mark}"})
    kind, body = multipart({}, f"{mark}.csv", f"secret,{mark}\n".encode())
    for _ in range(2):
        attached = await place.must("POST", f"{first}attachments/", body, kind=kind)
        place.files.append(attached["id"])
    view = {"name": f"View {mark}", "entity": "shared.party", "shared": True, "config": {}}
    await place.must("POST", "/api/v1/records/saved-views/", view)
    await place.must("POST", "/api/v1/access/departments/", {"name": f"Department {mark}"})
    granted = {"name": f"Key {mark}", "permissions": ["shared.party.view", "access.member.view"]}
    made = await place.must("POST", "/api/v1/access/api-keys/", granted)
    place.key = made["token"]
