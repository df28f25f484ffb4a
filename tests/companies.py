"""Making companies for tests."""

from __future__ import annotations

from importlib import import_module, util

from django.conf import settings

from tenants.models import Domain, Membership, Person, Tenant
from tenon.access.actor import Actor, system
from tenon.access.models import Member, Role
from tenon.records.service import acting
from tenon.registry.registry import registry
from tenon.tenancy import schemas
from tenon.tenancy.context import Company, serving


def make_company(slug: str, name: str) -> Company:
    """A seeded company with all features on; its owner is `owner@<slug>.example`."""
    person = Person.objects.create_user(f"owner@{slug}.example", "correct horse battery", name="Owner")
    slot = schemas.claim()
    features = list(registry().features)
    tenant = Tenant.objects.create(
        name=name, slug=slug, slot=slot, schema_name=slot.schema, state=Tenant.State.READY, industry="manufacturing",
        entitled=features, switched_on=features,
    )  # fmt: skip
    Domain.objects.create(tenant=tenant, domain=f"{slug}.{settings.BASE_DOMAIN}")
    Membership.objects.create(person=person, tenant=tenant)
    company = tenant.company()
    seeder = system("seed")
    with serving(company), acting(seeder):
        Role.objects.get_or_create(key="owner", defaults={"name": "Owner", "permissions": ["*"], "scope": "all"})
        Member.objects.create(person_id=person.pk, name="Owner", email=person.email, roles=["owner"])
        for config in registry().modules:
            module = _module_path(config)
            if module and util.find_spec(f"{module}.seed"):
                import_module(f"{module}.seed").seed(actor=seeder, company=company, pack="manufacturing")
    return company


def _module_path(key: str) -> str | None:
    names = [
        n for n in settings.TENANT_APPS if n.endswith(f".{key}") or (key == "shared" and n == "modules.shared.data")
    ]
    return names[0] if names else None


def owner_of(company: Company) -> Actor:
    """The actor of the company's owner."""
    with serving(company):
        member = Member.objects.get(roles__contains=["owner"])
        return Actor(
            kind="member", label=member.name, member_id=member.pk, permissions=frozenset(registry().permissions),
            scopes={"": "all"}, roles=("owner",),
        )  # fmt: skip
