"""Sessions of people: which there are, on which of our hosts, and ending them.

The rows are allauth's; `data.tenant` says whose host a session was begun on (0: the apex)."""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from tenants.addresses import client_ip
from tenants.identity import SESSION_SINCE
from tenants.models import Membership, Person, Tenant
from tenon.access.models import Member
from tenon.problems import NotFound
from tenon.realtime.notify import bootstrap_changed
from tenon.tenancy.context import Company, outside, serving

SEEN_EVERY = 300.0  # seconds; what this process noted of late is not written again
_MOST_NOTED = 20_000
_noted: OrderedDict[str, float] = OrderedDict()


def session_note(request: Any, tenant: Tenant | None) -> None:
    """Writes down a session that has just begun."""
    with outside():
        UserSession.objects.create_from_request(request)
        UserSession.objects.filter(session_key=request.session.session_key).update(
            data={"tenant": tenant.pk if tenant else 0}
        )


def session_seen(request: Any) -> None:
    """When, and from where, it was last used: to some minutes. Nothing is asked of a store to know that it is early."""
    key, now = request.session.session_key or "", time.monotonic()
    if now - _noted.get(key, -SEEN_EVERY) < SEEN_EVERY:
        return
    _noted[key] = now
    _noted.move_to_end(key)
    while len(_noted) > _MOST_NOTED:
        _noted.popitem(last=False)
    with outside():
        changes: dict[str, Any] = {"last_seen_at": timezone.now()}
        if ip := client_ip(request):
            changes["ip"] = ip
        UserSession.objects.filter(session_key=key).update(**changes)


def _living(rows: Any) -> list[UserSession]:
    return [row for row in rows.order_by("-last_seen_at") if not row.purge()]


def sessions_of_person(person: Person) -> list[UserSession]:
    """All of mine, on every host, the latest first."""
    with outside():
        return _living(UserSession.objects.filter(user=person))


def sessions_of(company: Company, person_id: int) -> list[UserSession]:
    """A member's sessions on the company's hosts: those the door would still let in."""
    with outside():
        rows = _living(UserSession.objects.filter(user_id=person_id, data__tenant=company.id))
    with serving(company):
        before = Member.objects.filter(person_id=person_id).values_list("signed_out_before", flat=True).first()
    return [row for row in rows if before is None or _since(row._session_store(row.session_key)) >= before]


def sessions_of_staff(company: Company) -> list[UserSession]:
    """Visits of support on the company's hosts: sessions of people who are no members."""
    with outside():
        members = Membership.objects.filter(tenant_id=company.id).values("person_id")
        return _living(UserSession.objects.filter(data__tenant=company.id).exclude(user_id__in=members))


def _since(store: SessionBase) -> datetime:
    with outside():
        return datetime.fromtimestamp(store.get(SESSION_SINCE, 0), tz=UTC)


def _end(rows: list[UserSession]) -> None:
    """The sessions open nothing at the next request; sockets that they opened are asked again, and close."""
    companies: set[int] = set()
    with outside():
        for row in rows:
            companies.add(int(row.data.get("tenant") or 0))
            row.end()
        open_ = [t.company() for t in Tenant.objects.filter(pk__in=companies - {0})]
    for company in open_:
        bootstrap_changed(company)


def session_end(person: Person, session_id: int) -> None:
    """One of mine. Raises NotFound."""
    with outside():
        rows = list(UserSession.objects.filter(user=person, pk=session_id))
    if not rows:
        raise NotFound
    _end(rows)


def sessions_end_others(person: Person, keep: str) -> int:
    """All of mine but the one I am calling with. Returns how many."""
    with outside():
        rows = list(UserSession.objects.filter(user=person).exclude(session_key=keep))
    _end(rows)
    return len(rows)


def sessions_end(company: Company, person_id: int, session_id: int | None = None) -> int:
    """A member's on the company's hosts: all, or one. Returns how many."""
    with outside():
        rows = UserSession.objects.filter(user_id=person_id, data__tenant=company.id)
        found = list(rows if session_id is None else rows.filter(pk=session_id))
    _end(found)
    return len(found)
