"""People at their browsers: signed in at the apex, and gone into a company as a browser goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenants.models import Person
from tenon.access.actor import Actor
from tenon.access.models import Member
from tenon.records.service import acting
from tenon.tenancy.context import Company, outside, serving

if TYPE_CHECKING:
    from tests.tenants.conftest import Browser, Web

AUTH = "/_allauth/browser/v1/auth"
PASSWORD = "a-long-enough-secret"


def enter(apex: Web, web: Browser, slug: str) -> Web:
    """Into a company as a browser goes: ticket, then a session of its host."""
    token = apex.post(f"/api/v1/companies/{slug}/ticket/").json()["url"].partition("ticket=")[2]
    here = web(f"{slug}.localhost")
    assert here.post("/api/v1/session/enter/", {"ticket": token}).status_code == 204
    return here


@pytest.fixture
def signed_in(web: Browser, acme: Company, owner: Person) -> tuple[Web, Web]:
    apex = web("localhost")
    answer = apex.post(f"{AUTH}/login", {"email": owner.email, "password": "correct horse battery"})
    if answer.status_code == 401:  # the address is confirmed by whoever made the tests' companies
        from allauth.account.models import EmailAddress

        EmailAddress.objects.update_or_create(
            user=owner, email=owner.email, defaults={"verified": True, "primary": True}
        )
        answer = apex.post(f"{AUTH}/login", {"email": owner.email, "password": "correct horse battery"})
    assert answer.status_code == 200, answer.content
    return apex, enter(apex, web, "acme")


@pytest.fixture
def member(acme: Company, actor: Actor, web: Browser) -> tuple[Member, Web]:
    with outside():
        person = Person.objects.create_user("clerk@acme.example", PASSWORD, name="Clerk")
        from tenants.models import Membership

        Membership.objects.create(person=person, tenant_id=acme.id)
        from allauth.account.models import EmailAddress

        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    with serving(acme), acting(actor):
        made = Member.objects.create(person_id=person.pk, name="Clerk", email=person.email, roles=["sales"])
    apex = web("localhost")
    assert apex.post(f"{AUTH}/login", {"email": person.email, "password": PASSWORD}).status_code == 200
    return made, enter(apex, web, "acme")
