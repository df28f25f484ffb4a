"""One-time tickets: signed in on one host, let in on another."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache

from tenants.errors import NotAMember
from tenants.hosts import company_url
from tenants.identity import check_open
from tenants.models import Person, Tenant
from tenants.selectors import tenants_of
from tenon.problems import Unauthenticated
from tenon.tenancy.context import outside

LIFETIME = 60  # seconds


@dataclass(frozen=True)
class Ticket:
    url: str
    token: str


def _key(token: str) -> str:
    return f"ticket:{sha256(token.encode()).hexdigest()}"


def ticket_issue(*, person: Person, slug: str) -> Ticket:
    """A ticket into one company, good for a minute and for one use. Raises NotAMember (also for companies that do not
    exist: addresses are not to be guessed here), CompanyNotReady, CompanySuspended."""
    with outside():
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None or tenant.pk not in {t.pk for t in tenants_of(person.pk)}:
            raise NotAMember
        check_open(tenant)
        token = secrets.token_urlsafe(32)
        cache.set(_key(token), (person.pk, tenant.pk), LIFETIME)
    return Ticket(f"{company_url(slug)}/enter?ticket={token}", token)


def ticket_use(*, tenant: Tenant, token: str) -> Person:
    """The person a ticket lets in. Raises Unauthenticated for any ticket that is used, old, forged or another's."""
    with outside():
        held = cache.get(_key(token))
        # Deleting tells who was first: of two that come at once, one gets in.
        if held is None or not cache.delete(_key(token)):
            raise Unauthenticated
        person_id, tenant_id = held
        person = Person.objects.filter(pk=person_id, is_active=True).first()
        if person is None or tenant_id != tenant.pk:
            raise Unauthenticated
        return person
